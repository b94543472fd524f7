public import Marshalling

/// Reads Python literals: what `ast.literal_eval(text)` of CPython 3.11 makes of a text.
///
/// These are `str` and `bytes` with every prefix but `f`, numbers (sums such as `1+2j` too), tuples, lists, dicts, sets, `set()`, `True`,
/// `False` and `None`. Of a set the elements keep the order written, of equal ones the first is kept; of equal keys the last value.
public enum PythonLiteral {
    /// How deeply brackets may be nested: what CPython's tokenizer allows.
    public static let depthLimit = 200

    /// The value of a text.
    ///
    /// - Returns: nil where `literal_eval` raises `ValueError` or `SyntaxError`. Nil also where it raises something else: `TypeError` for
    ///   unhashable keys and elements, `OverflowError` for `10**400 + 1j`, `RecursionError` and `MemoryError` for thousands of signs in a row.
    ///   `...` is nil, too, as ``PythonValue`` has no form for it, and so are the few names in `\N{…}` that are only aliases.
    public static func value(of text: String) -> PythonValue? {
        var parser = LiteralParser(text)
        do {
            return try parser.parse()
        } catch {
            return Optional<PythonValue>.none
        }
    }
}
