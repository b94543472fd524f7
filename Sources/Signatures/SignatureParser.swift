/// Reads a signature string by recursive descent, one token ahead.
struct SignatureParser {
    private let source: String
    private let types: [String: FieldType]
    private var lexer: SignatureLexer
    private var token: SignatureLexer.Token

    init(_ source: String, types: [String: FieldType]) throws(SignatureError) {
        guard source.utf8.count <= Signature.Limits.length else {
            throw SignatureError(.tooLong(bytes: source.utf8.count, limit: Signature.Limits.length))
        }
        for name in types.keys.sorted() { try Rules.checkTypeName(name) }
        self.source = source
        self.types = types
        lexer = SignatureLexer(source)
        token = .init(kind: .end, column: 1)
        try advance()
    }

    mutating func parse() throws(SignatureError) -> (inputs: [Field], outputs: [Field]) {
        var seen: Set<String> = []
        let inputs = try fields(of: .inputs, seen: &seen)
        guard token.kind == .arrow else { throw unexpected("',' or '->'") }
        let arrow = token.column
        if inputs.isEmpty { throw error(.emptySide(.inputs), at: arrow) }
        try advance()
        let outputs = try fields(of: .outputs, seen: &seen)
        guard token.kind == .end else { throw unexpected("',' or the end of the signature") }
        if outputs.isEmpty { throw error(.emptySide(.outputs), at: token.column) }
        return (inputs, outputs)
    }

    // MARK: Fields

    private mutating func fields(of side: SignatureError.Side, seen: inout Set<String>) throws(SignatureError)
        -> [Field]
    {
        var fields: [Field] = []
        while case .name(let name) = token.kind {
            let column = token.column
            do { try Rules.checkFieldName(name) } catch { throw self.error(error.problem, at: column) }
            guard seen.insert(name).inserted else { throw error(.duplicateField(name), at: column) }
            guard seen.count <= Signature.Limits.fields else {
                throw error(.tooManyFields(seen.count, limit: Signature.Limits.fields), at: column)
            }
            try advance()
            var type = FieldType.str
            if try take(":") { type = try self.type(level: 0) }
            fields.append(Field(name, type))
            guard try take(",") else { return fields }
        }
        let closes = token.kind == (side == .inputs ? .arrow : .end)
        if !closes {
            let place = side == .inputs ? "'->'" : "the end of the signature"
            throw unexpected(fields.isEmpty ? "a field name" : "a field name or \(place)")
        }
        return fields
    }

    // MARK: Types

    private mutating func type(level: Int) throws(SignatureError) -> FieldType {
        let column = token.column
        var members = [try member(level: level)]
        while try take("|") { members.append(try member(level: level)) }
        return try union(members, at: column)
    }

    /// One side of a `|`: nil is `None`.
    private mutating func member(level: Int) throws(SignatureError) -> FieldType? {
        // Every way down passes here, so the stack is bounded too.
        guard level <= Signature.Limits.depth else {
            throw error(.tooDeep(limit: Signature.Limits.depth), at: token.column)
        }
        guard case .name(let written) = token.kind else { throw unexpected("a type") }
        let name = written.hasPrefix("typing.") ? String(written.dropFirst("typing.".count)) : written
        let column = token.column
        try advance()
        // A name of the caller's own comes first, as in DSPy; it can be none of the built-in ones.
        if let custom = types[name] {
            do { try Rules.checkDepth(custom, level: level) } catch { throw self.error(error.problem, at: column) }
            return custom
        }
        switch name {
        case "str": return .str
        case "int": return .int
        case "float": return .float
        case "bool": return .bool
        case "None", "NoneType": return nil
        case "list", "List":
            return .list(
                try bracketed("list[str]") { parser throws(SignatureError) in try parser.type(level: level + 1) })
        case "Optional":
            return .optional(
                try bracketed("Optional[str]") { parser throws(SignatureError) in try parser.type(level: level + 1) })
        case "Union":
            return try bracketed("Union[str, None]") { parser throws(SignatureError) in
                let column = parser.token.column
                var members = [try parser.member(level: level + 1)]
                while try parser.take(","), parser.token.kind != .punctuation("]") {
                    members.append(try parser.member(level: level + 1))
                }
                return try parser.union(members, at: column)
            }
        case "Literal":
            return .literal(
                try bracketed("Literal['yes', 'no']") { parser throws(SignatureError) in try parser.literals() })
        case _ where TypeNames.unsupported[name] != nil:
            throw error(.unsupportedType(name, remedy: TypeNames.unsupported[name] ?? ""), at: column)
        default:
            throw error(.unknownType(name, suggestion: TypeNames.suggestion(for: name, among: types.keys)), at: column)
        }
    }

    /// `T | None`, in any order and number; a choice between two real types has no one Swift type.
    private func union(_ members: [FieldType?], at column: Int) throws(SignatureError) -> FieldType {
        let real = members.compactMap(\.self)
        guard let first = real.first else {
            throw error(.unsupportedType("None", remedy: "leave the field out, or write Optional[…]"), at: column)
        }
        guard real.allSatisfy({ $0 == first }) else {
            let text = real.map(\.description).joined(separator: " | ")
            throw error(
                .unsupportedType(text, remedy: "only 'T | None' is understood; use a record of optionals"), at: column)
        }
        return members.count == real.count ? first : .optional(first).normalized
    }

    private mutating func bracketed<Result>(
        _ example: String, _ body: (inout SignatureParser) throws(SignatureError) -> Result
    ) throws(SignatureError) -> Result {
        guard try take("[") else { throw unexpected("'[', as in \(example)") }
        let result = try body(&self)
        guard try take("]") else { throw unexpected("']'") }
        return result
    }

    private mutating func literals() throws(SignatureError) -> [LiteralValue] {
        var values: [LiteralValue] = []
        var seen: Set<LiteralValue> = []
        while token.kind != .punctuation("]") {
            let value: LiteralValue
            switch token.kind {
            case .string(let text): value = .string(text)
            case .int(let number): value = .int(number)
            case .name("True"): value = .bool(true)
            case .name("False"): value = .bool(false)
            case .name("None"):
                throw error(.unsupportedType("Literal[None]", remedy: "write Optional[Literal[…]]"), at: token.column)
            default: throw unexpected("a text in quotes, a whole number, True or False")
            }
            guard seen.insert(value).inserted else { throw error(.duplicateLiteral(value), at: token.column) }
            values.append(value)
            try advance()
            guard try take(",") else { break }
        }
        if values.isEmpty { throw error(.emptyLiteral, at: token.column) }
        return values
    }

    // MARK: Tokens

    private mutating func advance() throws(SignatureError) {
        do { token = try lexer.next() } catch {
            throw SignatureError(error.problem, source: source, column: error.column)
        }
    }

    private mutating func take(_ punctuation: Unicode.Scalar) throws(SignatureError) -> Bool {
        guard token.kind == .punctuation(punctuation) else { return false }
        try advance()
        return true
    }

    private func error(_ problem: SignatureError.Problem, at column: Int) -> SignatureError {
        SignatureError(problem, source: source, column: column)
    }

    private func unexpected(_ expected: String) -> SignatureError {
        error(.unexpected(expected: expected, found: found), at: token.column)
    }

    private var found: String {
        switch token.kind {
        case .name(let name): "'\(name.prefix(60))'"
        case .string(let text): "the text \(LiteralValue.string(String(text.prefix(60))))"
        case .int(let number): "the number \(number)"
        case .arrow: "'->'"
        case .punctuation(let scalar): SignatureLexer.shown(scalar)
        case .end: "the end of the signature"
        }
    }
}
