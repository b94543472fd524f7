/// How one of many calls went.
public enum ParallelOutcome: Sendable {
    /// It has an answer.
    case answered(Prediction)
    /// It failed: a ``ProgramError``, or what a module of your own throws.
    case failed(any Error)
    /// It was not run to its end, as too many others had failed.
    case notRun

    /// The answer; nil when there is none.
    public var prediction: Prediction? { if case .answered(let prediction) = self { prediction } else { nil } }

    /// Why there is no answer; nil when there is one, and for a call that was not run.
    public var error: (any Error)? { if case .failed(let error) = self { error } else { nil } }

    /// What a body gives or throws, but for the end of its task.
    static func running(_ body: () async throws -> Prediction) async throws -> ParallelOutcome {
        do { return .answered(try await body()) } catch {
            try Task.checkCancellation()
            return .failed(error)
        }
    }
}

/// So many calls failed that the rest was given up.
public struct TooManyFailures: Error, Sendable {
    /// How each call went.
    public var outcomes: [ParallelOutcome]
    /// How many failures were too many.
    public var limit: Int
}

extension TooManyFailures: CustomStringConvertible {
    /// The number of failures and the last of them.
    public var description: String {
        let errors = outcomes.compactMap(\.error)
        let example = errors.last.map { "; one of them: \($0)" } ?? ""
        return "\(errors.count) of \(outcomes.count) calls failed, and the rest was given up (limit \(limit))\(example)"
    }
}
