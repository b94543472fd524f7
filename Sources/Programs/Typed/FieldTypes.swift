public import Signatures

/// The types that are being described. Knows which are under way, so that one that contains itself is found out and not
/// followed for ever, and keeps the first rule that one of them breaks.
public struct FieldTypes {
    private var underway: Set<ObjectIdentifier> = []
    private(set) var fault: SignatureError?

    init() {}

    /// The type of the fields that have this Swift type. For one that contains itself, which no signature can say, it is
    /// ``FieldType/any``, and the signature has a fault.
    public mutating func of<Value: SignatureValue>(_ type: Value.Type) -> FieldType {
        let id = ObjectIdentifier(type)
        guard underway.insert(id).inserted else {
            note(SignatureError(.recursiveType("\(type)")))
            return .any
        }
        defer { underway.remove(id) }
        return type.describe(in: &self)
    }

    /// A record of these fields.
    public mutating func record(_ name: String, _ fields: [FieldDeclaration]) -> FieldType {
        let fields = fields.map { $0.field(in: &self) }
        do { return .record(try Record(name, fields: fields)) } catch {
            note(error)
            return .any
        }
    }

    /// A choice of raw values, which are texts or whole numbers.
    public mutating func choices<Choice: RawRepresentable>(_ cases: [Choice]) -> FieldType
    where Choice.RawValue: SignatureValue {
        .literal(cases.compactMap { LiteralValue($0.rawValue.fieldValue()) })
    }

    mutating func note(_ error: SignatureError) { if fault == nil { fault = error } }
}
