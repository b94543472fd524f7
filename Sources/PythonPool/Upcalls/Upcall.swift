public import Marshalling

/// A call from Python into the host.
public struct Upcall: Sendable {
    /// The name that the Python code asked for.
    public let name: String
    /// What it sent along.
    public let payload: PythonValue
    /// The process id of the worker that asks.
    public let worker: Int32
    /// The deadline of the call that asks; nil for none.
    public let deadline: ContinuousClock.Instant?
}

/// An error that tells Python more than its description: its code and details become the dict that `_dspex.UpcallError` carries.
public protocol UpcallFailure: Error {
    /// A stable name of the kind of failure, such as `rate_limit`.
    var upcallCode: String { get }
    /// Further entries of the dict; `message` is one of them.
    var upcallDetails: PythonDictionary { get }
}
