public import Marshalling
public import Signatures

// The types of Python's standard library that signatures may name, by the Swift types that stand for them.

extension SignatureValue where Self: PythonValueConvertible {
    /// The object of Python's.
    public func fieldValue() -> PythonValue { pythonValue }

    /// Reads the object of Python's.
    public init?(from reader: inout FieldReader) {
        guard let value = Self(reader.value) else {
            reader.mistyped(Self.self)
            return nil
        }
        self = value
    }
}

extension PythonDate: SignatureValue {
    /// `datetime.date`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.date) }
}

extension PythonDateTime: SignatureValue {
    /// `datetime.datetime`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.datetime) }
}

extension PythonTime: SignatureValue {
    /// `datetime.time`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.time) }
}

extension PythonTimeDelta: SignatureValue {
    /// `datetime.timedelta`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.timedelta) }
}

extension PythonDecimal: SignatureValue {
    /// `decimal.Decimal`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.decimal) }
}

extension PythonFraction: SignatureValue {
    /// `fractions.Fraction`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.fraction) }
}

extension PythonUUID: SignatureValue {
    /// `uuid.UUID`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.uuid) }
}

extension PythonPath: SignatureValue {
    /// `pathlib.Path`
    public static func describe(in types: inout FieldTypes) -> FieldType { .standard(.path) }
}
