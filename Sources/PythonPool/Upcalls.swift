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

    private struct CallKey: Hashable {
        let generation: Int
        let call: UInt64
    }

    private struct Running {
        let call: UInt64
        /// For a stream: how many more items may be sent.
        let credit: StreamCredit?
        var task: Task<Void, Never>?
    }

    private let handlers = Mutex<[String: Handler]>([:])
    private let running = Mutex<[Key: Running]>([:])
    private let failures = Mutex<[CallKey: [any Error]]>([:])
    private let logger: Logger

    init(logger: Logger) { self.logger = logger }

    func register(_ name: String, _ handler: Handler) { handlers.withLock { $0[name] = handler } }

    /// Starts answering a frame, in a task that ends with the question, its call, its worker or the pool.
    ///
    /// - Parameter call: the one that asks; nil when it is not out any more.
    func begin(_ frame: Frame, from connection: WorkerConnection, for call: PendingCall?) {
        let key = Key(generation: connection.generation, id: frame.id)
        let credit = frame.kind == .openStream ? StreamCredit(StreamWindow.items) : nil
        running.withLock { $0[key] = Running(call: frame.aux, credit: credit) }
        let context = UpcallContext(connection: connection, question: frame.id, depth: (call?.depth ?? 0) + 1)
        let task = Task { [self] in
            await UpcallContext.$current.withValue(context) {
                await answer(frame, to: connection, for: call, credit: credit)
            }
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

    /// The worker has taken so many more items of a stream.
    func credit(_ items: Int, to id: UInt64, of generation: Int) {
        running.withLock { $0[Key(generation: generation, id: id)]?.credit }?.add(items)
    }

    /// Cancels the answers to what a call asked.
    func cancel(call: UInt64, of generation: Int) {
        cancel { $0.generation == generation && $1.call == call }
        failures.withLock { failures in
            if !failures.isEmpty { failures[CallKey(generation: generation, call: call)] = nil }
        }
    }

    /// Cancels the answers to what a worker asked.
    func cancel(of generation: Int) {
        cancel { key, _ in key.generation == generation }
        failures.withLock { $0 = $0.filter { $0.key.generation != generation } }
    }

    /// The error of an answer of ours, if it is that which has ended a call: it went through Python and comes back as itself.
    ///
    /// - Parameter failure: what the worker said of the exception, in the wire form.
    func origin(of failure: [UInt8], endingCall call: UInt64, of generation: Int) -> (any Error)? {
        guard let errors = failures.withLock({ $0[CallKey(generation: generation, call: call)] }),
            let index = (try? PythonValue(wireForm: failure))?["details"]?[.string(Self.originKey)]?.int,
            errors.indices.contains(index)
        else { return nil }
        return errors[index]
    }

    private static let originKey = "host_error"

    /// Keeps an error until its call has ended; returns its number.
    private func keep(_ error: any Error, call: UInt64, of generation: Int) -> Int {
        failures.withLock { failures in
            failures[CallKey(generation: generation, call: call), default: []].append(error)
            return failures[CallKey(generation: generation, call: call)]!.count - 1
        }
    }

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

    private func answer(
        _ frame: Frame, to connection: WorkerConnection, for call: PendingCall?, credit: StreamCredit?
    ) async {
        let answers = connection.channel
        do {
            let upcall = try decode(frame, from: connection, deadline: call?.deadline ?? 0)
            switch (handlers.withLock { $0[upcall.name] }, frame.kind) {
            case (.value(let handler), .upcall):
                let reply = try Self.encoded(try await handler(upcall), for: call, of: connection)
                try answers.send(Frame(.reply, id: frame.id, payload: reply))
            case (.stream(let handler), .openStream):
                for try await item in try await handler(upcall) {
                    try await credit?.spend()
                    let item = try Self.encoded(item, for: call, of: connection)
                    try answers.send(Frame(.item, id: frame.id, payload: item))
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
            var details = Self.describe(error)
            details[.string(Self.originKey)] = .int(keep(error, call: frame.aux, of: connection.generation))
            let failure = (try? PythonValue.dict(details).wireForm()) ?? []
            try? answers.send(Frame(.replyFailure, id: frame.id, payload: failure))
        }
    }

    private static func encoded(
        _ value: PythonValue, for call: PendingCall?, of connection: WorkerConnection
    ) throws -> [UInt8] {
        var encoder = WireEncoder()
        try encoder.value(value)
        if let foreign = encoder.references.first(where: { !connection.gave($0) }) {
            throw PythonPoolError.referencesOfSeveralWorkers(connection.pid, foreign.worker)
        }
        if !encoder.references.isEmpty { call?.keep(encoder.references) }
        return encoder.bytes
    }

    private func decode(_ frame: Frame, from connection: WorkerConnection, deadline: UInt64) throws -> Upcall {
        let (name, payload) = try unsafe frame.payload.withUnsafeBytes { bytes in
            var decoder = unsafe WireDecoder(bytes, context: connection)
            let name = try decoder.str()
            let payload = try decoder.value()
            try decoder.finish()
            return (name, payload)
        }
        let left = deadline == 0 ? nil : Duration.nanoseconds(Int64(deadline) - Int64(clinux_monotonic_ns()))
        return Upcall(name: name, payload: payload, worker: connection.pid, deadline: left.map { .now + $0 })
    }

    private static func describe(_ error: any Error) -> PythonDictionary {
        var details: PythonDictionary = ["message": .string("\(error)")]
        if let failure = error as? any UpcallFailure {
            for entry in failure.upcallDetails { details[entry.key] = entry.value }
            details["code"] = .string(failure.upcallCode)
        } else {
            details["code"] =
                error is CancellationError ? "cancelled" : error is UnknownUpcall ? "unknown_upcall" : "host"
        }
        return details
    }
}

private struct UnknownUpcall: Error, CustomStringConvertible {
    let description: String
}
