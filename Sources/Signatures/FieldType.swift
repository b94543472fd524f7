/// The type of a field: what Python annotates it with, and what its values must be.
public indirect enum FieldType: Sendable, Hashable {
    /// `str`
    case str
    /// `int`
    case int
    /// `float`
    case float
    /// `bool`
    case bool
    /// `bytes`
    case bytes
    /// `complex`
    case complex
    /// `None`, as a member of a union
    case null
    /// `Any`
    case any
    /// The element type of a collection that says none: `list` is `.list(.unspecified)`. Like ``any``, but spelled as nothing.
    case unspecified
    /// A type of Python's standard library that is spelled with its module: `datetime.date`, `decimal.Decimal`
    case standard(StandardType)
    /// `list[T]`
    case list(FieldType)
    /// `set[T]`
    case set(FieldType)
    /// `frozenset[T]`
    case frozenset(FieldType)
    /// `tuple[T, U]`: this many elements, each of its own type
    case tuple([FieldType])
    /// `tuple[T, ...]`: any number of elements of one type
    case variadicTuple(FieldType)
    /// `dict[K, V]`
    case dict(FieldType, FieldType)
    /// Another name of Python's for one of the collections above: `Sequence[T]`, `OrderedDict[K, V]`
    case alias(CollectionAlias, [FieldType])
    /// `Literal[…]`: one of these values, at least one, none twice
    case literal([LiteralValue])
    /// `Union[…]`: a value of one of these types, two or more, none twice, in the order in which they are tried
    case union([FieldType])
    /// An `enum.Enum`: one of these values
    case enumeration(Enumeration)
    /// A named record, which Python sees as a pydantic model
    case record(Record)
    /// A type of DSPy's for what is more than text: `dspy.Image`, `dspy.Code['python']`
    case dspy(DSPyType)
    /// `Annotated[T, Field(…)]`, whose constraints DSPy leaves out of its prompts. Those of ``Field/constraints`` are in them.
    case annotated(FieldType, [Constraint])
    /// A number from 0 to 1: a `float` for Python
    case probability
    /// A number from 0 to 1 that says how sure something is: a `float` for Python
    case confidence
    /// So many floats: a `list[float]` for Python
    case embedding(Int)
    /// Floats in this shape: lists of lists of `float` for Python
    case tensor([Int])
}

extension FieldType {
    /// `Optional[T]`: a `T` or `None`.
    public static func optional(_ wrapped: FieldType) -> FieldType { .union([wrapped, .null]).normalized }

    /// Whether `None` is among the values.
    public var isOptional: Bool {
        switch self {
        case .null: true
        case .union(let members): members.contains(where: \.isOptional)
        case .annotated(let base, _): base.isOptional
        default: false
        }
    }

    /// The type without `None`; the type itself when `None` is none of its values.
    public var unwrapped: FieldType {
        guard case .union(let members) = self else { return self }
        let rest = members.filter { $0 != .null }
        return rest.count == 1 ? rest[0] : .union(rest)
    }

    /// The type that Python sees for one that only signatures know; else the type itself.
    public var pythonType: FieldType {
        switch self {
        case .probability, .confidence: .float
        case .embedding: .list(.float)
        case .tensor(let shape): shape.reduce(.float) { type, _ in .list(type) }
        case .alias(let alias, let arguments): alias.base(arguments)
        default: self
        }
    }

    /// What the type says of its values beyond what Python's annotation says.
    public var impliedConstraints: [Constraint] {
        switch self {
        case .probability, .confidence: [.atLeast(0), .atMost(1)]
        case .embedding(let dimensions): [.minLength(dimensions), .maxLength(dimensions)]
        case .tensor(let shape): shape.first.map { [.minLength($0), .maxLength($0)] } ?? []
        default: []
        }
    }

    /// The types directly inside this one: elements, keys, members; not the fields of records.
    public var arguments: [FieldType] {
        switch self {
        case .list(let element), .set(let element), .frozenset(let element), .variadicTuple(let element): [element]
        case .dict(let key, let value): [key, value]
        case .tuple(let types), .union(let types), .alias(_, let types): types
        case .annotated(let base, _): [base]
        case .str, .int, .float, .bool, .bytes, .complex, .null, .any, .unspecified, .standard, .literal, .enumeration,
            .record, .dspy, .probability, .confidence, .embedding, .tensor:
            []
        }
    }

    /// The same type as Python would hold it: unions within unions are one, `Union[T]` is `T`, a member twice is there once.
    var normalized: FieldType {
        switch self {
        case .list(let element): .list(element.normalized)
        case .set(let element): .set(element.normalized)
        case .frozenset(let element): .frozenset(element.normalized)
        case .variadicTuple(let element): .variadicTuple(element.normalized)
        case .tuple(let elements): .tuple(elements.map(\.normalized))
        case .dict(let key, let value): .dict(key.normalized, value.normalized)
        case .alias(let alias, let arguments): .alias(alias, arguments.map(\.normalized))
        case .annotated(let base, let constraints): .annotated(base.normalized, constraints)
        case .record(let record): .record(record.normalized)
        case .union(let members): Self.union(of: members)
        default: self
        }
    }

    private static func union(of members: [FieldType]) -> FieldType {
        var flat: [FieldType] = []
        for member in members.map(\.normalized) {
            let parts = if case .union(let inner) = member { inner } else { [member] }
            for part in parts where !flat.contains(part) { flat.append(part) }
        }
        return flat.count == 1 ? flat[0] : .union(flat)
    }
}
