public import Marshalling
public import Signatures

/// A Swift type that a field of a ``TypedSignature`` may have: it says its ``FieldType`` and turns its values into Python's and back.
///
/// Texts, numbers, truth values, optionals, arrays, sets and dictionaries of such types conform. `@SignatureValue` of the module
/// `DSPexMacros` writes the conformance of a struct, which is a record, and of an enum without associated values, whose cases
/// are the choices. By hand:
///
/// ```swift
/// extension Celsius: SignatureValue {
///     static func describe(in types: inout FieldTypes) -> FieldType { .float }
///     func fieldValue() -> PythonValue { .float(degrees) }
///     init?(from reader: inout FieldReader) {
///         guard let degrees = Double(from: &reader) else { return nil }
///         self.init(degrees: degrees)
///     }
/// }
/// ```
public protocol SignatureValue: Sendable {
    /// The type that the model is told and that values are held against; `types.of(_:)` gives those of the types in it.
    static func describe(in types: inout FieldTypes) -> FieldType

    /// The value as Python sees it.
    func fieldValue() -> PythonValue

    /// Reads the value that the reader stands at.
    ///
    /// - Returns: nil when it is none of this type, which the reader has been told.
    init?(from reader: inout FieldReader)

    /// What a field of this type is when it was left out; nil when it may not be. Default nil; an optional is `.some(nil)`.
    static var absent: Self? { get }
}

extension SignatureValue {
    /// A field of this type may not be left out.
    public static var absent: Self? { nil }
}

extension SignatureValue where Self: CaseIterable & RawRepresentable, RawValue: SignatureValue {
    /// A `Literal` of the raw values: `enum Mood: String, CaseIterable, SignatureValue { case good, bad }` needs no macro.
    public static func describe(in types: inout FieldTypes) -> FieldType {
        types.choices(Array(allCases))
    }

    /// The raw value.
    public func fieldValue() -> PythonValue { rawValue.fieldValue() }

    /// The case of a raw value.
    public init?(from reader: inout FieldReader) {
        guard let rawValue = RawValue(from: &reader) else { return nil }
        guard let value = Self(rawValue: rawValue) else {
            reader.mistyped(Self.self)
            return nil
        }
        self = value
    }
}
