/// A type with named fields. In Python it is a pydantic model of that name; its values are dictionaries on this side.
///
/// ```swift
/// let person = try Record("Person", fields: [.init("name"), .init("age", .int), .init("city")])
/// let signature = try Signature("text -> person: Person", types: ["Person": .record(person)])
/// ```
public struct Record: Sendable, Hashable {
    /// The name that signatures use.
    public let name: String
    /// The fields in order, at least one, no name twice.
    public let fields: [Field]

    /// Makes a record.
    ///
    /// - Throws: ``SignatureError`` when a name cannot be used, a field is there twice, there is none, or types nest too deep.
    public init(_ name: String, fields: [Field]) throws(SignatureError) {
        try Rules.checkTypeName(name)
        guard !fields.isEmpty else { throw SignatureError(.emptyRecord(name)) }
        try Rules.checkFields(fields, of: .record(name))
        self.init(unchecked: name, fields: fields.map(\.normalized))
        try Rules.checkDepth(.record(self))
    }

    private init(unchecked name: String, fields: [Field]) {
        self.name = name
        self.fields = fields
    }

    var normalized: Record { Record(unchecked: name, fields: fields.map(\.normalized)) }
}
