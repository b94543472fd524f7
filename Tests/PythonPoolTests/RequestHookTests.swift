import Logging
import Marshalling
import PythonPool
import Testing

/// Python functions that run before and after each request.
@Suite struct RequestHookTests {
    private func withHooks<Result>(
        _ hooks: WorkerHooks, slots: Int = 1, logger: Logger? = nil, _ body: (PythonPool) async throws -> Result
    ) async throws -> Result {
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        return try await withPythonPool(
            .init(
                name: "hooked", size: 1, concurrency: .slots(slots), hooks: hooks, preload: ["hook_fixture"],
                modulePaths: [fixtures, pysrc], cancellationGrace: .seconds(30)), logger: logger ?? quiet, body)
    }

    private static let around = WorkerHooks(
        beforeRequest: ["hook_fixture.before"], afterRequest: ["hook_fixture.after"])

    /// What hooks around `take` itself have seen before it looks.
    private static let look: PythonValue = ["before", true, "hook_fixture.take", PythonValue.none]

    @Test func `Hooks see number, target and end of each request, in its thread and with its context variables`()
        async throws
    {
        try await withHooks(Self.around) { (python: PythonPool) async throws in
            #expect(try await python.call("hook_fixture.current_user") == "of hook_fixture.current_user")
            #expect(try await python.call("hook_fixture.later") == "of hook_fixture.later", "a coroutine's, too")
            for (target, error) in [
                ("hook_fixture.fail", "ValueError: too bad"),
                ("hook_fixture.missing", "AttributeError: module 'hook_fixture' has no attribute 'missing'"),
            ] {
                await #expect(throws: PythonPoolError.self) { try await python.call(target) }
                let seen = try await python.call("hook_fixture.take").elements ?? []
                #expect(seen.suffix(3).first == ["before", true, .string(target), PythonValue.none])
                #expect(seen.suffix(2) == [["after", true, .string(target), .string(error)], Self.look])
            }
            let strict = await poolError {
                _ = try await python.call("hook_fixture.unsendable", options: .init(isStrict: true))
            }
            #expect(strict == .wireForm(.noWireForm(type: "object", path: "")))
            let seen = try await python.call("hook_fixture.take").elements ?? []
            #expect(
                seen.dropLast().last?[3]?.string?.contains("object") == true, "a result that cannot travel has failed")
        }
    }

    @Test func `A stream is one request`() async throws {
        try await withHooks(Self.around) { (python: PythonPool) async throws in
            let (items, _) = try await python.stream("hook_fixture.numbers", [2000]).collect()
            #expect(items.count == 2000)
            #expect(
                try await python.call("hook_fixture.take") == [
                    ["before", true, "hook_fixture.numbers", PythonValue.none],
                    ["after", true, "hook_fixture.numbers", PythonValue.none], Self.look,
                ])
        }
    }

    @Test func `A hook that raises before the call fails it by name, and the function does not run`() async throws {
        var hooks = Self.around
        hooks.beforeRequest.insert("hook_fixture.refuse", at: 0)
        try await withHooks(hooks) { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("hook_fixture.refused") }
            guard case .hookFailed("hook_fixture.refuse", let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.type == "hook_fixture.ShopClosed" && exception.message == "come back later")
            #expect(exception.target == "hook_fixture.refused" && exception.isInstance(of: "OSError"))
            #expect(exception.traceback.contains("in refuse"))
            // Neither the function nor the second hook has run; what comes after has.
            let stream = python.stream("hook_fixture.refused")
            let streamed = await poolError { for try await _ in stream {} }
            guard case .hookFailed("hook_fixture.refuse", _) = streamed else {
                return #expect(Bool(false), "\(String(describing: streamed))")
            }
            let seen = try await python.call("pool_fixture.echo", [1])
            #expect(seen == 1, "the worker goes on")
        }
    }

    @Test func `A hook that raises after the call fails it, unless it has failed already`() async throws {
        let lines = LogKeeper()
        let logger = Logger(label: "test") { _ in LineHandler(lines: lines, logLevel: .info) }
        var hooks = Self.around
        hooks.afterRequest.insert("hook_fixture.refuse_after", at: 0)
        try await withHooks(hooks, logger: logger) { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("hook_fixture.spoilt") }
            guard case .hookFailed("hook_fixture.refuse_after", let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.message == "not paid")
            let failed = await poolError { _ = try await python.call("hook_fixture.fail") }
            guard case .raised(let raised) = failed else {
                return #expect(Bool(false), "\(String(describing: failed))")
            }
            #expect(raised.type == "ValueError")
            #expect(lines.messages.contains { $0.contains("hook_fixture.refuse_after") && $0.contains("not paid") })
            // The hook after the one that raised has run both times.
            let seen = try await python.call("hook_fixture.take").elements ?? []
            #expect(seen.count { $0[0] == "after" } == 2)
        }
    }

    @Test func `Hooks of several slots keep to their requests, and run once a cancelled one has ended`() async throws {
        try await withHooks(Self.around, slots: 8) { (python: PythonPool) async throws in
            let users = try await atOnce(40) { lane in
                try await python.call(lane % 2 == 0 ? "hook_fixture.current_user" : "hook_fixture.later")
            }
            for (lane, user) in users.enumerated() {
                #expect(user == .string("of hook_fixture." + (lane % 2 == 0 ? "current_user" : "later")))
            }
            _ = try await python.call("hook_fixture.take")
            let begun = Gate()
            python.onUpcall("begun") { _ in
                begun.open(1)
                return .none
            }
            let task = Task { try await python.call("hook_fixture.announce", ["begun"]) }
            _ = await begun.passed()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            var seen: [PythonValue] = []
            while !seen.contains(where: { $0[0] == "after" && $0[2] == "hook_fixture.announce" }) {
                seen = try await python.call("hook_fixture.take").elements ?? []
            }
            let after = seen.first { $0[0] == "after" && $0[2] == "hook_fixture.announce" }
            #expect(after?[3]?.string?.hasPrefix("_dspex.HostCancelled") == true)
        }
    }

    @Test func `Start and stop hooks are no requests`() async throws {
        var hooks = Self.around
        hooks.onStart = ["hook_fixture.started"]
        hooks.onStop = ["hook_fixture.stopped"]
        try await withHooks(hooks) { (python: PythonPool) async throws in
            let gate = Gate()
            python.onUpcall("stopped") { upcall in
                gate.open(upcall.payload)
                return .none
            }
            #expect(try await python.call("hook_fixture.take") == ["started", Self.look])
            try await python.rollingRestart()
            #expect(await gate.passed() == [["after", true, "hook_fixture.take", PythonValue.none]])
        }
    }

    @Test(arguments: [
        ("no_such_module.f", "No module named 'no_such_module'"), ("hook_fixture.missing", "missing"),
        ("hook_fixture.number", "cannot be called"), ("before", "module.function"),
    ])
    func `A hook that does not exist stops the start with its name`(_ name: String, _ text: String) async throws {
        let error = await poolError {
            try await withHooks(.init(beforeRequest: [name])) { (python: PythonPool) async throws in
                try await python.start()
            }
        }
        guard case .environment(let problem, let remedy) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(problem.contains("'\(name)'") && problem.contains(text))
        #expect(remedy.contains("module.function"))
    }
}
