extension SignatureParser {
    /// A type, or several with `|` between them.
    mutating func type(level: Int) throws(SignatureError) -> FieldType {
        var members = [try member(level: level)]
        while try take("|") { members.append(try member(level: level)) }
        return members.count == 1 ? members[0] : FieldType.union(members).normalized
    }

    private mutating func member(level: Int) throws(SignatureError) -> FieldType {
        // Every way down passes here, so the stack is bounded too.
        guard level <= Signature.Limits.depth else {
            throw error(.tooDeep(limit: Signature.Limits.depth), at: token.column)
        }
        guard case .name(let written) = token.kind else { throw unexpected("a type") }
        let column = token.column
        try advance()
        // A name of the caller's own comes first, as in DSPy; it can be none of the built-in ones.
        if let custom = types[written] {
            do { try Rules.checkDepth(custom, level: level) } catch { throw self.error(error.problem, at: column) }
            return custom.normalized
        }
        let name = written.hasPrefix("typing.") ? String(written.dropFirst("typing.".count)) : written
        if let simple = TypeNames.simple[name] { return simple }
        if let generic = try generic(name, level, column) { return generic }
        if let type = StandardType(rawValue: name) { return .standard(type) }
        if let alias = CollectionAlias.named(name) { return try aliased(alias, level) }
        if name.hasPrefix("dspy."), let type = DSPyType.named(String(name.dropFirst("dspy.".count))) {
            return .dspy(try withLanguage(type))
        }
        if let remedy = TypeNames.unsupported[name] {
            throw error(.unsupportedType(name, remedy: remedy), at: column)
        }
        throw error(.unknownType(name, suggestion: TypeNames.suggestion(for: name, among: types.keys)), at: column)
    }

    /// The types that take others; nil when the name is none of them.
    private mutating func generic(_ name: String, _ level: Int, _ column: Int) throws(SignatureError) -> FieldType? {
        switch name {
        case "list", "List": return .list(try element("list[str]", level, bare: name == "list"))
        case "set", "Set": return .set(try element("set[str]", level, bare: name == "set"))
        case "frozenset", "FrozenSet":
            return .frozenset(try element("frozenset[str]", level, bare: name == "frozenset"))
        case "dict", "Dict":
            if name == "dict", token.kind != .punctuation("[") { return .dict(.unspecified, .unspecified) }
            let types = try types(2, "dict[str, int]", level)
            return .dict(types[0], types[1])
        case "tuple", "Tuple": return try tuple(level, bare: name == "tuple")
        case "Optional":
            let wrapped = try types(1, "Optional[str]", level)[0]
            return .optional(wrapped)
        case "Union":
            let members = try bracketed("Union[str, None]") { parser throws(SignatureError) in
                try parser.list { parser throws(SignatureError) in try parser.type(level: level + 1) }
            }
            return FieldType.union(members).normalized
        case "Literal":
            return .literal(
                try bracketed("Literal['yes', 'no']") { parser throws(SignatureError) in try parser.literals() })
        case "Annotated": return try annotated(level)
        case "embedding": return .embedding(try sizes(1, "embedding(768)")[0])
        case "tensor": return .tensor(try sizes(nil, "tensor(2, 3)"))
        default: return nil
        }
    }

    // MARK: What goes between brackets

    private mutating func element(_ example: String, _ level: Int, bare: Bool) throws(SignatureError) -> FieldType {
        if bare, token.kind != .punctuation("[") { return .unspecified }
        return try types(1, example, level)[0]
    }

    private mutating func aliased(_ alias: CollectionAlias, _ level: Int) throws(SignatureError) -> FieldType {
        if alias.standsAlone, token.kind != .punctuation("[") { return .alias(alias, []) }
        let example = alias.source + (alias.argumentCount == 1 ? "[str]" : "[str, int]")
        return .alias(alias, try types(alias.argumentCount, example, level))
    }

    /// So many types in brackets.
    private mutating func types(_ count: Int, _ example: String, _ level: Int) throws(SignatureError) -> [FieldType] {
        try bracketed(example) { parser throws(SignatureError) in
            var types = [try parser.type(level: level + 1)]
            while types.count < count {
                guard try parser.take(",") else { throw parser.unexpected("',', as in \(example)") }
                types.append(try parser.type(level: level + 1))
            }
            _ = try parser.take(",")
            return types
        }
    }

    private mutating func tuple(_ level: Int, bare: Bool) throws(SignatureError) -> FieldType {
        if bare, token.kind != .punctuation("[") { return .variadicTuple(.unspecified) }
        return try bracketed("tuple[str, int]") { parser throws(SignatureError) in
            if try parser.take("(") {
                guard try parser.take(")") else { throw parser.unexpected("')'") }
                return .tuple([])
            }
            let first = try parser.type(level: level + 1)
            guard try parser.take(","), parser.token.kind != .punctuation("]") else { return .tuple([first]) }
            if parser.token.kind == .ellipsis {
                try parser.advance()
                return .variadicTuple(first)
            }
            let rest = try parser.list { parser throws(SignatureError) in try parser.type(level: level + 1) }
            return .tuple([first] + rest)
        }
    }

    /// `Annotated[int, Field(gt=0)]`. Texts and other constants after the type say nothing, as in DSPy.
    private mutating func annotated(_ level: Int) throws(SignatureError) -> FieldType {
        try bracketed("Annotated[int, Field(gt=0)]") { parser throws(SignatureError) in
            let base = try parser.type(level: level + 1)
            guard parser.token.kind == .punctuation(",") else { throw parser.unexpected("',' and Field(…)") }
            var constraints: [Constraint] = []
            while try parser.take(","), parser.token.kind != .punctuation("]") {
                let column = parser.token.column
                if parser.token.kind == .name("Field") {
                    try parser.advance()
                    guard try parser.take("(") else { throw parser.unexpected("'(', as in Field(gt=0)") }
                    constraints += try parser.constraints()
                } else {
                    _ = try parser.constant("Field(…), as in Annotated[int, Field(gt=0)]")
                }
                try parser.check(constraints, on: base, at: column)
            }
            return constraints.isEmpty ? base : .annotated(base, constraints)
        }
    }

    private mutating func withLanguage(_ type: DSPyType) throws(SignatureError) -> DSPyType {
        guard case .code = type, token.kind == .punctuation("[") else { return type }
        let language = try bracketed("dspy.Code['python']") { parser throws(SignatureError) in
            try parser.constant("the language in quotes")
        }
        guard case .string(let name) = language, !name.isEmpty else { throw unexpected("the language in quotes") }
        return .code(language: name)
    }

    private mutating func literals() throws(SignatureError) -> [LiteralValue] {
        var values: [LiteralValue] = []
        var seen = Seen<LiteralValue>()
        while token.kind != .punctuation("]") {
            let column = token.column
            if token.kind == .name("Literal") {
                // A Literal inside another is a part of it.
                try advance()
                let inner = try bracketed("Literal['yes', 'no']") { parser throws(SignatureError) in
                    try parser.literals()
                }
                for value in inner where seen.insert(value) { values.append(value) }
                guard try take(",") else { break }
                continue
            }
            let value = try constant("a text in quotes, a number, True, False or None")
            guard seen.insert(value) else { throw error(.duplicateLiteral(value), at: column) }
            values.append(value)
            guard try take(",") else { break }
        }
        if values.isEmpty { throw error(.emptyLiteral, at: token.column) }
        return values
    }

    /// Whole numbers above zero in parentheses.
    private mutating func sizes(_ count: Int?, _ example: String) throws(SignatureError) -> [Int] {
        guard try take("(") else { throw unexpected("'(', as in \(example)") }
        var sizes: [Int] = []
        while true {
            guard case .constant(.int(let size)) = token.kind, size > 0 else {
                throw unexpected("a whole number above zero, as in \(example)")
            }
            sizes.append(size)
            guard sizes.count <= Signature.Limits.depth else {
                throw error(.tooDeep(limit: Signature.Limits.depth), at: token.column)
            }
            try advance()
            guard sizes.count != count, try take(",") else { break }
        }
        guard try take(")") else { throw unexpected("')', as in \(example)") }
        return sizes
    }

    private mutating func bracketed<Result>(
        _ example: String, _ body: (inout SignatureParser) throws(SignatureError) -> Result
    ) throws(SignatureError) -> Result {
        guard try take("[") else { throw unexpected("'[', as in \(example)") }
        let result = try body(&self)
        guard try take("]") else { throw unexpected("']'") }
        return result
    }

    /// One or more with commas between them, and perhaps one behind the last.
    private mutating func list<Element>(
        _ element: (inout SignatureParser) throws(SignatureError) -> Element
    ) throws(SignatureError) -> [Element] {
        var elements = [try element(&self)]
        while try take(","), token.kind != .punctuation("]") { elements.append(try element(&self)) }
        return elements
    }
}
