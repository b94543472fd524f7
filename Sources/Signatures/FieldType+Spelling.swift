extension FieldType: CustomStringConvertible {
    /// The type as signature strings write it. It reads back to the same type when the records' and enumerations' names are
    /// given to the parser.
    public var description: String { spelled(.source) }

    /// The type as DSPy's prompts spell it (`dspy.adapters.utils.get_annotation_name`).
    public var promptName: String { spelled(.prompt) }

    enum Spelling {
        case source
        case prompt
    }

    private func spelled(_ style: Spelling) -> String {
        func list(_ types: [FieldType]) -> String { types.map { $0.spelled(style) }.joined(separator: ", ") }
        // Python's own collections keep a None as it was written; those of `typing` make it NoneType.
        func kept(_ types: [FieldType]) -> String {
            types.map { $0 == .null ? "None" : $0.spelled(style) }.joined(separator: ", ")
        }
        func generic(_ name: String, _ types: [FieldType]) -> String {
            types.isEmpty || types[0] == .unspecified ? name : "\(name)[\(kept(types))]"
        }
        switch self {
        case .str: return "str"
        case .int: return "int"
        case .float: return "float"
        case .bool: return "bool"
        case .bytes: return "bytes"
        case .complex: return "complex"
        case .null: return style == .source ? "None" : "NoneType"
        case .any: return "Any"
        case .unspecified: return ""
        case .standard(let type): return style == .source ? type.source : type.promptName
        case .list: return generic("list", arguments)
        case .set: return generic("set", arguments)
        case .frozenset: return generic("frozenset", arguments)
        case .dict: return generic("dict", arguments)
        case .tuple(let elements):
            if elements.isEmpty { return style == .source ? "tuple[()]" : "tuple[]" }
            return "tuple[\(kept(elements))]"
        case .variadicTuple(.unspecified): return "tuple"
        case .variadicTuple(let element):
            return "tuple[\(kept([element])), \(style == .source ? "..." : "Ellipsis")]"
        case .alias(let alias, let arguments):
            if style == .source { return generic(alias.source, arguments) }
            if alias.isOfTyping { return "\(alias.promptName)[\(list(arguments))]" }
            return generic(alias.promptName, arguments)
        case .literal(let values):
            let spelled = values.map { style == .source ? $0.description : $0.promptText }
            return "Literal[\(spelled.joined(separator: ", "))]"
        case .union(let members):
            if style == .source, members.count == 2, members[1] == .null { return "Optional[\(list([members[0]]))]" }
            return "Union[\(list(members))]"
        case .enumeration(let enumeration): return enumeration.name
        case .record(let record): return record.name
        case .dspy(let type): return style == .source ? type.source : type.promptName
        case .annotated(let base, let constraints):
            guard style == .source else { return base.spelled(style) }
            return "Annotated[\(base), Field(\(constraints.map(\.description).joined(separator: ", ")))]"
        case .probability, .confidence, .embedding, .tensor:
            return style == .source ? ownName : pythonType.spelled(style)
        }
    }

    /// How the types are written that only signatures know.
    private var ownName: String {
        switch self {
        case .probability: "probability"
        case .confidence: "confidence"
        case .embedding(let dimensions): "embedding(\(dimensions))"
        case .tensor(let shape): "tensor(\(shape.map(String.init).joined(separator: ", ")))"
        default: ""
        }
    }
}
