internal import LanguageModels
internal import PythonPool

extension RouteFailure {
    /// Judges a program's error.
    init(_ error: ProgramError) {
        let (mayOtherSucceed, mayHaveActed, isOfImplementation) =
            switch error {
            case .input, .route: (false, false, false)
            // Both sides ask the same model. To ask at once again is just what a server that limits the rate does not want.
            case .model(let failure): (failure.isRetryable && failure.error.code != .rateLimit, true, false)
            // Both sides read the model's text alike.
            case .malformedResponse, .output: (false, true, true)
            case .python, .worker: (true, true, true)
            case .deadlineExceeded: (false, true, true)
            // It is the value that cannot cross. A result that cannot was computed before.
            case .wireForm: (true, true, false)
            case .environment: (true, false, true)
            case .pool(.closed): (true, false, false)
            case .pool(.overloaded): (true, false, true)
            case .pool: (true, true, true)
            }
        self.init(
            mayOtherSucceed: mayOtherSucceed, mayHaveActed: mayHaveActed, isOfImplementation: isOfImplementation,
            label: error.label)
    }
}
