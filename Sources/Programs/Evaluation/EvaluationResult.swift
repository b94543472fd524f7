public import LanguageModels

/// What an evaluation found.
public struct EvaluationResult: Sendable {
    /// One example with what became of it.
    public struct Item: Sendable {
        /// The example.
        public var example: Example
        /// What the program answered; nil when it failed.
        public var prediction: Prediction?
        /// How good the answer is; for a failure ``Evaluation/failureScore``.
        public var score: Double
        /// Why, when the metric said it.
        public var feedback: String?
        /// What the program or the metric threw.
        public var error: (any Error)?
    }

    /// The name of the metric.
    public var metric: String
    /// One for each example, in the order of the data.
    public var items: [Item]
    /// How long it took.
    public var duration: Duration

    /// Makes a result of its parts.
    public init(metric: String, items: [Item], duration: Duration) {
        self.metric = metric
        self.items = items
        self.duration = duration
    }

    /// The mean score; 0 when there are no examples.
    public var score: Double { items.isEmpty ? 0 : items.reduce(0) { $0 + $1.score } / Double(items.count) }

    /// Between which bounds it lies with a confidence of 95 %; nil when there are no examples.
    public var interval: ConfidenceInterval? { ConfidenceInterval(scores: items.map(\.score)) }

    /// The examples that failed.
    public var failures: [Item] { items.filter { $0.error != nil } }

    /// The tokens of all answers, as far as the models counted them; those of failed ones as far as their errors say. Nil when nobody did.
    public var usage: LanguageModelUsage? {
        let counted = items.compactMap { $0.prediction?.usage ?? ($0.error as? ProgramError)?.usage }
        guard !counted.isEmpty else { return nil }
        return counted.reduce(into: LanguageModelUsage()) { $0.add($1) }
    }

    /// What the answers cost, where the models have a price.
    public var cost: Double? {
        let costs = items.compactMap { $0.prediction?.cost }
        return costs.isEmpty ? nil : costs.reduce(0, +)
    }
}

extension EvaluationResult: CustomStringConvertible {
    /// `exact 0.75 (95 % interval 0.41 to 0.93, Wilson) on 8 examples, 1 failed · 1234 tokens · 3.20 s`
    public var description: String {
        var text = "\(metric) \(Self.short(score))"
        if let interval {
            let method = interval.method == .wilson ? "Wilson" : "bootstrap"
            text += " (95 % interval \(Self.short(interval.lower)) to \(Self.short(interval.upper)), \(method))"
        }
        text += " on \(items.count) example\(items.count == 1 ? "" : "s")"
        if !failures.isEmpty { text += ", \(failures.count) failed" }
        let tokens = usage?.totalTokens.map { "\($0) tokens" } ?? "tokens unknown"
        return [text, tokens, duration.inSeconds].joined(separator: " · ")
    }

    /// A score with three digits behind the point, without zeros at the end: `0.5`, `0.333`.
    package static func short(_ score: Double) -> String {
        guard abs(score) < 1e12 else { return "\(score)" }
        let thousandths = Int((score * 1000).rounded())
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        var digits = String(String(1000 + rest).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        let sign = thousandths < 0 ? "-" : ""
        return digits.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(digits)"
    }
}
