internal import Foundation

/// Makes texts comparable as `dspy.evaluate.normalize_text` does (dspy 3.4.1, `dspy/evaluate/metrics.py`): decomposed, in lower case,
/// without ASCII's punctuation, without the articles of English, with single spaces.
public enum TextNormalization {
    /// ```swift
    /// TextNormalization.normalized("The,  Eiffel  Tower!")        // "eiffel tower"
    /// ```
    public static func normalized(_ text: String) -> String {
        let lower = lowercased(text.decomposedStringWithCanonicalMapping)
        let plain = String(String.UnicodeScalarView(lower.unicodeScalars.filter { !isPunctuation($0) }))
        return withoutArticles(plain).unicodeScalars.split(whereSeparator: \.isPythonSpace)
            .map { String($0) }.joined(separator: " ")
    }

    /// Python's `string.punctuation`.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// Python's `lower()`: a sigma at the end of a word has a form of its own.
    private static func lowercased(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            if scalar == "Σ" {
                let isFinal =
                    isCased(scalars[..<index].last { !$0.properties.isCaseIgnorable })
                    && !isCased(scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable })
                result.append(isFinal ? "ς" : "σ")
            } else {
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return String(result)
    }

    private static func isCased(_ scalar: Unicode.Scalar?) -> Bool { scalar?.properties.isCased ?? false }

    /// `re.sub(r"\b(a|an|the)\b", " ", text)`
    private static func withoutArticles(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var word = String.UnicodeScalarView()
        func flush() {
            if ["a", "an", "the"].contains(where: { $0.unicodeScalars.elementsEqual(word) }) {
                word = " ".unicodeScalars
            }
            result.append(contentsOf: word)
            word = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            if isOfWord(scalar) {
                word.append(scalar)
            } else {
                flush()
                result.append(scalar)
            }
        }
        flush()
        return String(result)
    }

    /// Python's `\w`: letters, everything that stands for a number, and the underscore.
    private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == "_" || scalar.properties.numericType != nil { return true }
        return switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }
}
