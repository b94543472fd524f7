import CLinux
import Logging
public import Marshalling
import Synchronization

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

/// The host's answers to Python: handlers by name, and the tasks that run them now.
final class Upcalls: Sendable {
    enum Handler: Sendable {
        case value(@Sendable (Upcall) async throws -> PythonValue)
        case stream(@Sendable (Upcall) async throws -> AsyncThrowingStream<PythonValue, any Error>)
    }

    private struct Key: Hashable {
        let generation: Int
        let id: UInt64
    }

    private struct Running {
        let call: UInt64
        var task: Task<Void, Never>?
    }

    private let handlers = Mutex<[String: Handler]>([:])
    private let running = Mutex<[Key: Running]>([:])
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func register(_ name: String, _ handler: Handler) { handlers.withLock { $0[name] = handler } }

    /// Starts answering a frame, in a task that ends with the question, its call, its worker or the pool.
    func begin(_ frame: Frame, from connection: WorkerConnection, deadline: UInt64) {
        let key = Key(generation: connection.generation, id: frame.id)
        running.withLock { $0[key] = Running(call: frame.aux) }
        let task = Task { [self] in
            await answer(frame, to: connection, deadline: deadline)
            running.withLock { _ = $0.removeValue(forKey: key) }
        }
        let ended = running.withLock { running in
            running[key]?.task = task
            return running[key] == nil
        }
        // Closed before the task was known: whether it has ended by itself or is not wanted, cancelling is right.
        if ended { task.cancel() }
    }

    /// Cancels the answer to one question.
    func close(_ id: UInt64, of generation: Int) {
        running.withLock { $0.removeValue(forKey: Key(generation: generation, id: id)) }?.task?.cancel()
    }

    /// Cancels the answers to what a call asked.
    func cancel(call: UInt64, of generation: Int) { cancel { $0.generation == generation && $1.call == call } }

    /// Cancels the answers to what a worker asked.
    func cancel(of generation: Int) { cancel { key, _ in key.generation == generation } }

    /// Cancels everything and waits until it has ended.
    func drain() async {
        for task in cancel({ _, _ in true }) { await task.value }
    }

    @discardableResult
    private func cancel(_ matches: (Key, Running) -> Bool) -> [Task<Void, Never>] {
        let tasks = running.withLock { running -> [Task<Void, Never>] in
            guard !running.isEmpty else { return [] }
            let found = running.filter { matches($0.key, $0.value) }
            for key in found.keys { running[key] = nil }
            return found.values.compactMap(\.task)
        }
        for task in tasks { task.cancel() }
        return tasks
    }

    private func answer(_ frame: Frame, to connection: WorkerConnection, deadline: UInt64) async {
        let answers = connection.channel
        do {
            let upcall = try decode(frame, from: connection, deadline: deadline)
            switch (handlers.withLock { $0[upcall.name] }, frame.kind) {
            case (.value(let handler), .upcall):
                try answers.send(Frame(.reply, id: frame.id, payload: try await handler(upcall).wireForm()))
            case (.stream(let handler), .openStream):
                for try await item in try await handler(upcall) {
                    try answers.send(Frame(.item, id: frame.id, payload: try item.wireForm()))
                }
                try Task.checkCancellation()
                try answers.send(Frame(.streamEnd, id: frame.id))
            case (nil, _):
                throw UnknownUpcall(description: "the host has no upcall named '\(upcall.name)'")
            default:
                throw UnknownUpcall(
                    description:
                        "the upcall '\(upcall.name)' answers with a \(frame.kind == .upcall ? "stream" : "value")")
            }
        } catch {
            let failure = (try? Self.describe(error).wireForm()) ?? []
            try? answers.send(Frame(.replyFailure, id: frame.id, payload: failure))
        }
    }

    private func decode(_ frame: Frame, from connection: WorkerConnection, deadline: UInt64) throws -> Upcall {
        let (name, payload) = try unsafe frame.payload.withUnsafeBytes { bytes in
            var decoder = unsafe WireDecoder(bytes)
            let name = try decoder.str()
            let payload = try decoder.value()
            try decoder.finish()
            return (name, payload)
        }
        let left = deadline == 0 ? nil : Duration.nanoseconds(Int64(deadline) - Int64(clinux_monotonic_ns()))
        return Upcall(name: name, payload: payload, worker: connection.pid, deadline: left.map { .now + $0 })
    }

    private static func describe(_ error: any Error) -> PythonValue {
        var details: PythonDictionary = ["message": .string("\(error)")]
        if let failure = error as? any UpcallFailure {
            for entry in failure.upcallDetails { details[entry.key] = entry.value }
            details["code"] = .string(failure.upcallCode)
        } else {
            details["code"] =
                error is CancellationError ? "cancelled" : error is UnknownUpcall ? "unknown_upcall" : "host"
        }
        return .dict(details)
    }
}

private struct UnknownUpcall: Error, CustomStringConvertible {
    let description: String
}
