extension PythonValue {
    /// The `str` of these code points: a ``string(_:)``, or a ``surrogateString(_:)`` when surrogates are among them.
    ///
    /// As in Python each surrogate stays on its own, also where two of them look like a pair. What is beyond U+10FFFF becomes U+FFFD.
    public init(codePoints: some Sequence<UInt32>) {
        var bytes: [UInt8] = []
        var hasSurrogates = false
        for point in codePoints {
            if point < 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: point))
            } else if CodePoints.surrogates.contains(point) {
                hasSurrogates = true
                bytes += CodePoints.surrogateBytes(point)
            } else {
                bytes += (Unicode.Scalar(point) ?? "\u{FFFD}").utf8
            }
        }
        if hasSurrogates, let string = PythonSurrogateString(bytes: bytes) {
            self = .surrogateString(string)
        } else {
            self = .string(String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// What code points are that no Unicode text holds.
enum CodePoints {
    /// The halves of UTF-16's pairs.
    static let surrogates: ClosedRange<UInt32> = 0xD800...0xDFFF

    /// A surrogate as Python's `encode("utf-8", "surrogatepass")` writes it.
    static func surrogateBytes(_ point: UInt32) -> [UInt8] {
        [
            0xE0 | UInt8(truncatingIfNeeded: point >> 12), 0x80 | UInt8(truncatingIfNeeded: point >> 6 & 0x3F),
            0x80 | UInt8(truncatingIfNeeded: point & 0x3F),
        ]
    }
}
