internal import Foundation
internal import Marshalling

extension Metric {
    /// Whether every expected output came: texts are compared as `dspy.evaluate.EM` does (dspy 3.4.1), without case, punctuation, English
    /// articles and extra blanks, numbers by their value.
    ///
    /// - Parameter fields: The outputs to compare. Default: those that the example names, but for the reasoning.
    public static func exact(_ fields: [String]? = nil) -> Metric {
        Metric("exact") { example, prediction -> Bool in
            try compared(fields, "exact", example, prediction).allSatisfy { expected, actual in
                isSame(expected, actual)
            }
        }
    }

    /// Whether the words of every expected output occur in the output, one after the other.
    ///
    /// - Parameter fields: The outputs to compare. Default: those that the example names, but for the reasoning.
    public static func contains(_ fields: [String]? = nil) -> Metric {
        Metric("contains") { example, prediction -> Bool in
            try compared(fields, "contains", example, prediction).allSatisfy { expected, actual in
                let (part, whole) = (words(expected), words(actual))
                guard part.count <= whole.count else { return false }
                return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
            }
        }
    }

    /// How many of the words agree, as `dspy.evaluate.F1` counts them (dspy 3.4.1): the harmonic mean of precision and recall; the mean
    /// over the outputs where there are several.
    ///
    /// - Parameter fields: The outputs to compare. Default: those that the example names, but for the reasoning.
    public static func f1(_ fields: [String]? = nil) -> Metric {
        Metric("f1") { example, prediction -> Double in
            let pairs = try compared(fields, "f1", example, prediction)
            return pairs.reduce(0) { $0 + f1($1.expected, $1.actual) } / Double(pairs.count)
        }
    }

    /// The standard metrics by their names.
    public static func named(_ name: String, fields: [String]? = nil) -> Metric? {
        switch name {
        case "exact": exact(fields)
        case "contains": contains(fields)
        case "f1": f1(fields)
        default: nil
        }
    }

    // MARK: Comparing

    private static func compared(
        _ fields: [String]?, _ metric: String, _ example: Example, _ prediction: Prediction
    ) throws(MetricError) -> [(expected: PythonValue, actual: PythonValue)] {
        let outputs = prediction.outputs.compactMap(\.key.string)
        let names = fields ?? outputs.filter { $0 != "reasoning" && example[$0].map { !$0.isNone } ?? false }
        guard !names.isEmpty else { throw .nothingToCompare(metric: metric, outputs: outputs) }
        var pairs: [(expected: PythonValue, actual: PythonValue)] = []
        for name in names {
            guard let expected = example[name] else { throw .noReference(metric: metric, field: name) }
            pairs.append((expected, prediction[name] ?? PythonValue.none))
        }
        return pairs
    }

    private static func isSame(_ expected: PythonValue, _ actual: PythonValue) -> Bool {
        if let expected = expected.string, let actual = actual.string {
            return normalized(expected) == normalized(actual)
        }
        if let expected = expected.double, let actual = actual.double { return expected == actual }
        return expected == actual
    }

    private static func f1(_ expected: PythonValue, _ actual: PythonValue) -> Double {
        let (reference, given) = (words(expected), words(actual))
        var left = Dictionary(reference.map { ($0, 1) }, uniquingKeysWith: +)
        var same = 0
        for word in given where left[word, default: 0] > 0 {
            left[word, default: 0] -= 1
            same += 1
        }
        guard same > 0 else { return 0 }
        let precision = Double(same) / Double(given.count)
        let recall = Double(same) / Double(reference.count)
        return 2 * precision * recall / (precision + recall)
    }

    private static func words(_ value: PythonValue) -> [Substring] {
        normalized(value.string ?? value.pythonText).split(separator: " ")
    }

    /// `normalize_text` of `dspy/evaluate/metrics.py`: NFD, small letters, no ASCII punctuation, no articles, single blanks.
    static func normalized(_ text: String) -> String {
        let kept = text.decomposedStringWithCanonicalMapping.lowercased().unicodeScalars
            .filter { !($0.isASCII && $0.properties.generalCategory.isPunctuationOrSymbol) }
        var words: [String] = []
        for word in kept.split(whereSeparator: \.isPythonSpace) { words += withoutArticles(word) }
        return words.joined(separator: " ")
    }

    /// What is left of a word when the articles in it are gone; a mark that is no letter ends one, as `\b` does.
    private static func withoutArticles(_ word: String.UnicodeScalarView.SubSequence) -> [String] {
        var parts: [String] = [""]
        var rest = word
        while let first = rest.first {
            let isLetter = first.isWordCharacter
            let run = rest.prefix { $0.isWordCharacter == isLetter }
            if isLetter, ["a", "an", "the"].contains(String(run)) {
                parts.append("")
            } else {
                parts[parts.count - 1] += String(run)
            }
            rest = rest[run.endIndex...]
        }
        return parts.filter { !$0.isEmpty }
    }
}

extension Unicode.Scalar {
    /// What `\w` of Python's `re` takes.
    fileprivate var isWordCharacter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: self == "_"
        }
    }
}

extension Unicode.GeneralCategory {
    /// Of ASCII these are the characters of Python's `string.punctuation`.
    fileprivate var isPunctuationOrSymbol: Bool {
        switch self {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .otherPunctuation,
            .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol, .initialPunctuation, .finalPunctuation:
            true
        default: false
        }
    }
}
