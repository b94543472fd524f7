public import Foundation
public import Marshalling

extension Data: PythonCodable {
    /// Writes `bytes`.
    public func encode(to encoder: inout WireEncoder) throws(WireError) { try [UInt8](self).encode(to: &encoder) }

    /// Reads `bytes`, a `bytearray`, or a list of small ints.
    public init(from decoder: inout WireDecoder) throws(WireError) { self.init(try [UInt8](from: &decoder)) }
}

extension Data: PythonDescribable {
    /// A string of bytes.
    public static func describe(in schema: inout JSONSchema) -> PythonValue { ["type": "string", "format": "binary"] }
}
