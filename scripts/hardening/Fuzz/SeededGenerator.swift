import FuzzDriver

/// What the tests' random values are made with, its choices made by the fuzzer's input instead of a seed.
struct SeededGenerator: RandomNumberGenerator {
    private var choices: Choices

    init(_ input: UnsafeRawBufferPointer) { unsafe choices = Choices(input) }

    mutating func next() -> UInt64 { choices.number() }

    /// A number below `bound`.
    mutating func below(_ bound: Int) -> Int {
        bound <= 0x100 ? Int(choices.number(UInt8.self)) % bound : Int(choices.number(UInt16.self)) % bound
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        let bytes = choices.take(count)
        return bytes + [UInt8](repeating: 0, count: count - bytes.count)
    }
}
