/// A Python `str` with lone surrogates, which no Swift `String` can hold: the name of a file whose bytes are no UTF-8, half an emoji.
///
/// It carries the text from one side to the other unharmed; ``description`` is for people.
public struct PythonSurrogateString: Sendable, Hashable {
    /// The text as Python's `text.encode("utf-8", "surrogatepass")` writes it: UTF-8, and each lone surrogate in three bytes.
    public let bytes: [UInt8]

    /// Takes what `text.encode("utf-8", "surrogatepass")` gives; nil when it is anything else, or holds no surrogate and so is a
    /// ``PythonValue/string(_:)``.
    public init?(bytes: [UInt8]) {
        guard Self.withoutSurrogates(bytes, putting: { _ in }) == true else { return nil }
        self.bytes = bytes
    }

    /// Reads the bytes; hands out those of the text with each surrogate replaced by U+FFFD, run by run.
    ///
    /// - Returns: whether there were surrogates; nil when the rest is no UTF-8.
    private static func withoutSurrogates(_ bytes: [UInt8], putting put: (ArraySlice<UInt8>) -> Void) -> Bool? {
        let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]
        var (start, index, found) = (0, 0, false)
        while index + 2 < bytes.count {
            // A surrogate is ED A0…BF 80…BF; in valid UTF-8 a byte of ED is followed by 80…9F.
            guard bytes[index] == 0xED, bytes[index + 1] >= 0xA0 else {
                index += 1
                continue
            }
            guard bytes[index + 1] <= 0xBF, bytes[index + 2] & 0xC0 == 0x80 else { return nil }
            guard isUTF8(bytes[start..<index]) else { return nil }
            put(bytes[start..<index])
            put(replacement[...])
            found = true
            index += 3
            start = index
        }
        guard isUTF8(bytes[start...]) else { return nil }
        put(bytes[start...])
        return found
    }

    private static func isUTF8(_ bytes: ArraySlice<UInt8>) -> Bool { String(validating: bytes, as: UTF8.self) != nil }
}

extension PythonSurrogateString: CustomStringConvertible {
    /// The text with the replacement character U+FFFD for each lone surrogate. What was there is lost in it.
    public var description: String {
        var text: [UInt8] = []
        _ = Self.withoutSurrogates(bytes) { text += $0 }
        return String(decoding: text, as: UTF8.self)
    }
}
