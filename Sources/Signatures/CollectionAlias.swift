/// A collection of `typing` or `collections`, whose values are those of a built-in one.
public enum CollectionAlias: String, Sendable, Hashable, CaseIterable {
    /// `typing.Sequence[T]`
    case sequence = "Sequence"
    /// `typing.Iterable[T]`
    case iterable = "Iterable"
    /// `typing.MutableSequence[T]`
    case mutableSequence = "MutableSequence"
    /// `collections.deque[T]`, `typing.Deque[T]`
    case deque
    /// `typing.AbstractSet[T]`
    case abstractSet = "Set"
    /// `typing.MutableSet[T]`
    case mutableSet = "MutableSet"
    /// `typing.Mapping[K, V]`
    case mapping = "Mapping"
    /// `typing.MutableMapping[K, V]`
    case mutableMapping = "MutableMapping"
    /// `collections.OrderedDict[K, V]`
    case orderedDict = "OrderedDict"
    /// `collections.defaultdict[K, V]`, `typing.DefaultDict[K, V]`
    case defaultDict = "defaultdict"
    /// `collections.Counter[K]`
    case counter = "Counter"

    /// How many types go between its brackets.
    public var argumentCount: Int {
        switch self {
        case .sequence, .iterable, .mutableSequence, .deque, .abstractSet, .mutableSet, .counter: 1
        case .mapping, .mutableMapping, .orderedDict, .defaultDict: 2
        }
    }

    /// Whether it may stand without brackets. Those of `typing` may not.
    public var standsAlone: Bool { [.deque, .orderedDict, .counter].contains(self) }

    /// Whether it is one of `typing` and not of `collections`.
    var isOfTyping: Bool { ![.deque, .orderedDict, .defaultDict, .counter].contains(self) }

    /// The collection as signature strings write it.
    public var source: String {
        switch self {
        case .abstractSet: "AbstractSet"
        case .deque, .orderedDict, .defaultDict, .counter: "collections.\(rawValue)"
        default: rawValue
        }
    }

    /// The collection as DSPy's prompts spell it.
    public var promptName: String { rawValue }

    /// The built-in type that has the same values.
    public func base(_ arguments: [FieldType]) -> FieldType {
        let first = arguments.first ?? .unspecified
        return switch self {
        case .sequence, .iterable, .mutableSequence, .deque: .list(first)
        case .abstractSet, .mutableSet: .set(first)
        case .mapping, .mutableMapping, .orderedDict, .defaultDict:
            .dict(first, arguments.count > 1 ? arguments[1] : .unspecified)
        case .counter: .dict(first, .int)
        }
    }

    /// The names that are no raw values.
    private static let names: [String: CollectionAlias] = [
        "AbstractSet": .abstractSet, "Deque": .deque, "DefaultDict": .defaultDict,
        "collections.deque": .deque, "collections.OrderedDict": .orderedDict,
        "collections.defaultdict": .defaultDict, "collections.Counter": .counter,
    ]

    /// The collection of this name, with or without its module; nil for any other name.
    static func named(_ name: String) -> CollectionAlias? {
        // `Set` of typing is the built-in set, and the lower-case ones are not typing's.
        if let alias = names[name] { return alias }
        guard !["Set", "deque", "defaultdict"].contains(name) else { return nil }
        return CollectionAlias(rawValue: name)
    }
}
