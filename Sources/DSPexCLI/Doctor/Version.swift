/// A version as numbers, so that 3.10 comes after 3.9.
struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
    var numbers: [Int]

    /// Reads the numbers at the beginning of a text: `6.3.1-RELEASE` is 6.3.1. Nil when there is none.
    init?(_ text: some StringProtocol) {
        var numbers: [Int] = []
        for part in text.split(separator: ".") {
            let digits = part.prefix { ("0"..."9").contains($0) }
            guard let number = Int(digits) else { break }
            numbers.append(number)
            if digits.count < part.count { break }
        }
        guard !numbers.isEmpty else { return nil }
        self.numbers = numbers
    }

    var description: String { numbers.map(String.init).joined(separator: ".") }

    static func < (left: Version, right: Version) -> Bool {
        let count = max(left.numbers.count, right.numbers.count)
        let padded = { (numbers: [Int]) in numbers + Array(repeating: 0, count: count - numbers.count) }
        return padded(left.numbers).lexicographicallyPrecedes(padded(right.numbers))
    }
}
