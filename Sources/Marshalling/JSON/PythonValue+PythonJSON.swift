extension PythonValue {
    /// Reads what Python's `json.loads(text)` reads, into what it returns.
    ///
    /// Beyond ``init(json:)-(String)`` these are `NaN`, `Infinity`, `-Infinity`, numbers beyond a `Double` (`1e999` is infinite) and
    /// escapes of lone surrogates, which make a ``surrogateString(_:)``. As in Python a byte order mark is refused, and integers of more
    /// than ``JSONError/digitLimit`` digits. Nesting is limited to ``JSONError/depthLimit`` levels; Python's own limit is some 990.
    /// - Throws: ``JSONError`` with line, column, and what was expected there.
    public init(pythonJSON text: String) throws(JSONError) {
        var parser = JSONParser(text.utf8.span, dialect: .python)
        self = try parser.parse()
    }

    /// Reads the value that a text in UTF-8 begins with, as Python's `json.JSONDecoder().raw_decode(text)` does.
    ///
    /// - Returns: the value, and how many bytes it takes.
    /// - Throws: ``JSONError`` when the text does not begin with a value.
    public static func pythonJSONPrefix(of text: [UInt8]) throws(JSONError) -> (value: PythonValue, length: Int) {
        var parser = JSONParser(text.span, dialect: .python)
        let value = try parser.parseValue()
        return (value, parser.position)
    }

    /// Writes the value as Python's `json.dumps(value, ensure_ascii=False, indent=indent)` does.
    ///
    /// Floats are spelled as `repr` spells them, those that are not finite `NaN`, `Infinity` and `-Infinity`; keys may be `str`, `int`,
    /// `float`, `bool` and `None`; tuples become arrays; what is shared is written out wherever it occurs.
    ///
    /// - Parameter indent: blanks for each level of nesting; default nil, one line with `", "` and `": "`.
    /// - Throws: ``JSONError/noJSONForm(path:detail:)`` for what Python refuses (sets, `bytes`, `complex`, other objects, other keys,
    ///   integers of more than ``JSONError/digitLimit`` digits), for texts with lone surrogates, which no `String` holds, for nesting
    ///   deeper than ``JSONError/depthLimit`` as in a cycle, and when repetitions of shared parts pass 16 MiB.
    public func pythonJSONText(indent: Int? = nil) throws(JSONError) -> String {
        var writer = JSONWriter(style: .python(indent: indent))
        try writer.write(self)
        return String(decoding: writer.text, as: UTF8.self)
    }
}
