public import Logging
public import Marshalling
public import ServiceLifecycle

/// STUB FOR HELPERS, replaced soon.
public final class PythonPool: Sendable {
    public let configuration: Configuration
    public init(_ configuration: Configuration = .init(), logger: Logger = Logger(label: "python-pool")) {
        self.configuration = configuration
    }
    /// Answers upcalls of this name with one value.
    public func onUpcall(_ name: String, _ handler: @escaping @Sendable (Upcall) async throws -> PythonValue) {}
    /// Answers upcalls of this name with a stream of values.
    public func onStreamingUpcall(
        _ name: String, _ handler: @escaping @Sendable (Upcall) async throws -> AsyncThrowingStream<PythonValue, any Error>
    ) {}
    public func call(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> PythonValue { throw PythonPoolError.closed(pool: configuration.name) }
    /// Like `call`, and says which worker served it.
    public func callReportingWorker(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> (value: PythonValue, worker: Int32) { throw PythonPoolError.closed(pool: configuration.name) }
    public func callBlocking(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) throws -> PythonValue { throw PythonPoolError.closed(pool: configuration.name) }
    /// Takes a worker out of the pool for as long as the lease is held; `prepare` runs on it now and again on each replacement.
    public func lease(_ prepare: @escaping @Sendable (WorkerLease) async throws -> Void) async throws -> WorkerLease {
        throw PythonPoolError.closed(pool: configuration.name)
    }
    /// Ends every worker and the zygote, and waits for them.
    public func shutdown() async {}
}
extension PythonPool: Service {
    public func run() async throws {}
}
/// A worker of one's own.
public final class WorkerLease: Sendable {
    public func call(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) async throws -> PythonValue { throw PythonPoolError.closed(pool: "") }
    public var worker: Int32 { 0 }
    public func release() {}
}
/// A call from Python into the host.
public struct Upcall: Sendable {
    public let name: String
    public let payload: PythonValue
    public let worker: Int32
    public let deadline: ContinuousClock.Instant?
}
/// An error that tells Python more than its description: becomes the dict of `_dspex.UpcallError`.
public protocol UpcallFailure: Error {
    var upcallCode: String { get }
    var upcallDetails: PythonDictionary { get }
}
public func withPythonPool<Result: Sendable>(
    _ configuration: PythonPool.Configuration = .init(), logger: Logger = Logger(label: "python-pool"),
    _ body: (PythonPool) async throws -> Result
) async throws -> Result { try await body(PythonPool(configuration, logger: logger)) }
