extension PythonValue {
    /// Writes the value as Python's `orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)` does: the bytes of the
    /// files in which DSPy saves programs.
    ///
    /// Floats that are not finite are `null`; tuples become arrays; what is shared is written out wherever it occurs.
    ///
    /// - Throws: ``JSONError/noJSONForm(path:detail:)`` for what `orjson` refuses (sets, `bytes`, `complex`, keys that are no `str`, integers
    ///   of more than 64 bits), for other objects and lone surrogates, for nesting deeper than ``JSONError/depthLimit`` as in a cycle,
    ///   and when repetitions of shared parts pass 16 MiB.
    public func orjsonText() throws(JSONError) -> String {
        var writer = JSONWriter(style: .orjson)
        try writer.write(self)
        return String(decoding: writer.text, as: UTF8.self) + "\n"
    }
}
