import Synchronization

/// The steps of a batch that may change something, in the order in which they were written.
final class BatchRecorder: Sendable {
    private let recorded = Mutex<[ExpressionStep]>([])

    func record(_ step: ExpressionStep) { recorded.withLock { $0.append(step) } }

    var steps: [ExpressionStep] { recorded.withLock(\.self) }
}
