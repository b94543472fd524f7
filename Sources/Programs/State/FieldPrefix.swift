/// The text that DSPy puts before a field's value when it is given none: `Question:` for `question`, `HTML Parser:` for `HTMLParser`
/// (`infer_prefix` in `dspy/signatures/signature.py`, dspy 3.4.1).
enum FieldPrefix {
    /// The prefix, with its colon.
    static func inferred(from name: String) -> String {
        var scalars = beforeCapitalizedWords(Array(name.unicodeScalars))
        scalars = apart(scalars) { (isLower($0) || isDigit($0)) && isUpper($1) }
        scalars = apart(scalars) { isLetter($0) && isDecimal($1) }
        scalars = apart(scalars) { isDecimal($0) && isLetter($1) }
        let words = scalars.split(separator: "_", omittingEmptySubsequences: false)
        return words.map(titled).joined(separator: " ") + ":"
    }

    /// An underscore before each capital that small letters follow: `camelCase` becomes `camel_Case`.
    private static func beforeCapitalizedWords(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        var index = 0
        while index < scalars.count {
            result.append(scalars[index])
            let word = index + 1
            guard word + 1 < scalars.count, isUpper(scalars[word]), isLower(scalars[word + 1]) else {
                index += 1
                continue
            }
            // The word is used up, so that what comes next does not see its last letter.
            let end = scalars[(word + 1)...].firstIndex { !isLower($0) } ?? scalars.count
            result.append("_")
            result += scalars[word..<end]
            index = end
        }
        return result
    }

    /// An underscore between two neighbours that the rule divides.
    private static func apart(
        _ scalars: [Unicode.Scalar], _ divides: (Unicode.Scalar, Unicode.Scalar) -> Bool
    ) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        for scalar in scalars {
            if let last = result.last, divides(last, scalar) { result.append("_") }
            result.append(scalar)
        }
        return result
    }

    /// A word of capitals stays; of others the first letter becomes a capital and the rest small, as `str.capitalize` does it.
    private static func titled(_ word: ArraySlice<Unicode.Scalar>) -> String {
        let cased = word.filter { $0.properties.isUppercase || $0.properties.isLowercase }
        if !cased.isEmpty, cased.allSatisfy(\.properties.isUppercase) {
            return String(String.UnicodeScalarView(word))
        }
        guard let first = word.first else { return "" }
        return first.properties.titlecaseMapping
            + word.dropFirst().map(\.properties.lowercaseMapping).joined()
    }

    private static func isUpper(_ scalar: Unicode.Scalar) -> Bool { ("A"..."Z").contains(scalar) }
    private static func isLower(_ scalar: Unicode.Scalar) -> Bool { ("a"..."z").contains(scalar) }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool { isUpper(scalar) || isLower(scalar) }
    /// `\d` of Python's `re`: a decimal digit of any script.
    private static func isDecimal(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .decimalNumber
    }
}
