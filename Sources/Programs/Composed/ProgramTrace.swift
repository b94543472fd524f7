internal import Marshalling
internal import Synchronization

/// The calls of programs in the order in which they ended: the counterpart of `dspy.settings.trace`.
final class ProgramTrace: Sendable {
    /// One call that had an answer.
    struct Entry: Sendable {
        var predictor: PredictorIdentity
        /// In the order in which they were given. Texts are as the model saw them.
        var inputs: PythonDictionary
        /// As plain values.
        var outputs: PythonDictionary
    }

    private let recorded = Mutex<[Entry]>([])

    var entries: [Entry] { recorded.withLock(\.self) }

    func append(_ entries: [Entry]) { recorded.withLock { $0 += entries } }
}
