internal import Signatures

/// The instructions as DSPy's adapters write them.
enum Instructions {
    /// The task, indented as `ChatAdapter.format_task_description` does it.
    static func objective(of signature: Signature) -> String {
        let lines = PythonText.lines(dedent(clean(signature.effectiveInstructions)))
        let indented = ([""] + lines).joined(separator: "\n        ")
        return "In adhering to this structure, your objective is: \(indented)"
    }

    /// `inspect.cleandoc`, through which `Signature.instructions` goes: no indentation that all lines after the first share, no
    /// blank lines at either end.
    static func clean(_ text: String) -> String {
        var lines = PythonText.split(expandTabs(text)).map(String.init)
        let margin = lines.dropFirst().filter { !isBlank($0) }.map { indentation($0) }.min() ?? 0
        lines[0] = String(lines[0].unicodeScalars.drop(while: \.isPythonSpace))
        for index in lines.indices.dropFirst() { lines[index] = String(lines[index].unicodeScalars.dropFirst(margin)) }
        while let last = lines.last, last.isEmpty { lines.removeLast() }
        while let first = lines.first, first.isEmpty { lines.removeFirst() }
        return lines.joined(separator: "\n")
    }

    /// `textwrap.dedent` of what is clean already: lines of blanks only become empty.
    private static func dedent(_ text: String) -> String {
        PythonText.split(text).map { $0.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } ? "" : $0 }
            .joined(separator: "\n")
    }

    private static func isBlank(_ line: String) -> Bool { line.unicodeScalars.allSatisfy(\.isPythonSpace) }

    private static func indentation(_ line: String) -> Int {
        line.unicodeScalars.prefix(while: \.isPythonSpace).count
    }

    /// `text.expandtabs()`: tabs become spaces up to the next column that eight divides.
    private static func expandTabs(_ text: String) -> String {
        guard text.utf8.contains(0x09) else { return text }
        var result = String.UnicodeScalarView()
        var column = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t":
                let width = 8 - column % 8
                result.append(contentsOf: repeatElement(" ", count: width))
                column += width
            case "\n", "\r":
                result.append(scalar)
                column = 0
            default:
                result.append(scalar)
                column += 1
            }
        }
        return String(result)
    }
}
