/// The type names of the grammar, and how to guess which one was meant.
enum TypeNames {
    static let builtin: Set<String> = [
        "str", "int", "float", "bool", "list", "List", "Literal", "Optional", "Union", "None", "NoneType",
    ]

    /// Names that Python knows and DSPy takes, but signatures here do not, with what to write instead.
    static let unsupported: [String: String] = [
        "dict": "describe its keys with a record",
        "Dict": "describe its keys with a record",
        "tuple": "use list[T], or a record",
        "Tuple": "use list[T], or a record",
        "set": "use list[T]",
        "Set": "use list[T]",
        "frozenset": "use list[T]",
        "Any": "name a type",
        "object": "name a type",
        "bytes": "use str",
        "complex": "use a record of two floats",
        "Annotated": "name the type alone",
    ]

    /// What people from other languages write.
    private static let aliases: [String: String] = [
        "string": "str", "text": "str", "character": "str", "integer": "int", "int64": "int", "number": "float",
        "double": "float", "boolean": "bool", "array": "list", "sequence": "list", "enum": "Literal",
        "choice": "Literal",
        "maybe": "Optional", "nullable": "Optional",
    ]

    /// The known name that is nearest to what was written, if any is near enough to be a slip.
    static func suggestion(for name: String, among custom: some Sequence<String>) -> String? {
        let lowered = name.lowercased()
        let known = ["str", "int", "float", "bool", "list", "Literal", "Optional", "Union"] + custom.sorted()
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
