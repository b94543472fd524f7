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
        var seen = Seen<String>()
        for field in fields {
            switch owner {
            case .signature: try checkFieldName(field.name)
            case .record: try checkRecordFieldName(field.name)
            }
            guard seen.insert(field.name) else { throw SignatureError(.duplicateField(field.name)) }
            try checkDepth(field.type)
            for constraint in field.constraints { try check(constraint, on: field.type) }
            if let value = field.defaultValue, !field.type.allows(value) {
                throw SignatureError(.unfitDefault(value, type: field.type.description))
            }
        }
    }

    static func checkFieldName(_ name: String) throws(SignatureError) {
        try checkForm(name)
        guard taken.contains(name) else { return }
        throw SignatureError(.name(name, keywords.contains(name) ? .keyword : .reserved))
    }

    static func checkRecordFieldName(_ name: String) throws(SignatureError) {
        try checkIdentifier(name)
        if reservedByPydantic.contains(name) { throw SignatureError(.name(name, .reserved)) }
    }

    static func checkTypeName(_ name: String) throws(SignatureError) {
        try checkIdentifier(name)
        if TypeNames.isTaken(name) {
            throw SignatureError(.name(name, .reserved))
        }
    }

    static func checkIdentifier(_ name: String) throws(SignatureError) {
        try checkForm(name)
        if keywords.contains(name) { throw SignatureError(.name(name, .keyword)) }
    }

    /// Checks all of an identifier but whether it is a keyword; no keyword begins with an underscore.
    private static func checkForm(_ name: String) throws(SignatureError) {
        guard let first = name.unicodeScalars.first, first.beginsName, name.unicodeScalars.allSatisfy(\.continuesName)
        else { throw SignatureError(.name(name, .malformed)) }
        if first == "_" { throw SignatureError(.name(name, .leadingUnderscore)) }
    }

    /// Checks how deep a type nests, and the values of its literals. A level of a record counts as one.
    static func checkDepth(_ type: FieldType, level: Int = 0) throws(SignatureError) {
        guard level <= Signature.Limits.depth else { throw SignatureError(.tooDeep(limit: Signature.Limits.depth)) }
        if case .literal(let values) = type { try checkLiteral(values) }
        if case .record(let record) = type {
            for field in record.fields { try checkDepth(field.type, level: level + 1) }
        }
        if case .annotated(let base, let constraints) = type {
            for constraint in constraints { try check(constraint, on: base) }
        }
        for argument in type.arguments { try checkDepth(argument, level: level + 1) }
    }

    /// Checks that pydantic can hold a constraint against values of a type.
    static func check(_ constraint: Constraint, on type: FieldType) throws(SignatureError) {
        let fits =
            switch (constraint, type.pythonType) {
            case (_, .union(let members)):
                members.allSatisfy { member in member == .null || (try? check(constraint, on: member)) != nil }
            case (_, .annotated(let base, _)): (try? check(constraint, on: base)) != nil
            case (.greaterThan, .int), (.atLeast, .int), (.lessThan, .int), (.atMost, .int), (.multipleOf, .int),
                (.greaterThan, .float), (.atLeast, .float), (.lessThan, .float), (.atMost, .float),
                (.multipleOf, .float), (.greaterThan, .standard(.decimal)), (.atLeast, .standard(.decimal)),
                (.lessThan, .standard(.decimal)), (.atMost, .standard(.decimal)), (.multipleOf, .standard(.decimal)):
                true
            case (.minLength, .str), (.maxLength, .str), (.pattern, .str), (.minLength, .bytes), (.maxLength, .bytes),
                (.minLength, .list), (.maxLength, .list), (.minLength, .set), (.maxLength, .set),
                (.minLength, .frozenset), (.maxLength, .frozenset), (.minLength, .dict), (.maxLength, .dict),
                (.minLength, .variadicTuple), (.maxLength, .variadicTuple):
                true
            default: false
            }
        guard fits else { throw SignatureError(.unfitConstraint(constraint, type: type.description)) }
    }

    static func checkLiteral(_ values: [LiteralValue]) throws(SignatureError) {
        guard !values.isEmpty else { throw SignatureError(.emptyLiteral) }
        var seen = Seen<LiteralValue>()
        for value in values where !seen.insert(value) { throw SignatureError(.duplicateLiteral(value)) }
    }

    /// Every record and enumeration by name; two different ones of one name are an error, as Python could not tell them apart
    /// either.
    static func namedTypes(in signature: Signature) throws(SignatureError) -> [String: FieldType] {
        var found: [String: FieldType] = [:]
        for field in signature.fields { try collect(field.type, into: &found) }
        return found
    }

    private static func collect(_ type: FieldType, into found: inout [String: FieldType]) throws(SignatureError) {
        for argument in type.arguments { try collect(argument, into: &found) }
        let name: String
        switch type {
        case .record(let record): name = record.name
        case .enumeration(let enumeration): name = enumeration.name
        default: return
        }
        if let known = found[name] {
            guard known == type else { throw SignatureError(.conflictingTypes(name)) }
            return
        }
        found[name] = type
        if case .record(let record) = type { for field in record.fields { try collect(field.type, into: &found) } }
    }

    /// Names that `dspy.Predict` takes as its own arguments, or that shadow members of `dspy.Signature`.
    static let reserved: Set<String> = [
        "completions", "config", "demos", "fields", "input_fields", "instructions", "lm", "new_signature",
        "output_fields",
        "self", "signature",
    ]

    /// Names that pydantic's models have themselves.
    private static let reservedByPydantic: Set<String> = Set(
        [
            "computed_fields", "config", "construct", "copy", "dump", "dump_json", "extra", "fields", "fields_set",
            "json_schema", "parametrized_name", "post_init", "rebuild", "validate", "validate_json", "validate_strings",
        ].map { "model_" + $0 })

    /// Every name that a field of a signature cannot have, so that one look is enough for one that it can.
    private static let taken = keywords.union(reserved).union(reservedByPydantic)

    static let keywords: Set<String> = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
        "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
        "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
    ]
}

extension FieldType {
    /// Whether a constant is a value of the type.
    func allows(_ value: LiteralValue) -> Bool {
        switch (pythonType, value) {
        case (.any, _), (.unspecified, _), (.str, .string), (.int, .int), (.float, .float), (.float, .int),
            (.bool, .bool),
            (.bytes, .bytes), (.null, .none):
            true
        case (.literal(let values), _): values.contains(value)
        case (.enumeration(let enumeration), _): enumeration.members.contains { $0.value == value }
        case (.union(let members), _): members.contains { $0.allows(value) }
        case (.annotated(let base, _), _): base.allows(value)
        case (.standard, .string), (.dspy, .string): true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// Whether an identifier of Python's may begin with it.
    var beginsName: Bool { isASCII ? isLetter || self == "_" : properties.isXIDStart }
    /// Whether an identifier of Python's may have it anywhere but at its beginning.
    var continuesName: Bool { isASCII ? isLetter || isDigit || self == "_" : properties.isXIDContinue }
    var isDigit: Bool { ("0"..."9").contains(self) }
    var isSpace: Bool { self == " " || self == "\t" || self == "\n" || self == "\r" || self == "\u{0C}" }
    private var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
}
