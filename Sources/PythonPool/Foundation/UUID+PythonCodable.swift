public import Foundation
public import Marshalling

extension UUID: PythonCodable {
    /// Writes a `uuid.UUID`.
    public func encode(to encoder: inout WireEncoder) throws(WireError) {
        encoder.open(extended: "UUID")
        try unsafe withUnsafeBytes(of: uuid) { unsafe [UInt8]($0) }.encode(to: &encoder)
    }

    /// Reads a `uuid.UUID`.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        guard try decoder.take(extended: "UUID") else { throw decoder.mismatch(expected: "UUID") }
        let bytes = try [UInt8](from: &decoder)
        guard bytes.count == 16 else {
            throw .mismatch(path: "", expected: "the 16 bytes of a UUID", found: "bytes of \(bytes.count)")
        }
        var uuid: uuid_t = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
        // Sound: both hold 16 bytes.
        unsafe withUnsafeMutableBytes(of: &uuid) { unsafe $0.copyBytes(from: bytes) }
        self.init(uuid: uuid)
    }
}

extension UUID: PythonDescribable {
    /// A UUID's text.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "string", "format": "uuid"] }
}
