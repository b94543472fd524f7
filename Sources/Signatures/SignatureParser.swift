/// Reads a signature string by recursive descent, one token ahead.
struct SignatureParser {
    private let source: String
    let types: [String: FieldType]
    private var lexer: SignatureLexer
    private(set) var token: SignatureLexer.Token

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

    mutating func parse() throws(SignatureError) -> (label: String?, inputs: [Field], outputs: [Field]) {
        let label = try label()
        var seen = Seen<String>()
        let inputs = try fields(of: .inputs, seen: &seen)
        guard token.kind == .arrow else { throw unexpected("',' or '->'") }
        let arrow = token.column
        if inputs.isEmpty { throw error(.emptySide(.inputs), at: arrow) }
        try advance()
        let outputs = try fields(of: .outputs, seen: &seen)
        guard token.kind == .end else { throw unexpected("',' or the end of the signature") }
        if outputs.isEmpty { throw error(.emptySide(.outputs), at: token.column) }
        return (label, inputs, outputs)
    }

    /// The words before the first field: `sentiment analysis: text -> label`. One word is a label only when a whole field
    /// with a type comes after it, as it could be a field itself.
    private mutating func label() throws(SignatureError) -> String? {
        var ahead = self
        var words: [String] = []
        while case .name(let word) = ahead.token.kind, !word.contains(".") {
            words.append(word)
            // What cannot be read ahead is met again, and reported, when it is read.
            guard (try? ahead.advance()) != nil else { return nil }
        }
        guard !words.isEmpty, ahead.token.kind == .punctuation(":"), (try? ahead.advance()) != nil else { return nil }
        if words.count == 1 {
            var next = ahead
            guard case .name = next.token.kind, (try? next.advance()) != nil, next.token.kind == .punctuation(":")
            else { return nil }
        }
        self = ahead
        return words.joined(separator: " ")
    }

    // MARK: Fields

    private mutating func fields(of side: Signature.Side, seen: inout Seen<String>) throws(SignatureError) -> [Field] {
        var fields: [Field] = []
        fields.reserveCapacity(4)
        while case .name(let name) = token.kind {
            let column = token.column
            do { try Rules.checkFieldName(name) } catch { throw self.error(error.problem, at: column) }
            guard seen.insert(name) else { throw error(.duplicateField(name), at: column) }
            guard seen.count <= Signature.Limits.fields else {
                throw error(.tooManyFields(seen.count, limit: Signature.Limits.fields), at: column)
            }
            try advance()
            fields.append(try field(name))
            guard try take(",") else { return fields }
        }
        let closes = token.kind == (side == .inputs ? .arrow : .end)
        if !closes {
            let place = side == .inputs ? "'->'" : "the end of the signature"
            throw unexpected(fields.isEmpty ? "a field name" : "a field name or \(place)")
        }
        return fields
    }

    /// What comes after a field's name.
    private mutating func field(_ name: String) throws(SignatureError) -> Field {
        let isOptional = try take("?")
        var field = Field(name)
        var typeColumn = token.column
        if try take(":") {
            typeColumn = token.column
            let first = token.kind
            field.type = try type(level: 0)
            // DSPy makes a text of it, and `NoneType` is there for who means it.
            if field.type == .null, first == .name("None") {
                throw error(
                    .unsupportedType("None", remedy: "leave the field out, or write Optional[…]"), at: typeColumn)
            }
            if try take("(") { field.constraints = try constraints() }
        }
        try check(field.constraints, on: field.type, at: typeColumn)
        if isOptional { field.type = .optional(field.type) }
        if try take("=") {
            let column = token.column
            let value = try defaultValue()
            guard field.type.allows(value) else {
                throw error(.unfitDefault(value, type: field.type.description), at: column)
            }
            field.defaultValue = value
        }
        if case .constant(.string) = token.kind { field.description = try text() }
        return field
    }

    /// A constant; of several texts in a row only the first, as the next one is the description.
    private mutating func defaultValue() throws(SignatureError) -> LiteralValue {
        guard case .constant(.string(let text)) = token.kind else {
            return try constant("a default: a text in quotes, a number, True, False or None")
        }
        try advance()
        return .string(text)
    }

    /// `ge=0, le=1)`: behind the parenthesis that opens it.
    mutating func constraints() throws(SignatureError) -> [Constraint] {
        var constraints: [Constraint] = []
        while case .name(let keyword) = token.kind {
            let column = token.column
            try advance()
            guard try take("=") else { throw unexpected("'=', as in ge=0") }
            let value = try constant("a number, or a text in quotes")
            guard let constraint = Constraint(keyword: keyword, value) else {
                throw error(.unknownConstraint("\(keyword)=\(value)", known: Constraint.keywords), at: column)
            }
            constraints.append(constraint)
            guard try take(",") else { break }
        }
        guard !constraints.isEmpty, try take(")") else {
            throw unexpected(constraints.isEmpty ? "a constraint, as in ge=0" : "',' or ')'")
        }
        return constraints
    }

    func check(_ constraints: [Constraint], on type: FieldType, at column: Int) throws(SignatureError) {
        for constraint in constraints {
            do { try Rules.check(constraint, on: type) } catch { throw self.error(error.problem, at: column) }
        }
    }

    // MARK: Constants

    /// The constant that comes next. Names of constants are constants.
    mutating func constant(_ expected: String) throws(SignatureError) -> LiteralValue {
        switch token.kind {
        case .constant(.string): return .string(try text())
        case .constant(let value):
            try advance()
            return value
        case .name("True"), .name("False"), .name("None"):
            let value: LiteralValue =
                token.kind == .name("None") ? .none : .bool(token.kind == .name("True"))
            try advance()
            return value
        default: throw unexpected(expected)
        }
    }

    /// A text; several in a row are one, as in Python.
    private mutating func text() throws(SignatureError) -> String {
        var text = ""
        while case .constant(.string(let part)) = token.kind {
            text += part
            try advance()
        }
        return text
    }

    // MARK: Tokens

    mutating func advance() throws(SignatureError) {
        do { token = try lexer.next() } catch {
            throw SignatureError(error.problem, source: source, column: error.column)
        }
    }

    mutating func take(_ punctuation: Unicode.Scalar) throws(SignatureError) -> Bool {
        guard token.kind == .punctuation(punctuation) else { return false }
        try advance()
        return true
    }

    func error(_ problem: SignatureError.Problem, at column: Int) -> SignatureError {
        SignatureError(problem, source: source, column: column)
    }

    func unexpected(_ expected: String) -> SignatureError {
        error(.unexpected(expected: expected, found: found), at: token.column)
    }

    private var found: String {
        switch token.kind {
        case .name(let name): "'\(name.prefix(60))'"
        case .constant(.string(let text)): "the text \(LiteralValue.string(String(text.prefix(60))))"
        case .constant(.bytes): "bytes"
        case .constant(let value): "the number \(value)"
        case .arrow: "'->'"
        case .ellipsis: "'...'"
        case .punctuation(let scalar): SignatureLexer.shown(scalar)
        case .end: "the end of the signature"
        }
    }
}
