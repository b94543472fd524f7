internal import Marshalling
internal import PythonPool
internal import Synchronization

/// Runs the code that a program has a model write: each session in an isolated worker of its own, which ends with it.
///
/// ```text
/// the program's worker  --execute-->  here  -->  dspex_worker.code_sessions.execute in the sandbox
/// the program's worker  <--call_tool--  here  <--  the code, when it calls a tool
/// ```
final class CodeRooms: Sendable {
    private static let execute = "dspex_worker.code_sessions.execute"
    private static let callTool = "dspex_worker.interpreters.call_tool"

    private let sandbox: PythonPool
    /// The pool of the worker that runs the program.
    private let caller: PythonPool?
    private let deadline: ContinuousClock.Instant?
    private let sessions = Mutex<[String: WorkerLease]>([:])

    init(_ sandbox: PythonPool, caller: PythonPool?, deadline: ContinuousClock.Instant?) {
        self.sandbox = sandbox
        self.caller = caller
        self.deadline = deadline
    }

    /// Answers what `dspex_worker.interpreters.HostInterpreter` asks.
    func answer(_ arguments: PythonArguments) async throws -> PythonValue {
        guard let request = arguments[0], let session = request["session"]?.string else {
            throw CodeRoomError(description: "a request for code without a session")
        }
        switch request["operation"]?.string {
        case "execute": return try await execute(request, in: session)
        case "close":
            let lease = sessions.withLock { $0.removeValue(forKey: session) }
            lease?.discard()
            return .bool(lease != nil)
        default: throw CodeRoomError(description: "a request for code that is neither execute nor close")
        }
    }

    /// Ends every session. Programs close theirs themselves, but not when they fail or are cancelled.
    func close() async {
        let open = sessions.withLock { sessions in
            defer { sessions = [:] }
            return sessions
        }
        for lease in open.values { lease.discard() }
    }

    private func execute(_ request: PythonValue, in session: String) async throws -> PythonValue {
        let isFirst = request["number"]?.int == 0
        var kwargs = PythonDictionary()
        for name in ["variables", "tools", "output_fields", "number"] {
            if let value = request[.string(name)] { kwargs[.string(name)] = value }
        }
        if request["tools"]?.elements?.isEmpty == false { kwargs["call"] = toolCall(in: session) }
        do {
            guard let lease = try await lease(session, isFirst: isFirst) else {
                return Self.lost("the session has ended, and its variables with it")
            }
            return try await lease.call(
                Self.execute, [.string(session), request["code"] ?? ""], kwargs, deadline: deadline)
        } catch PythonPoolError.workerDied(let death) {
            return Self.lost("the process that ran the code ended: \(death.cause)")
        } catch PythonPoolError.memoryLimitExceeded(let excess) {
            return Self.lost("the code needed more memory than it may have (\(excess.limit >> 20) MB)")
        }
    }

    /// The worker of a session, which its first execution takes.
    private func lease(_ session: String, isFirst: Bool) async throws -> WorkerLease? {
        if let open = sessions.withLock({ $0[session] }) { return open }
        guard isFirst else { return nil }
        let lease = try await sandbox.lease { _ in }
        sessions.withLock { $0[session] = lease }
        return lease
    }

    /// What the code calls for a tool: the call goes back to the worker that waits for this execution.
    private func toolCall(in session: String) -> PythonValue {
        let waiting = PythonCaller.current
        let pool = caller
        return sandbox.callable { [deadline] arguments in
            guard let waiting, let pool else { throw CodeRoomError(description: "there is nobody to call tools") }
            return try await waiting.call(
                on: pool, Self.callTool, [.string(session)] + arguments.positional, deadline: deadline)
        }
    }

    /// What `code_sessions.execute` returns when no other code could do better.
    private static func lost(_ message: String) -> PythonValue {
        [
            "value": .none, "output": "", "final": .none,
            "error": ["kind": "session", "type": "SessionEnded", "message": .string(message), "traceback": []],
        ]
    }
}

/// What Python asked makes no sense.
struct CodeRoomError: Error, CustomStringConvertible {
    let description: String
}
