extension PythonValue {
    /// Reads a JSON text: objects become `dict` in the order written, integers keep all their digits, other numbers are `float`.
    ///
    /// Of two members with one name the last value wins, in the first one's place, as in Python. Nesting is limited to
    /// ``JSONError/depthLimit`` levels, integers to ``JSONError/digitLimit`` digits. `NaN` and `Infinity` are no JSON.
    /// - Throws: ``JSONError`` with line, column, and what was expected there.
    public init(json text: String) throws(JSONError) {
        try self.init(json: text.utf8.span)
    }

    /// Reads a JSON text in UTF-8; see ``init(json:)-(String)``.
    public init(json text: [UInt8]) throws(JSONError) {
        try self.init(json: text.span)
    }

    /// Reads a JSON text in UTF-8; see ``init(json:)-(String)``.
    public init(json text: Span<UInt8>) throws(JSONError) {
        var parser = JSONParser(text)
        self = try parser.parse()
    }

    /// Writes the value as JSON. Tuples and sets become arrays; what is shared is written out wherever it occurs.
    ///
    /// - Parameter pretty: whether to break lines and indent by two spaces; default one line without blanks.
    /// - Throws: ``JSONError/noJSONForm(path:detail:)`` for what JSON has no form for (`bytes`, `complex`, converted objects,
    ///   references, floats that are not finite, texts with lone surrogates, keys that are no `str`), for nesting deeper than
    ///   ``JSONError/depthLimit`` as in a cycle, and when repetitions of shared parts pass 16 MiB.
    public func jsonText(pretty: Bool = false) throws(JSONError) -> String {
        String(decoding: try jsonBytes(pretty: pretty), as: UTF8.self)
    }

    /// Writes the value as JSON in UTF-8; see ``jsonText(pretty:)``.
    public func jsonBytes(pretty: Bool = false) throws(JSONError) -> [UInt8] {
        var writer = JSONWriter(style: pretty ? .pretty : .compact)
        try writer.write(self)
        return writer.text
    }
}
