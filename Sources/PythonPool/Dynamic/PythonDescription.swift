public import Marshalling

/// What Python's introspection says of an object.
public struct PythonDescription: Sendable, Hashable {
    /// A parameter of a callable, as `inspect.signature` has it.
    public struct Parameter: Sendable, Hashable {
        /// The name.
        public var name: String
        /// `positional_only`, `positional_or_keyword`, `var_positional`, `keyword_only` or `var_keyword`.
        public var kind: String
        /// The annotation as it is written; nil for none.
        public var annotation: String?
        /// `repr` of the default; nil for none.
        public var defaultValue: String?
        /// Whether a call must give it.
        public var isRequired: Bool
    }

    /// The class with its module; a built-in one by its name alone.
    public var typeName: String
    /// The class and its bases, in the order in which Python looks attributes up.
    public var classes: [String]
    /// The documentation; nil for none.
    public var documentation: String?
    /// Whether it can be called.
    public var isCallable: Bool
    /// The parameters of a callable; nil when Python cannot tell them, as of some functions written in C.
    public var parameters: [Parameter]?
    /// The names of its attributes that do not begin with an underscore.
    public var attributes: [String]
    /// The first 4,096 characters of `repr`.
    public var representation: String
}

extension PythonDescription: PythonDecodable {
    /// Reads what `dspex_worker.expressions.describe` returns.
    public init(from decoder: inout WireDecoder) throws(WireError) {
        let facts = try decoder.value()
        func text(_ key: PythonValue) -> String { facts[key]?.string ?? "" }
        func texts(_ key: PythonValue) -> [String] { facts[key]?.elements?.compactMap(\.string) ?? [] }
        typeName = text("type")
        classes = texts("classes")
        documentation = facts["doc"]?.string
        isCallable = facts["callable"]?.bool ?? false
        parameters = facts["parameters"]?.elements?.map { parameter in
            Parameter(
                name: parameter["name"]?.string ?? "", kind: parameter["kind"]?.string ?? "",
                annotation: parameter["annotation"]?.string, defaultValue: parameter["default"]?.string,
                isRequired: parameter["required"]?.bool ?? false)
        }
        attributes = texts("attributes")
        representation = text("repr")
    }
}
