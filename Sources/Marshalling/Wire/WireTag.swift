/// The first byte of every value in the wire form. Numbers are little-endian; counts and lengths are unsigned 32-bit unless said otherwise.
@frozen public enum WireTag: UInt8, Sendable {
    /// `None`, nothing follows.
    case none = 0
    /// `False`, nothing follows.
    case `false` = 1
    /// `True`, nothing follows.
    case `true` = 2
    /// `int` in one signed byte.
    case int8 = 3
    /// `int` in four signed bytes.
    case int32 = 4
    /// `int` in eight signed bytes.
    case int64 = 5
    /// `int` of any size: length, then two's complement bytes.
    case bigInt = 6
    /// `float`: eight bytes, IEEE 754.
    case float = 7
    /// `str` of at most 255 bytes: one byte of length, then UTF-8.
    case str8 = 8
    /// `str`: length, then UTF-8.
    case str32 = 9
    /// `bytes`: length, then the bytes.
    case bytes = 10
    /// `list`: count, then the elements.
    case list = 11
    /// `list` of nothing but `float`: count, then eight bytes each.
    case floatList = 12
    /// `tuple`: count, then the elements.
    case tuple = 13
    /// `set`: count, then the elements.
    case set = 14
    /// `frozenset`: count, then the elements.
    case frozenset = 15
    /// `dict`: count, then key and value by turns.
    case dict = 16
    /// An object of a registered type: the converter's name as a `str`, then its payload.
    case extended = 17
    /// `complex`: real and imaginary part, eight bytes each.
    case complex = 18
    /// `bytearray`: length, then the bytes.
    case bytearray = 19
    /// `str` with lone surrogates: length, then UTF-8 in which each of them takes three bytes (Python's `surrogatepass`).
    case surrogateStr = 20
    /// Before a container: it takes the next number and is not meant again.
    case mark = 21
    /// Before a container: it takes the next number and is meant again.
    case shared = 22
    /// The container of this number (32 bits; ``mark`` and ``shared`` are counted from 0 in a frame) once more.
    case again = 23
    /// An object that stays in its worker: its number there (64 bits), and its class as a `str`.
    case reference = 24
    /// An array in shared memory.
    case array = 25

    /// Whether a ``mark`` or ``shared`` may stand before this.
    @inlinable package var isContainer: Bool {
        switch self {
        case .list, .floatList, .tuple, .set, .frozenset, .dict, .bytearray, .extended, .array: true
        default: false
        }
    }
}

/// The limits that both sides hold a value to.
public enum WireLimit {
    /// Containers within containers, at most; those that are reached through ``WireTag/again`` count.
    public static let depth = 512
    /// Bytes of one frame, at most.
    public static let frame = 1 << 30
}
