internal import Marshalling
internal import Signatures

/// Holds values against types and turns them into the types' own form, as pydantic 2.14 does in
/// `TypeAdapter(annotation).validate_python(value)`: a text of digits is an `int`, `"yes"` is a `bool`, a tuple a list.
///
/// The values of a record and of DSPy's types are dictionaries on this side, those of an enumeration what its members stand for, those of a
/// `deque` lists, those of `OrderedDict`, `defaultdict` and `Counter` dictionaries.
struct Validator {
    /// Everything that was found wrong so far.
    var problems = FieldProblems()
    /// How near the value is to the type, as far as it was looked at; nil outside of unions, where nobody asks.
    var exactness: Exactness?
    /// How many fields of records were given, if there was a record: of two members of a union the one with more of them is taken.
    var fieldsSet: Int?
    /// Whether Python would have raised something else than a validation error. No other member of a union is tried then.
    var isAborted = false

    /// The value in the type's own form; nil when it does not fit, and ``problems`` say why.
    mutating func validate(_ value: PythonValue, as type: FieldType, at path: String) -> PythonValue? {
        let value = value.unshared
        switch type {
        case .str:
            // A text with lone surrogates is one all the same, as long as nobody reads it.
            if case .surrogateString = value { return take(value, .exact) }
            return text(value, at: path).map { .string($0) }
        case .int: return integer(value, at: path)
        case .float, .probability, .confidence: return float(value, at: path)
        case .bool: return bool(value, at: path)
        case .bytes: return bytes(value, at: path)
        case .complex: return complex(value, at: path)
        case .null: return value.isNone ? value : fail(value, as: type, at: path)
        case .any, .unspecified: return take(value, .strict)
        case .standard(let standard): return self.standard(value, as: standard, at: path)
        case .list, .set, .frozenset, .tuple, .variadicTuple, .embedding, .tensor:
            return collection(value, as: type.pythonType, at: path)
        case .dict(let key, let element): return dictionary(value, key, element, as: type, at: path)
        case .alias(let alias, let arguments): return self.alias(value, alias, arguments, at: path)
        case .literal(let values): return literal(value, values, at: path)
        case .enumeration(let enumeration): return member(value, of: enumeration, at: path)
        case .union(let members): return union(value, members, at: path)
        case .record(let record): return self.record(value, record, at: path)
        case .dspy(let type): return dspy(value, as: type, at: path)
        case .annotated(let base, let constraints):
            guard let validated = validate(value, as: base, at: path) else { return nil }
            return check(validated, constraints, at: path, isUnion: base.isPlainUnion) ? validated : nil
        }
    }

    /// The value, with how near it was to the type.
    mutating func take(_ value: PythonValue, _ exactness: Exactness) -> PythonValue? {
        lower(to: exactness)
        return value
    }

    /// Notes how near a part of the value is to its type. The least near one counts.
    mutating func lower(to exactness: Exactness) {
        if let known = self.exactness { self.exactness = min(known, exactness) }
    }

    /// Notes that a value does not fit.
    mutating func fail(_ value: PythonValue, as type: FieldType, at path: String) -> PythonValue? {
        fail(value, expected: type.expectedWords, at: path)
    }

    /// Notes that a value does not fit.
    mutating func fail(
        _ value: PythonValue, expected: String, found: String? = nil, at path: String
    ) -> PythonValue? {
        problems.add(path, .mistyped(expected: expected, actual: found ?? value.shownInProblems))
        return nil
    }
}

extension FieldType {
    /// Holds a value against the type as pydantic does, and collects what is wrong with it.
    ///
    /// - Returns: the value in the type's own form; nil when anything is wrong.
    func validated(_ value: PythonValue, at path: String, _ problems: inout FieldProblems) -> PythonValue? {
        var validator = Validator(problems: problems)
        let validated = validator.validate(value, as: self, at: path)
        problems = validator.problems
        return validated
    }

    /// The type in words that a reader of an error needs: for a `Literal` the values, for a record its fields.
    var expectedWords: String {
        switch self {
        case .literal(let values): "one of \(values.map(\.description).joined(separator: ", "))"
        case .enumeration(let enumeration):
            "one of \(enumeration.members.map(\.value.description).joined(separator: ", "))"
        case .record(let record): "\(record.name) {\(record.fields.map(\.source).joined(separator: ", "))}"
        default: description
        }
    }

    /// Whether it is a union of more than one type and `None`: pydantic checks the constraints of such a one in another way.
    var isPlainUnion: Bool {
        if case .union = unwrapped { true } else { false }
    }
}

extension PythonValue {
    /// A single value as Python writes it, cut after sixty characters; of anything that has parts only its type.
    var shownInProblems: String {
        switch unshared {
        case .string(let text):
            let cut = String(text.prefix(60))
            return LiteralValue.string(cut).description + (cut.utf8.count < text.utf8.count ? "…" : "")
        case .none: return "None"
        case .bool(let flag): return LiteralValue.bool(flag).text
        case .int(let number): return String(number)
        case .float(let number): return number.pythonRepr
        default: return typeName
        }
    }
}
