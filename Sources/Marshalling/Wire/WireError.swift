/// Why a value could not be written to, or read from, the wire form.
public enum WireError: Error, Sendable, Hashable {
    /// The type has no wire form; `path` says where in the value it sits (`[2]["when"]`, empty for the value itself).
    case noWireForm(type: String, path: String)
    /// Containers are nested deeper than the limit.
    case tooDeep(limit: Int)
    /// The value does not fit a frame.
    case tooLarge(bytes: Int, limit: Int)
    /// The bytes end before the value does.
    case truncated(offset: Int)
    /// A length or count is larger than what is left of the frame.
    case lyingLength(offset: Int, claimed: Int, available: Int)
    /// A byte that is no tag of this version.
    case unknownTag(offset: Int, tag: UInt8)
    /// A `str` whose bytes are not UTF-8.
    case invalidUTF8(offset: Int)
    /// A value of one type stands where another was expected: `path` says where (`rows[17].score`, empty for the value itself), `expected` is
    /// the Swift type, `found` what Python sent (`str "n/a"`).
    case mismatch(path: String, expected: String, found: String)
    /// Bytes are left after the value.
    case trailingBytes(offset: Int)
    /// The value breaks a rule of its kind (an unhashable dictionary key, a converter that refused its payload).
    case invalid(offset: Int, detail: String)
}
