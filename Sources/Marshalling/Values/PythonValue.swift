/// A Python object as a Swift value.
///
/// What arrives is what Python held: a tuple stays a tuple, dictionaries keep their order and any hashable key, integers keep
/// all their digits. Literals read as in Python:
///
/// ```swift
/// let value: PythonValue = ["question": "Who wrote Dune?", "k": 3, "scores": [0.5, 0.25], "label": .none]
/// value["k"]?.int        // 3
/// ```
public enum PythonValue: Sendable {
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
    /// `complex`
    indirect case complex(PythonComplex)
    /// `str`
    case string(String)
    /// `str` with lone surrogates, which is no Unicode text
    case surrogateString(PythonSurrogateString)
    /// `bytes`
    case bytes([UInt8])
    /// `bytearray`
    case bytearray([UInt8])
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
    /// An object of a type that has a converter in the worker (`dspex_worker.converters`): the converter's name, and what it made
    /// of the object.
    indirect case extended(name: String, payload: PythonValue)
    /// A closure or sequence of this process, for Python to use (`PythonPool.callable`, `PythonPool.iterator`)
    case hosted(PythonHosted)
    /// An object without a value form, which stays in its worker
    case reference(PythonReference)
    /// An object that occurs more than once; the accessors look through it
    case shared(PythonShared)
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
