public import Marshalling

/// The values of the fields of a signature, or of one side of it, as a struct. `@Signature` writes the conformances.
///
/// Two are equal when Python would see the same of both.
public protocol SignatureFields: Sendable, Hashable {
    /// Sets one entry for each field.
    func encode(into values: inout PythonDictionary)

    /// Reads one entry for each field.
    ///
    /// - Returns: nil when one is missing or of another type; the reader keeps them all in mind.
    init?(from reader: inout FieldReader)
}

/// The outputs of a signature.
public protocol SignatureOutput: SignatureFields {
    /// The same fields while the model still writes them.
    associatedtype Partial: PartialOutput
}

/// What a model has written so far: a property is nil until its value is there. Texts grow; other values come whole.
public protocol PartialOutput: SignatureFields {
    /// Nothing written yet.
    init()
}

extension PartialOutput {
    /// Takes over the values that are there and whole, and leaves the others nil.
    public init(partial values: PythonDictionary) {
        var reader = FieldReader(values)
        self = Self(from: &reader) ?? Self()
    }
}

extension SignatureFields {
    /// Whether Python would see the same of both.
    public static func == (left: Self, right: Self) -> Bool { PythonDictionary(left) == PythonDictionary(right) }

    /// Hashes what Python would see.
    public func hash(into hasher: inout Hasher) { PythonDictionary(self).hash(into: &hasher) }
}

extension PythonDictionary {
    /// The values by the names of their fields, in the order of the signature.
    public init(_ fields: some SignatureFields) {
        self.init()
        fields.encode(into: &self)
    }
}
