/// A Python object as a Swift value.
///
/// What arrives is what Python held: a tuple stays a tuple, dictionaries keep their order and any hashable key, integers keep
/// all their digits. Literals read as in Python:
///
/// ```swift
/// let value: PythonValue = ["question": "Who wrote Dune?", "k": 3, "scores": [0.5, 0.25], "label": .none]
/// value["k"]?.int        // 3
/// ```
public enum PythonValue: Sendable, Hashable {
    /// `None`
    case none
    /// `bool`
    case bool(Bool)
    /// `int` that fits 64 bits
    case int(Int)
    /// `int` that does not fit 64 bits
    case bigInt(PythonInteger)
    /// `float`, all of them: signed zero, infinities and NaN included
    case float(Double)
    /// `str`
    case string(String)
    /// `bytes`
    case bytes([UInt8])
    /// `list`
    case list([PythonValue])
    /// `tuple`
    case tuple([PythonValue])
    /// `set`
    case set(PythonSet)
    /// `frozenset`
    case frozenset(PythonSet)
    /// `dict`, in insertion order
    case dict(PythonDictionary)
    /// An object of a type that is registered as a converter in the worker (`dspex_worker.converters.register`): the
    /// converter's name, and what it made of the object.
    indirect case extended(name: String, payload: PythonValue)
    /// A closure or sequence of this process, for Python to use (`PythonPool.callable`, `PythonPool.iterator`)
    case hosted(PythonHosted)
}

extension PythonValue {
    /// The name that Python's `type(value).__name__` gives, for messages.
    public var typeName: String {
        switch self {
        case .none: "NoneType"
        case .bool: "bool"
        case .int, .bigInt: "int"
        case .float: "float"
        case .string: "str"
        case .bytes: "bytes"
        case .list: "list"
        case .tuple: "tuple"
        case .set: "set"
        case .frozenset: "frozenset"
        case .dict: "dict"
        case .extended(let name, _): name
        case .hosted(let hosted): hosted.kind.rawValue
        }
    }

    /// Whether this is `None`.
    public var isNone: Bool { self == .none }

    /// The value of a `bool`, else nil.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The value of an `int` that fits 64 bits, else nil.
    public var int: Int? { if case .int(let value) = self { value } else { nil } }

    /// The value of a `float`, or of an `int` that a double holds exactly, else nil.
    public var double: Double? {
        switch self {
        case .float(let value): value
        case .int(let value): Double(exactly: value)
        default: nil
        }
    }

    /// The value of a `str`, else nil.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The value of `bytes`, else nil.
    public var bytes: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }

    /// The elements of a `list`, `tuple`, `set` or `frozenset`, else nil.
    public var elements: [PythonValue]? {
        switch self {
        case .list(let elements), .tuple(let elements): elements
        case .set(let set), .frozenset(let set): set.elements
        default: nil
        }
    }

    /// The entries of a `dict`, else nil.
    public var dict: PythonDictionary? { if case .dict(let value) = self { value } else { nil } }

    /// The value at a key of a `dict`; nil when this is no `dict` or has no such key.
    public subscript(key: PythonValue) -> PythonValue? { dict?[key] }

    /// The element of a `list` or `tuple`; nil when this is neither or the index is out of range.
    public subscript(index: Int) -> PythonValue? {
        switch self {
        case .list(let elements), .tuple(let elements):
            // A bare `nil` would be Python's None here, which is a value.
            if elements.indices.contains(index) { elements[index] } else { Optional<PythonValue>.none }
        case .dict(let entries): entries[.int(index)]
        default: Optional<PythonValue>.none
        }
    }
}

extension PythonValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A Swift boolean literal is a `bool`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A Swift integer literal is an `int`.
    public init(integerLiteral value: Int) { self = .int(value) }
    /// A Swift float literal is a `float`.
    public init(floatLiteral value: Double) { self = .float(value) }
    /// A Swift string literal is a `str`.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A Swift array literal is a `list`.
    public init(arrayLiteral elements: PythonValue...) { self = .list(elements) }
    /// A Swift dictionary literal is a `dict` in the order written.
    public init(dictionaryLiteral elements: (PythonValue, PythonValue)...) {
        self = .dict(PythonDictionary(elements.map { .init(key: $0.0, value: $0.1) }))
    }
}

/// The elements of a Python `set` or `frozenset`, in the order in which Python iterated them. Two are equal when they hold
/// the same elements in any order.
public struct PythonSet: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// The elements, none twice.
    public var elements: [PythonValue]

    /// Takes elements as they are; Python drops what is there twice.
    public init(_ elements: [PythonValue]) { self.elements = elements }

    /// Takes elements as they are; Python drops what is there twice.
    public init(arrayLiteral elements: PythonValue...) { self.elements = elements }

    /// Whether both hold the same elements, in whatever order.
    public static func == (left: PythonSet, right: PythonSet) -> Bool {
        left.elements.count == right.elements.count && Set(left.elements) == Set(right.elements)
    }

    /// Hashes the elements regardless of their order.
    public func hash(into hasher: inout Hasher) { hasher.combine(Set(elements)) }
}
