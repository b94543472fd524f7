public import Foundation
public import Marshalling
internal import PythonPool
public import Signatures

// The types of Foundation that have a form in Python.

extension Date: SignatureValue {
    /// `datetime.datetime`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.datetime) }

    /// A `datetime` in UTC; `None`, which no such field takes, outside of the years 1 to 9999.
    public func fieldValue() -> PythonValue { (try? PythonValue(encoding: self)) ?? .none }

    /// Reads a `datetime` that has a time zone. For one without, which is no point in time, use `PythonDateTime`.
    public init?(from reader: inout FieldReader) {
        guard let value = reader.decoded(as: Self.self) else { return nil }
        self = value
    }
}

extension UUID: SignatureValue {
    /// `uuid.UUID`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.uuid) }

    /// A `uuid.UUID`
    public func fieldValue() -> PythonValue { (try? PythonValue(encoding: self)) ?? .none }

    /// Reads a `uuid.UUID`.
    public init?(from reader: inout FieldReader) {
        guard let value = reader.decoded(as: Self.self) else { return nil }
        self = value
    }
}

extension Decimal: SignatureValue {
    /// `decimal.Decimal`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.decimal) }

    /// A `decimal.Decimal`
    public func fieldValue() -> PythonValue { (try? PythonValue(encoding: self)) ?? .none }

    /// Reads a `decimal.Decimal` or an `int` that this type holds exactly.
    public init?(from reader: inout FieldReader) {
        guard let value = reader.decoded(as: Self.self) else { return nil }
        self = value
    }
}

extension Data: SignatureValue {
    /// `bytes`
    public static func describe(in types: inout FieldTypes) -> FieldType { .bytes }

    /// The bytes as they are.
    public func fieldValue() -> PythonValue { .bytes([UInt8](self)) }

    /// Reads `bytes` or a `bytearray`.
    public init?(from reader: inout FieldReader) {
        guard let bytes = reader.value.bytes else {
            reader.mistyped(Self.self)
            return nil
        }
        self.init(bytes)
    }
}

extension FieldReader {
    /// Reads the value that the reader stands at by way of the wire form.
    fileprivate mutating func decoded<Value: SignatureValue & PythonDecodable>(as type: Value.Type) -> Value? {
        if let value = try? value.decoded(as: type) { return value }
        mistyped(type)
        return nil
    }
}
