/// The type names of the grammar, and how to guess which one was meant.
enum TypeNames {
    /// The types that are one name.
    static let simple: [String: FieldType] = [
        "str": .str, "Text": .str, "int": .int, "float": .float, "bool": .bool, "bytes": .bytes, "complex": .complex,
        "None": .null, "NoneType": .null, "Any": .any, "probability": .probability, "confidence": .confidence,
    ]

    /// The types that take others.
    private static let generic: Set<String> = [
        "list", "List", "set", "Set", "frozenset", "FrozenSet", "dict", "Dict", "tuple", "Tuple", "Optional", "Union",
        "Literal", "Annotated", "embedding", "tensor",
    ]

    /// Names that Python knows, but that no field can have, with what to write instead.
    static let unsupported: [String: String] = [
        "object": "write Any", "bytearray": "write bytes", "type": "write Any", "Callable": "use dspy.Tool",
        "Collection": "write Sequence[T]", "Image": "write dspy.Image", "Audio": "write dspy.Audio",
        "File": "write dspy.File", "History": "write dspy.History", "Tool": "write dspy.Tool",
        "ToolCalls": "write dspy.ToolCalls", "Code": "write dspy.Code['python']", "Reasoning": "write dspy.Reasoning",
        "date": "write datetime.date", "datetime": "write datetime.datetime", "timedelta": "write datetime.timedelta",
        "Decimal": "write decimal.Decimal", "UUID": "write uuid.UUID", "Path": "write pathlib.Path",
    ]

    /// Whether a name means something already, so that no type of the caller's may have it. Names that only stand in
    /// ``unsupported`` because they lack their module are free.
    static func isTaken(_ name: String) -> Bool {
        simple[name] != nil || generic.contains(name) || CollectionAlias.named(name) != nil
            || ["object", "bytearray", "type"].contains(name)
    }

    /// What people from other languages write.
    private static let aliases: [String: String] = [
        "string": "str", "text": "str", "character": "str", "integer": "int", "int64": "int", "number": "float",
        "double": "float", "boolean": "bool", "array": "list", "sequence": "list", "enum": "Literal",
        "choice": "Literal",
        "maybe": "Optional", "nullable": "Optional", "map": "dict", "object": "dict", "null": "None",
        "vector": "embedding",
    ]

    /// The known name that is nearest to what was written, if any is near enough to be a slip.
    static func suggestion(for name: String, among custom: some Sequence<String>) -> String? {
        let lowered = name.lowercased()
        let known =
            ["str", "int", "float", "bool", "list", "Literal", "Optional", "Union", "dict", "tuple", "set", "bytes"]
            + ["Any", "probability", "confidence", "embedding", "tensor"] + custom.sorted()
            + StandardType.allCases.map(\.source) + DSPyType.names
        let ranked =
            known.map { (name: $0, distance: distance(lowered, $0.lowercased())) }
            + aliases.sorted { $0.key < $1.key }.map { (name: $0.value, distance: distance(lowered, $0.key)) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, min(lowered.unicodeScalars.count, 9) / 3) ? best.name : nil
    }

    /// The least number of letters to insert, drop, change or swap. Long names are cut, so a hostile one costs little.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars.prefix(40))
        let right = Array(right.unicodeScalars.prefix(40))
        var rows = [Array(0...right.count)]
        for i in 1...max(1, left.count) where i <= left.count {
            var row = [i]
            for j in 1...max(1, right.count) where j <= right.count {
                var best = min(
                    rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1))
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    best = min(best, rows[i - 2][j - 2] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
