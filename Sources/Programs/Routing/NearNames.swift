/// Finds what a misspelt name may have been meant for.
enum NearNames {
    /// The names that differ least, the nearest first: the same letters in another case or with other underscores, the beginning of
    /// a name, or one slip (a letter more, less, other, or two swapped) for every three letters.
    static func of(_ name: String, among known: some Sequence<String>, atMost limit: Int = 3) -> [String] {
        let wanted = letters(name)
        // No name of a class is that long, and the time grows with the square.
        guard !wanted.isEmpty, wanted.count <= 64 else { return [] }
        let allowed = max(1, wanted.count / 3)
        let ranked = known.compactMap { candidate -> (slips: Int, name: String)? in
            let found = letters(candidate)
            if wanted.count >= 4, found.count > wanted.count, found.starts(with: wanted) { return (1, candidate) }
            let slips = distance(wanted, found)
            return slips <= allowed ? (slips, candidate) : nil
        }
        return ranked.sorted { ($0.slips, $0.name) < ($1.slips, $1.name) }.prefix(limit).map(\.name)
    }

    /// At most 65 letters and digits, in lower case, without `dspy.`.
    private static func letters(_ name: String) -> [Character] {
        let start = name.prefix(128).lowercased()
        let bare = start.hasPrefix("dspy.") ? start.dropFirst("dspy.".count) : start[...]
        return Array(bare.filter { $0.isLetter || $0.isNumber }.prefix(65))
    }

    /// The edits that make one of the other, where swapping two neighbours is one edit (optimal string alignment).
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var beforeLast = [Int]()
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var best = min(
                    last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
