public import Marshalling
public import Signatures

extension String: SignatureValue {
    /// `str`
    public static func describe(in types: inout FieldTypes) -> FieldType { .str }

    /// The text as it is.
    public func fieldValue() -> PythonValue { .string(self) }

    /// Reads a `str`.
    public init?(from reader: inout FieldReader) {
        guard let text = reader.value.string else {
            reader.mistyped(Self.self)
            return nil
        }
        self = text
    }
}

extension Bool: SignatureValue {
    /// `bool`
    public static func describe(in types: inout FieldTypes) -> FieldType { .bool }

    /// The truth value as it is.
    public func fieldValue() -> PythonValue { .bool(self) }

    /// Reads a `bool`.
    public init?(from reader: inout FieldReader) {
        guard let flag = reader.value.bool else {
            reader.mistyped(Self.self)
            return nil
        }
        self = flag
    }
}

extension Double: SignatureValue {
    /// `float`
    public static func describe(in types: inout FieldTypes) -> FieldType { .float }

    /// The number as it is.
    public func fieldValue() -> PythonValue { .float(self) }

    /// Reads a `float`, or an `int` that a double holds exactly.
    public init?(from reader: inout FieldReader) {
        guard let number = reader.value.double else {
            reader.mistyped(Self.self)
            return nil
        }
        self = number
    }
}

extension Float: SignatureValue {
    /// `float`
    public static func describe(in types: inout FieldTypes) -> FieldType { .float }

    /// The number as it is.
    public func fieldValue() -> PythonValue { .float(Double(self)) }

    /// Reads a `float` as the nearest number, or an `int` that a double holds exactly.
    public init?(from reader: inout FieldReader) {
        guard let number = Double(from: &reader) else { return nil }
        self = Float(number)
    }
}

extension SignatureValue where Self: FixedWidthInteger {
    /// `int`
    public static func describe(in types: inout FieldTypes) -> FieldType { .int }

    /// The number as it is.
    public func fieldValue() -> PythonValue {
        Int(exactly: self).map { .int($0) } ?? PythonInteger("\(self)").map { PythonValue($0) } ?? .none
    }

    /// Reads an `int` that the type holds.
    public init?(from reader: inout FieldReader) {
        let number =
            reader.value.int.map { Self(exactly: $0) } ?? reader.value.integer.flatMap { Self("\($0)") }
        guard let number else {
            reader.mistyped(Self.self)
            return nil
        }
        self = number
    }
}

extension Int: SignatureValue {}
extension Int8: SignatureValue {}
extension Int16: SignatureValue {}
extension Int32: SignatureValue {}
extension Int64: SignatureValue {}
extension UInt: SignatureValue {}
extension UInt8: SignatureValue {}
extension UInt16: SignatureValue {}
extension UInt32: SignatureValue {}
extension UInt64: SignatureValue {}

extension PythonValue: SignatureValue {
    /// `Any`
    public static func describe(in types: inout FieldTypes) -> FieldType { .any }

    /// The value as it is.
    public func fieldValue() -> PythonValue { self }

    /// Reads any value.
    public init?(from reader: inout FieldReader) { self = reader.value }
}
