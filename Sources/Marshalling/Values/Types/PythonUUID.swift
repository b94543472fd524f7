/// A Python `uuid.UUID`.
public struct PythonUUID: PythonValueConvertible {
    /// The sixteen bytes, most significant first.
    public let bytes: [UInt8]

    /// Takes sixteen bytes; nil for any other number of them.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads a `UUID`.
    public init?(_ value: PythonValue) {
        guard let bytes = value.payload(of: "UUID")?.bytes else { return nil }
        self.init(bytes: bytes)
    }

    /// The `UUID`.
    public var pythonValue: PythonValue { .extended(name: "UUID", payload: .bytes(bytes)) }
}

extension PythonUUID: CustomStringConvertible {
    /// `8-4-4-4-12` hexadecimal digits.
    public var description: String {
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
