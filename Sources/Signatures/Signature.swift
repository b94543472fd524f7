/// What a program is to do: named, typed inputs and outputs, and an instruction. The counterpart of `dspy.Signature`.
///
/// ```swift
/// let signature = try Signature(
///     "question, passages: list[str] -> answer: Literal['a', 'b'], score: float, note: Optional[str]",
///     instructions: "Answer from the passages only.")
/// ```
///
/// It is a value: an optimiser's candidate is a copy with other instructions.
public struct Signature: Sendable, Hashable {
    /// The name of the class that Python sees. Default `StringSignature`, as in DSPy.
    public let name: String
    /// The task in words; nil lets DSPy write "Given the fields …, produce the fields …".
    public var instructions: String?
    /// What goes in, in order; at least one.
    public let inputs: [Field]
    /// What comes out, in order; at least one.
    public let outputs: [Field]

    /// Makes a signature of fields.
    ///
    /// - Throws: ``SignatureError`` when a side is empty, a name is there twice or cannot be used, two records share a
    ///   name, or types nest too deep.
    public init(
        name: String = Signature.defaultName, instructions: String? = nil, inputs: [Field], outputs: [Field]
    ) throws(SignatureError) {
        try Rules.checkTypeName(name)
        guard !inputs.isEmpty else { throw SignatureError(.emptySide(.inputs)) }
        guard !outputs.isEmpty else { throw SignatureError(.emptySide(.outputs)) }
        try Rules.checkFields(inputs + outputs, of: .signature)
        for field in inputs + outputs { try Rules.checkDepth(field.type) }
        self.name = name
        self.instructions = instructions
        self.inputs = inputs.map(\.normalized)
        self.outputs = outputs.map(\.normalized)
        _ = try Rules.records(in: self)
    }

    /// Reads a signature in DSPy's string form.
    ///
    /// Types are `str` (the default), `int`, `float`, `bool`, `list[T]`, `Literal[…]`, `Optional[T]`, `T | None`,
    /// `Union[T, None]`, and the names in `types`. Nothing is imported or executed to find a name, unlike in DSPy.
    ///
    /// - Parameters:
    ///   - source: At most ``Limits/length`` bytes. White space and line breaks may stand between any two tokens.
    ///   - name: The name of the class that Python sees.
    ///   - instructions: The task in words.
    ///   - types: What further names stand for, such as `["Person": .record(person)]`.
    /// - Throws: ``SignatureError`` with the column at which reading stopped.
    public init(
        _ source: String, name: String = Signature.defaultName, instructions: String? = nil,
        types: [String: FieldType] = [:]
    ) throws(SignatureError) {
        var parser = try SignatureParser(source, types: types)
        let (inputs, outputs) = try parser.parse()
        do {
            try self.init(name: name, instructions: instructions, inputs: inputs, outputs: outputs)
        } catch {
            throw SignatureError(error.problem, source: source)
        }
    }

    /// The name of a signature that was given none: DSPy's own.
    public static let defaultName = "StringSignature"

    /// What bounds a signature, so that a hostile one costs no more than a good one.
    public enum Limits {
        /// The longest signature string, in bytes of UTF-8.
        public static let length = 32_768
        /// How deep types may nest: `list[list[int]]` nests 2 deep.
        public static let depth = 16
        /// How many fields a signature or a record may have.
        public static let fields = 256
    }
}

extension Signature {
    /// The field of this name on either side, else nil.
    public func field(named name: String) -> Field? {
        inputs.first { $0.name == name } ?? outputs.first { $0.name == name }
    }

    /// The records that the fields use, at any depth, by name: what ``init(_:name:instructions:types:)`` needs to read
    /// ``description`` back.
    public var types: [String: FieldType] {
        ((try? Rules.records(in: self)) ?? [:]).mapValues { .record($0) }
    }
}

extension Signature: CustomStringConvertible {
    /// The string form, `question, passages: list[str] -> answer: float`, which reads back to the same names and types.
    public var description: String {
        [inputs, outputs].map { $0.map(\.source).joined(separator: ", ") }.joined(separator: " -> ")
    }
}
