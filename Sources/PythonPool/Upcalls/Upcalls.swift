import CLinux
import Logging
import Marshalling
import Synchronization

/// The host's answers to Python: handlers by name, and the tasks that run them now.
final class Upcalls: Sendable {
    /// A handler, and how long it takes.
    private final class Entry: Sendable {
        let handler: UpcallHandler
        let pace = Mutex(HandlerPace())

        init(_ handler: UpcallHandler) { self.handler = handler }
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

    /// What is needed until a call ends.
    private struct Kept {
        /// The last errors of its answers, by number.
        var errors: [Int: any Error] = [:]
        var nextError = 0
        /// What its answers spoke of, which Python may just be about to hold.
        var hosted: [PythonHosted] = []
        var references: [PythonReference] = []
    }

    private struct State {
        var running: [Key: Running] = [:]
        var kept: [CallKey: Kept] = [:]
    }

    /// Errors that are kept for one call.
    private static let mostErrors = 64
    private static let originKey = "host_error"

    private let handlers = Mutex<[String: Entry]>([:])
    private let holds = Mutex(HostedHolds())
    private let state = Mutex(State())

    // MARK: Handlers

    func register(_ name: String, _ handler: UpcallHandler) { handlers.withLock { $0[name] = Entry(handler) } }

    func unregister(_ name: String) { handlers.withLock { _ = $0.removeValue(forKey: name) } }

    /// Gives Python something of the host's own; it is freed when nobody holds it.
    func host(_ kind: PythonHosted.Kind, _ handler: UpcallHandler) -> PythonHosted {
        let id = holds.withLock { $0.add() }
        register(Self.name(kind, id), handler)
        return PythonHosted(kind, id: id) { [weak self] id in
            if let self, holds.withLock({ $0.released(id) }) { free(id) }
        }
    }

    /// How many closures and sequences Python can reach.
    var hostedCount: Int { holds.withLock(\.count) }

    /// A worker has made, or dropped, an object of something hosted.
    func hold(_ id: UInt64, by generation: Int) { holds.withLock { $0.hold(id, by: generation) } }

    func drop(_ id: UInt64, by generation: Int) {
        if holds.withLock({ $0.drop(id, by: generation) }) { free(id) }
    }

    private static func name(_ kind: PythonHosted.Kind, _ id: UInt64) -> String { "\(kind.rawValue):\(id)" }

    private func free(_ id: UInt64) {
        // Out of the lock before it is dropped: what a closure holds may call back as it goes.
        let freed = handlers.withLock { handlers in
            [PythonHosted.Kind.callable, .iterator].compactMap { handlers.removeValue(forKey: Self.name($0, id)) }
        }
        _ = consume freed
    }

    // MARK: Answering

    /// Starts answering a frame, in a task that ends with the question, its call, its worker or the pool.
    ///
    /// - Parameter call: the one that asks; nil when it is not out any more.
    func begin(_ frame: Frame, from connection: WorkerConnection, for call: PendingCall?) {
        let question: UpcallQuestion
        let entry: Entry
        do {
            question = try UpcallQuestion(frame, from: connection, deadline: call?.deadline ?? 0)
            entry = try find(question.name, for: frame.kind)
        } catch { return fail(error, frame, on: connection) }
        let key = Key(generation: connection.generation, id: frame.id)
        let credit = frame.kind == .openStream ? StreamCredit(StreamWindow.items) : nil
        state.withLock { $0.running[key] = Running(call: frame.aux, credit: credit) }
        let context = UpcallContext(connection: connection, question: frame.id, depth: (call?.depth ?? 0) + 1)
        let isImmediate = entry.pace.withLock(\.isImmediate)
        let begun = clinux_monotonic_ns()
        // Detached: whoever reads this frame is not the one who made the call, and its task-local values are none of the handler's.
        let answering: @Sendable () async -> Void = { [self] in
            await UpcallContext.$current.withValue(context) {
                await answer(question, with: entry.handler, frame, to: connection, credit: credit)
            }
            state.withLock { _ = $0.running.removeValue(forKey: key) }
            if !isImmediate { entry.pace.withLock { $0.ended(after: clinux_monotonic_ns() &- begun) } }
        }
        let task: Task<Void, Never>
        if isImmediate {
            task = Task.immediateDetached(operation: answering)
            entry.pace.withLock { $0.returned(after: clinux_monotonic_ns() &- begun) }
        } else {
            task = Task.detached(operation: answering)
        }
        let ended = state.withLock { state in
            state.running[key]?.task = task
            return state.running[key] == nil
        }
        // Closed before the task was known: whether it has ended by itself or is not wanted, cancelling is right.
        if ended { task.cancel() }
    }

    private func find(_ name: String, for kind: Frame.Kind) throws -> Entry {
        guard let entry = handlers.withLock({ $0[name] }) else {
            throw UnknownUpcall(description: "the host has no upcall named '\(name)'")
        }
        switch (entry.handler, kind) {
        case (.value, .upcall), (.stream, .openStream): return entry
        default:
            throw UnknownUpcall(
                description: "the upcall '\(name)' answers with a \(kind == .upcall ? "stream" : "value")")
        }
    }

    private func answer(
        _ question: UpcallQuestion, with handler: UpcallHandler, _ frame: Frame, to connection: WorkerConnection,
        credit: StreamCredit?
    ) async {
        let answers = connection.channel
        do {
            switch handler {
            case .value(let handler):
                let answer = try await handler(question)
                try keep(answer, for: frame, of: connection)
                try connection.grantWriting(answer.blocks)
                try answers.send(Frame(.reply, id: frame.id, payload: answer.bytes, blocks: answer.blocks))
            case .stream(let handler):
                try await handler(question) { item in
                    try await credit?.spend()
                    try self.keep(item, for: frame, of: connection)
                    try connection.grantWriting(item.blocks)
                    try answers.send(Frame(.item, id: frame.id, payload: item.bytes, blocks: item.blocks))
                }
                try Task.checkCancellation()
                try answers.send(Frame(.streamEnd, id: frame.id))
            }
        } catch { fail(error, frame, on: connection) }
    }

    private func fail(_ error: any Error, _ frame: Frame, on connection: WorkerConnection) {
        var details = UpcallErrorDescription.of(error)
        details[.string(Self.originKey)] = .int(keep(error, for: frame, of: connection))
        let failure = (try? PythonValue.dict(details).wireForm()) ?? []
        try? connection.channel.send(Frame(.replyFailure, id: frame.id, payload: failure))
    }

    // MARK: Ending

    /// Cancels the answer to one question.
    func close(_ id: UInt64, of generation: Int) {
        state.withLock { $0.running.removeValue(forKey: Key(generation: generation, id: id)) }?.task?.cancel()
    }

    /// The worker has taken so many more items of a stream.
    func credit(_ items: Int, to id: UInt64, of generation: Int) {
        state.withLock { $0.running[Key(generation: generation, id: id)]?.credit }?.add(items)
    }

    /// Cancels the answers to what a call asked.
    func cancel(call: UInt64, of generation: Int) {
        cancel { $0.generation == generation && $1.call == call }
        forget { $0.call == call && $0.generation == generation }
    }

    /// Cancels the answers to what a worker asked, and lets go what it held.
    func cancel(of generation: Int) {
        cancel { key, _ in key.generation == generation }
        forget { $0.generation == generation }
        for id in holds.withLock({ $0.ended(generation) }) { free(id) }
    }

    /// Cancels everything, waits until it has ended, and lets all handlers go: one that holds the pool would keep it for ever.
    func close() async {
        for task in cancel({ _, _ in true }) { await task.value }
        // Out of the lock before they are dropped, as in `free`.
        let dropped = handlers.withLock { handlers in
            defer { handlers = [:] }
            return handlers
        }
        _ = consume dropped
    }

    @discardableResult
    private func cancel(_ matches: (Key, Running) -> Bool) -> [Task<Void, Never>] {
        let tasks = state.withLock { state -> [Task<Void, Never>] in
            guard !state.running.isEmpty else { return [] }
            let found = state.running.filter { matches($0.key, $0.value) }
            for key in found.keys { state.running[key] = nil }
            return found.values.compactMap(\.task)
        }
        for task in tasks { task.cancel() }
        return tasks
    }

    // MARK: What a call needs until its end

    /// The error of an answer of ours, if it is that which has ended a call: it went through Python and comes back as itself.
    ///
    /// - Parameter failure: what the worker said of the exception, in the wire form.
    func origin(of failure: [UInt8], endingCall call: UInt64, of generation: Int) -> (any Error)? {
        guard let errors = state.withLock({ $0.kept[CallKey(generation: generation, call: call)]?.errors }),
            !errors.isEmpty,
            let number = (try? PythonValue(wireForm: failure))?["details"]?[.string(Self.originKey)]?.int
        else { return nil }
        return errors[number]
    }

    /// Keeps an error until its call has ended; returns its number.
    private func keep(_ error: any Error, for frame: Frame, of connection: WorkerConnection) -> Int {
        keep(for: frame, of: connection) { kept in
            kept.errors[kept.nextError] = error
            kept.errors[kept.nextError - Self.mostErrors] = nil
            kept.nextError += 1
            return kept.nextError - 1
        }
    }

    /// - Throws: ``PythonPoolError/referencesOfSeveralWorkers(_:_:)`` when the answer refers to another worker's object.
    private func keep(_ answer: WirePayload, for frame: Frame, of connection: WorkerConnection) throws {
        if let foreign = answer.references.first(where: { !connection.gave($0) }) {
            throw PythonPoolError.referencesOfSeveralWorkers(connection.pid, foreign.worker)
        }
        guard !answer.hosted.isEmpty || !answer.references.isEmpty else { return }
        keep(for: frame, of: connection) { kept in
            kept.hosted += answer.hosted
            kept.references += answer.references
        }
    }

    private func keep<Result: Sendable>(
        for frame: Frame, of connection: WorkerConnection, _ change: (inout Kept) -> Result
    ) -> Result {
        let key = CallKey(generation: connection.generation, call: frame.aux)
        let result = state.withLock { state in
            var kept = state.kept.removeValue(forKey: key) ?? Kept()
            defer { state.kept[key] = kept }
            return change(&kept)
        }
        // A call is taken off its connection before what is kept for it is forgotten: one that has just gone would leave this behind.
        if connection.call(frame.aux) == nil { forget { $0 == key } }
        return result
    }

    private func forget(_ matches: (CallKey) -> Bool) {
        let forgotten = state.withLock { state -> [Kept] in
            guard !state.kept.isEmpty else { return [] }
            return state.kept.keys.filter(matches).compactMap { state.kept.removeValue(forKey: $0) }
        }
        // Out of the lock before it is dropped: what is hosted tells us as it goes.
        _ = consume forgotten
    }
}

struct UnknownUpcall: Error, CustomStringConvertible {
    let description: String
}
