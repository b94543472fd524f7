import Synchronization

/// Numbers from 0 on, each given once.
final class Numbers: Sendable {
    private let following = Atomic(0)

    func next() -> Int { following.wrappingAdd(1, ordering: .relaxed).oldValue }
}

/// Something that is so from some time on.
final class Flag: Sendable {
    private let value = Atomic(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
