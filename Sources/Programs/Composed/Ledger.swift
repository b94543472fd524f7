internal import LanguageModels
internal import Synchronization

/// Counts what the programs that run inside another one spend, failed ones too.
final class Ledger: Sendable {
    private struct Sum {
        var usage: LanguageModelUsage?
        var attempts = 0
        var cost: Double?
    }

    private let sum = Mutex(Sum())
    private let outer: Ledger?

    /// - Parameter outer: The count of whoever runs the program, which takes everything too.
    init(in outer: Ledger? = nil) { self.outer = outer }

    /// Adds what one call took.
    func add(_ usage: LanguageModelUsage?, attempts: Int, cost: Double? = nil) {
        sum.withLock { sum in
            sum.attempts += attempts
            if let cost { sum.cost = (sum.cost ?? 0) + cost }
            guard let usage else { return }
            var total = sum.usage ?? LanguageModelUsage()
            total.add(usage)
            sum.usage = total
        }
        outer?.add(usage, attempts: attempts, cost: cost)
    }

    /// The prediction with everything that was counted, in place of what its own call took.
    func charged(to prediction: Prediction, since start: ContinuousClock.Instant) -> Prediction {
        var prediction = prediction
        let total = sum.withLock(\.self)
        prediction.usage = total.usage
        prediction.attempts = total.attempts
        prediction.cost = total.cost
        prediction.duration = ContinuousClock.now - start
        return prediction
    }
}
