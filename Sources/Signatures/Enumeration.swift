/// A type whose values are a few named ones: an `enum.Enum` in Python. On this side they are the values themselves.
public struct Enumeration: Sendable, Hashable {
    /// One of the values.
    public struct Member: Sendable, Hashable {
        /// The name of the member, which a model may write instead of the value.
        public var name: String
        /// What it stands for.
        public var value: LiteralValue

        /// Makes a member.
        public init(_ name: String, _ value: LiteralValue) {
            self.name = name
            self.value = value
        }
    }

    /// The name that signatures use.
    public let name: String
    /// The members in order, at least one, no name or value twice.
    public let members: [Member]

    /// Makes an enumeration.
    ///
    /// - Throws: ``SignatureError`` when a name cannot be used, there is no member, or a name or value is there twice.
    public init(_ name: String, members: [Member]) throws(SignatureError) {
        try Rules.checkTypeName(name)
        guard !members.isEmpty else { throw SignatureError(.emptyRecord(name)) }
        var names: Set<String> = []
        for member in members {
            try Rules.checkIdentifier(member.name)
            guard names.insert(member.name).inserted else { throw SignatureError(.duplicateField(member.name)) }
        }
        try Rules.checkLiteral(members.map(\.value))
        self.name = name
        self.members = members
    }
}
