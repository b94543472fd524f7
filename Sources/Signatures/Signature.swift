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
    /// What a string form says the task is, before the first field: `sentiment analysis: text -> label`. No model sees it.
    public let label: String?
    /// The task in words; nil or nothing for DSPy's "Given the fields …, produce the fields …".
    public var instructions: String?
    /// What goes in, in order; at least one.
    public let inputs: [Field]
    /// What comes out, in order; at least one.
    public let outputs: [Field]

    /// Makes a signature of fields.
    ///
    /// - Throws: ``SignatureError`` when a side is empty, a name is there twice or cannot be used, two types share a
    ///   name, a constraint or default does not fit its type, or types nest too deep.
    public init(
        name: String = Signature.defaultName, label: String? = nil, instructions: String? = nil, inputs: [Field],
        outputs: [Field]
    ) throws(SignatureError) {
        try Rules.checkTypeName(name)
        guard !inputs.isEmpty else { throw SignatureError(.emptySide(.inputs)) }
        guard !outputs.isEmpty else { throw SignatureError(.emptySide(.outputs)) }
        try Rules.checkFields(inputs + outputs, of: .signature)
        self.name = name
        self.label = label
        self.instructions = instructions
        self.inputs = inputs.map(\.normalized)
        self.outputs = outputs.map(\.normalized)
        _ = try Rules.namedTypes(in: self)
    }

    /// Takes fields as they are. For what Swift source declares, where what is wrong is told when the signature is used.
    package init(unchecked name: String, label: String?, instructions: String?, inputs: [Field], outputs: [Field]) {
        self.name = name
        self.label = label
        self.instructions = instructions
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Reads a signature in DSPy's string form, and what this package adds to it:
    ///
    /// ```text
    /// signature  := [label ":"] fields "->" fields
    /// field      := name ["?"] [":" type ["(" constraint {"," constraint} ")"]] ["=" constant] [quoted description]
    /// type       := name | name "[" type {"," type} "]" | type "|" type | "embedding(768)" | "tensor(2, 3)"
    /// constraint := ("gt" | "ge" | "lt" | "le" | "min_length" | "max_length" | "multiple_of" | "pattern") "=" constant
    /// ```
    ///
    /// Types are those of Python (`str`, which is the default, `int`, `float`, `bool`, `bytes`, `complex`, `Any`, `list[T]`,
    /// `dict[K, V]`, `tuple[…]`, `set[T]`, `frozenset[T]`, `Literal[…]`, `Optional[T]`, `Union[…]`, `T | U`, the collections of
    /// `typing` and `collections`, ``StandardType``), those of DSPy (``DSPyType``), `probability`, `confidence`, and the names in
    /// `types`. `name?` is an optional field. Nothing is imported or executed to find a name, unlike in DSPy.
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
        let (label, inputs, outputs) = try parser.parse()
        self.init(unchecked: name, label: label, instructions: instructions, inputs: inputs, outputs: outputs)
        do {
            // Everything else was checked where it stands, so that the message can point at it.
            if name != Self.defaultName { try Rules.checkTypeName(name) }
            for field in inputs { try Rules.checkDepth(field.type) }
            for field in outputs { try Rules.checkDepth(field.type) }
            if !types.isEmpty { _ = try Rules.namedTypes(in: self) }
        } catch {
            throw SignatureError(error.problem, source: source)
        }
    }

    /// The name of a signature that was given none: DSPy's own.
    public static let defaultName = "StringSignature"

    /// What bounds a signature, so that a hostile one costs no more than a good one.
    public enum Limits {
        /// The longest signature string, in bytes of UTF-8.
        public static let length = 65_536
        /// How deep types may nest: `list[list[int]]` nests 2 deep.
        public static let depth = 32
        /// How many fields a signature or a record may have.
        public static let fields = 1_024
    }
}

extension Signature {
    /// The fields of both sides, the inputs first.
    public var fields: [Field] { inputs + outputs }

    /// The field of this name on either side, else nil.
    public func field(named name: String) -> Field? {
        inputs.first { $0.name == name } ?? outputs.first { $0.name == name }
    }

    /// The records and enumerations that the fields use, at any depth, by name: what ``init(_:name:instructions:types:)`` needs
    /// to read ``description`` back.
    public var types: [String: FieldType] { (try? Rules.namedTypes(in: self)) ?? [:] }

    /// What the model is told to do: the instructions, or what DSPy writes when there are none.
    public var effectiveInstructions: String {
        if let instructions, !instructions.isEmpty { return instructions }
        let sides = [inputs, outputs].map { $0.map { "`\($0.name)`" }.joined(separator: ", ") }
        return "Given the fields \(sides[0]), produce the fields \(sides[1])."
    }

    /// Sixteen hexadecimal digits that are the same for the same fields, types, constraints and instructions, in every process
    /// and on every machine (FNV-1a). For keys of caches and names of files; no protection against forgery.
    public var fingerprint: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        let named = types.sorted { $0.key < $1.key }.map { "\($0.value.definition)" }
        for part in [description, effectiveInstructions] + named {
            for byte in Array(part.utf8) + [0] { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension FieldType {
    /// What a named type is made of, in words that differ when it does.
    fileprivate var definition: String {
        switch self {
        case .record(let record): "\(record.name){\(record.fields.map(\.source).joined(separator: ", "))}"
        case .enumeration(let enumeration):
            "\(enumeration.name)(\(enumeration.members.map { "\($0.name)=\($0.value)" }.joined(separator: ", ")))"
        default: description
        }
    }
}

extension Signature: CustomStringConvertible {
    /// The string form, `question, passages: list[str] -> answer: float`, which reads back to the same label and fields.
    public var description: String {
        let sides = [inputs, outputs].map { $0.map(\.source).joined(separator: ", ") }.joined(separator: " -> ")
        return label.map { "\($0): \(sides)" } ?? sides
    }
}
