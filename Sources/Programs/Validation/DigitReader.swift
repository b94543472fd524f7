/// Walks through digits and the marks between them.
struct DigitReader {
    private var rest: ArraySlice<UInt8>

    init(_ text: ArraySlice<UInt8>) { rest = text }

    var isAtEnd: Bool { rest.isEmpty }
    var remaining: ArraySlice<UInt8> { rest }

    /// Reads a number of exactly so many digits.
    mutating func number(digits count: Int) -> Int? {
        guard rest.count >= count, rest.prefix(count).allSatisfy(\.isDigit) else { return nil }
        defer { rest.removeFirst(count) }
        return rest.prefix(count).reduce(0) { $0 * 10 + Int($1 - .zero) }
    }

    /// Reads as many digits as there are.
    mutating func digits() -> [UInt8] {
        let found = Array(rest.prefix(while: \.isDigit))
        rest.removeFirst(found.count)
        return found
    }

    /// Reads this byte, if it is the next.
    mutating func take(_ byte: UInt8) -> Bool { take([byte]) }

    /// Reads these bytes, if they are the next.
    mutating func take(_ bytes: [UInt8]) -> Bool {
        guard rest.starts(with: bytes) else { return false }
        rest.removeFirst(bytes.count)
        return true
    }
}
