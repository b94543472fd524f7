/// What names and fields must be, wherever they come from. The lists were found by trying every name in DSPy 3.4.1.
enum Rules {
    enum Owner {
        case signature
        case record(String)
    }

    static func checkFields(_ fields: [Field], of owner: Owner) throws(SignatureError) {
        guard fields.count <= Signature.Limits.fields else {
            throw SignatureError(.tooManyFields(fields.count, limit: Signature.Limits.fields))
        }
        var seen: Set<String> = []
        for field in fields {
            switch owner {
            case .signature: try checkFieldName(field.name)
            case .record: try checkRecordFieldName(field.name)
            }
            guard seen.insert(field.name).inserted else { throw SignatureError(.duplicateField(field.name)) }
        }
    }

    static func checkFieldName(_ name: String) throws(SignatureError) {
        try checkIdentifier(name)
        if reserved.contains(name) || name.hasPrefix("model_") { throw SignatureError(.name(name, .reserved)) }
    }

    static func checkRecordFieldName(_ name: String) throws(SignatureError) {
        try checkIdentifier(name)
        // Pydantic keeps the prefix for itself.
        if name.hasPrefix("model_") { throw SignatureError(.name(name, .reserved)) }
    }

    static func checkTypeName(_ name: String) throws(SignatureError) {
        try checkIdentifier(name)
        if TypeNames.builtin.contains(name) || TypeNames.unsupported[name] != nil {
            throw SignatureError(.name(name, .reserved))
        }
    }

    static func checkIdentifier(_ name: String) throws(SignatureError) {
        guard let first = name.unicodeScalars.first, first.beginsName, name.unicodeScalars.allSatisfy(\.continuesName)
        else { throw SignatureError(.name(name, .malformed)) }
        if keywords.contains(name) { throw SignatureError(.name(name, .keyword)) }
        if first == "_" { throw SignatureError(.name(name, .leadingUnderscore)) }
    }

    /// Checks how deep a type nests, and the values of its literals. A level of a record counts as one.
    static func checkDepth(_ type: FieldType, level: Int = 0) throws(SignatureError) {
        guard level <= Signature.Limits.depth else { throw SignatureError(.tooDeep(limit: Signature.Limits.depth)) }
        switch type {
        case .str, .int, .float, .bool: break
        case .literal(let values): try checkLiteral(values)
        case .list(let inner), .optional(let inner): try checkDepth(inner, level: level + 1)
        case .record(let record): for field in record.fields { try checkDepth(field.type, level: level + 1) }
        }
    }

    static func checkLiteral(_ values: [LiteralValue]) throws(SignatureError) {
        guard !values.isEmpty else { throw SignatureError(.emptyLiteral) }
        var seen: Set<LiteralValue> = []
        for value in values where !seen.insert(value).inserted { throw SignatureError(.duplicateLiteral(value)) }
    }

    /// Every record by name; two different ones of one name are an error, as Python could not tell them apart either.
    static func records(in signature: Signature) throws(SignatureError) -> [String: Record] {
        var found: [String: Record] = [:]
        for field in signature.inputs + signature.outputs { try collect(field.type, into: &found) }
        return found
    }

    private static func collect(_ type: FieldType, into found: inout [String: Record]) throws(SignatureError) {
        switch type {
        case .str, .int, .float, .bool, .literal: return
        case .list(let inner), .optional(let inner): try collect(inner, into: &found)
        case .record(let record):
            if let known = found[record.name] {
                guard known == record else { throw SignatureError(.conflictingRecords(record.name)) }
                return
            }
            found[record.name] = record
            for field in record.fields { try collect(field.type, into: &found) }
        }
    }

    /// Names that `dspy.Predict` takes as its own arguments, or that shadow members of `dspy.Signature`.
    static let reserved: Set<String> = [
        "completions", "config", "demos", "fields", "input_fields", "instructions", "lm", "new_signature",
        "output_fields",
        "self", "signature",
    ]

    static let keywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]
}

extension Unicode.Scalar {
    var beginsName: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }
    var continuesName: Bool { beginsName || isDigit }
    var isDigit: Bool { ("0"..."9").contains(self) }
    var isSpace: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" || self == "\u{0C}" }
}
