/// What a failed attempt means for the router.
struct RouteFailure: Sendable, Hashable {
    /// Whether the other implementation may give an answer where this one did not.
    var mayOtherSucceed: Bool
    /// Whether part of the call may have been carried out before it failed.
    var mayHaveActed: Bool
    /// Whether the failure says something about the implementation, rather than about the call or the model.
    var isOfImplementation: Bool
    /// One word for it, free of data.
    var label: String

    init(mayOtherSucceed: Bool, mayHaveActed: Bool, isOfImplementation: Bool, label: String) {
        self.mayOtherSucceed = mayOtherSucceed
        self.mayHaveActed = mayHaveActed
        self.isOfImplementation = isOfImplementation
        self.label = label
    }

    /// Judges what a route threw. An error that is not known is taken for the implementation's own.
    init(_ error: any Error) {
        switch error {
        case is CancellationError:
            self.init(mayOtherSucceed: false, mayHaveActed: true, isOfImplementation: false, label: "cancelled")
        case let error as ProgramError: self.init(error)
        default: self.init(mayOtherSucceed: true, mayHaveActed: true, isOfImplementation: true, label: "error")
        }
    }
}
