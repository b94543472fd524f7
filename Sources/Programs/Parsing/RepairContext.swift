/// Which containers the place being read lies in, innermost last.
struct RepairContext {
    enum Kind: Int {
        case objectKey
        case objectValue
        case array
    }

    private var kinds: [Kind] = []
    private var counts = [0, 0, 0]

    var current: Kind? { kinds.last }

    var isEmpty: Bool { kinds.isEmpty }

    func contains(_ kind: Kind) -> Bool { counts[kind.rawValue] > 0 }

    mutating func enter(_ kind: Kind) {
        kinds.append(kind)
        counts[kind.rawValue] += 1
    }

    mutating func leave() {
        guard let last = kinds.popLast() else { return }
        counts[last.rawValue] -= 1
    }

    mutating func clear() { self = RepairContext() }
}
