public import Marshalling

/// Reads JSON as language models write it, good, sloppy or broken: what json_repair 0.64.6 makes of a text with `json_repair.loads(text)`.
///
/// Valid JSON (in Python's dialect) is read as such. Anything else is searched for the first thing that could be an object, an array or
/// a tuple, and that is read leniently: missing quotes, commas, colons and brackets, single and typographic quotes, comments, Python's
/// literals, trailing prose. Several values at the top level become a list of them.
public enum JSONRepair {
    /// How deeply a text that needs repair may be nested: a debug build reads that much within 400 KiB of stack.
    public static let depthLimit = 160

    /// How many steps a repair may take. One step is about one look at one character.
    public static let workLimit = 1 << 27

    /// The value of a text.
    ///
    /// - Returns: what was found; `""` when nothing was, as json_repair does.
    /// - Throws: ``JSONRepairError`` where json_repair raises, and when the work is out of all proportion.
    public static func value(of text: String) throws(JSONRepairError) -> PythonValue {
        do {
            return try PythonValue(pythonJSON: text)
        } catch {
            if case .tooDeep(_, _, let limit) = error { throw .tooDeep(limit: limit) }
        }
        var parser = RepairParser(text)
        return try parser.parse()
    }
}
