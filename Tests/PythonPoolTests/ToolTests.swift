import Foundation
import Marshalling
import PythonPool
import Testing

/// Swift closures that Python calls as functions.
@Suite struct ToolTests {
    private struct OutOfStock: Error, Equatable {
        let left: Int
    }

    private struct Query: PythonDecodable, PythonDescribable {
        var city: String
        var days: Int

        init(from decoder: inout WireDecoder) throws(WireError) {
            let entries = try PythonDictionary(from: &decoder)
            guard let city = entries["city"]?.string else {
                throw .mismatch(path: "city", expected: "String", found: entries["city"]?.typeName ?? "no such key")
            }
            self.city = city
            days = entries["days"]?.int ?? 1
        }

        static func describe(in schema: inout JSONSchema) -> PythonValue {
            var days = schema.of(Int.self).dict ?? [:]
            days["default"] = 1
            return JSONSchema.object(
                ["city": schema.of(String.self, "The city's name."), "days": .dict(days)], required: ["city"])
        }
    }

    private func registerLookup(_ python: PythonPool, _ asked: Counter = Counter()) throws {
        try python.tools.register(
            "lookup", "The weather of a city.", parameters: ToolParameter("city", "The city's name."),
            ToolParameter("days", default: 1)
        ) { (city: String, days: Int) async throws -> PythonDictionary in
            asked.add()
            return ["city": .string(city), "days": .int(days)]
        }
    }

    // MARK: Calling

    @Test(
        arguments: [
            (["Bern", 3], [:], 3), (["Bern"], [:], 1), ([], ["city": "Bern", "days": 2], 2), (["Bern"], ["days": 4], 4),
            ([], ["days": 5, "city": "Bern"], 5),
        ] as [([PythonValue], PythonDictionary, Int)])
    func `A tool is called as Python calls functions`(
        _ args: [PythonValue], _ kwargs: PythonDictionary, _ days: Int
    ) async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try registerLookup(python)
            let answer = try await python.call("tool_fixture.call", ["lookup", .list(args), .dict(kwargs)])
            #expect(answer == ["city": "Bern", "days": .int(days)])
            #expect(
                try await python.call("tool_fixture.attribute", ["lookup"], ["city": "Bern"]) == [
                    "city": "Bern", "days": 1,
                ])
        }
    }

    @Test(
        arguments: [
            ([], [:], "missing 1 required positional argument: 'city'"),
            (["Bern", 1, 2], [:], "takes from 1 to 2 positional arguments but 3 were given"),
            (["Bern"], ["weeks": 1], "unexpected keyword argument 'weeks'"),
            (["Bern"], ["city": "Basel"], "multiple values for argument 'city'"),
            ([3], [:], "the argument 'city' must be str, not int"),
            ([.none], [:], "the argument 'city' must be str, not NoneType"),
            (["Bern", "two"], [:], "the argument 'days' must be int, not str"),
            (["Bern", true], [:], "the argument 'days' must be int, not bool"),
            (["Bern", 1.5], [:], "the argument 'days' must be int, not float"),
        ] as [([PythonValue], PythonDictionary, String)])
    func `Wrong arguments are a TypeError that names the parameter, before the host is asked`(
        _ args: [PythonValue], _ kwargs: PythonDictionary, _ expected: String
    ) async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let asked = Counter()
            try registerLookup(python, asked)
            let error = try await python.call("tool_fixture.wrong", ["lookup", .list(args), .dict(kwargs)])
            #expect(error[0] == "TypeError")
            #expect(error[1]?.string?.contains(expected) == true, "\(error)")
            #expect(asked.value == 0)
        }
    }

    @Test func `What only the host can see to be wrong is a TypeError with the place, too`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("sum", parameters: "numbers") { (numbers: [Int]) in numbers.reduce(0, +) }
            #expect(try await python.call("tool_fixture.call", ["sum", [[1, 2, 3]], [:]]) == 6)
            let error = try await python.call("tool_fixture.wrong", ["sum", [[1, "two", 3]], [:]])
            #expect(error[0] == "TypeError")
            #expect(
                error[1]?.string?.contains("'numbers'") == true && error[1]?.string?.contains("[1]") == true, "\(error)"
            )
            let large = try await python.call(
                "tool_fixture.wrong",
                ["sum", [[.bigInt(PythonInteger("1" + String(repeating: "0", count: 30))!)]], [:]])
            #expect(large[0] == "TypeError")
        }
    }

    @Test func `A record's fields are the parameters`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let tool = try python.tools.register("plan") { (query: Query) in "\(query.city) for \(query.days)" }
            #expect(tool.parameters == [ToolParameter("city", "The city's name."), ToolParameter("days", default: 1)])
            #expect(
                try await python.call("tool_fixture.call", ["plan", [], ["city": "Bern", "days": 2]]) == "Bern for 2")
            #expect(try await python.call("tool_fixture.call", ["plan", ["Bern"], [:]]) == "Bern for 1")
            let error = try await python.call("tool_fixture.wrong", ["plan", [], ["days": 2]])
            #expect(error[0] == "TypeError" && error[1]?.string?.contains("'city'") == true, "\(error)")
        }
    }

    /// As `@PythonCodable` writes it: what may be missing is not required, and its default is Swift's alone.
    private struct Order: PythonDecodable, PythonDescribable {
        var city: String
        var days = 1
        var note: String?

        init(from decoder: inout WireDecoder) throws(WireError) {
            let entries = try [String: PythonValue](from: &decoder)
            city = entries["city"]?.string ?? "?"
            if let value = entries["days"] { days = try Int(wireForm: value.wireForm()) }
            note = entries["note"]?.string
        }

        static func describe(in schema: inout JSONSchema) -> PythonValue {
            JSONSchema.object(
                ["city": schema.of(String.self), "days": schema.of(Int.self), "note": schema.of(String?.self)],
                required: ["city"])
        }
    }

    @Test func `A record's field that is left out has the value that Swift gives it`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("order") { (order: Order) in "\(order.city) \(order.days) \(order.note ?? "-")" }
            #expect(try await python.call("tool_fixture.call", ["order", ["Bern"], [:]]) == "Bern 1 -")
            #expect(
                try await python.call("tool_fixture.call", ["order", ["Bern"], ["days": 3, "note": "x"]]) == "Bern 3 x")
            let error = try await python.call("tool_fixture.wrong", ["order", ["Bern", "two"], [:]])
            #expect(error[1]?.string?.contains("the argument 'days' must be int, not str") == true, "\(error)")
        }
    }

    @Test func `Optional parameters may be left out, and a closure may take and return nothing`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("greet", parameters: "name", "title") { (name: String, title: String?) in
                [title, name].compactMap(\.self).joined(separator: " ")
            }
            #expect(try await python.call("tool_fixture.call", ["greet", ["Ada"], [:]]) == "Ada")
            #expect(try await python.call("tool_fixture.call", ["greet", ["Ada"], ["title": "Dr"]]) == "Dr Ada")
            let asked = Counter()
            try python.tools.register("ping") { asked.add() }
            #expect(try await python.call("tool_fixture.call", ["ping", [], [:]]) == .none)
            #expect(asked.value == 1)
            try python.tools.register("twice") { (number: Double) in number * 2 }
            #expect(try await python.call("tool_fixture.call", ["twice", [], ["argument1": 2]]) == 4.0)
        }
    }

    @Test func `Python sees name, documentation, signature and schema`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try registerLookup(python)
            let seen = try await python.call("tool_fixture.description", ["lookup"])
            #expect(seen["name"] == "lookup")
            #expect(seen["doc"] == "The weather of a city.\n\nArgs:\n    city: The city's name.")
            #expect(seen["signature"] == "(city: str, days: int = 1) -> dict[str, typing.Any]")
            #expect(seen["is_function"] == true)
            #expect(
                seen["schema"] == [
                    "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                    "properties": [
                        "city": ["type": "string", "description": "The city's name."],
                        "days": ["type": "integer", "default": 1],
                    ],
                    "required": ["city"], "additionalProperties": false,
                ])
            #expect(python.tools.list.first?.schema == seen["schema"]?.dict)
        }
    }

    @Test func `DSPy takes a tool as it is`() async throws {
        try await withToolPool(preload: ["tool_fixture", "dspex_worker.programs"]) {
            (python: PythonPool) async throws in
            try registerLookup(python)
            let tool = try await python.call("tool_fixture.dspy_tool", ["lookup"])
            #expect(tool["name"] == "lookup")
            #expect(tool["desc"]?.string?.hasPrefix("The weather of a city.") == true)
            #expect(tool["args"] == ["city": ["type": "string"], "days": ["type": "integer", "default": 1]])
            #expect(tool["answer"] == ["city": "Bern", "days": 2])
            let answer = try await python.call("tool_fixture.react", ["lookup"])
            #expect(answer == .tuple(["sunny", ["city": "Bern", "days": 1]]))
        }
    }

    @Test func `What a model writes in JSON becomes the types that the closure takes`() async throws {
        try await withToolPool(preload: ["tool_fixture", "dspex_worker.programs"]) {
            (python: PythonPool) async throws in
            try python.tools.register("book", parameters: "when", "id", "price", "names", "stay") {
                (when: Date, id: UUID, price: Decimal, names: Set<String>, stay: Duration) in
                "\(when.timeIntervalSince1970) \(id) \(price) \(names.sorted()) \(stay)"
            }
            let id = "12345678-1234-5678-1234-567812345678"
            let answer = try await python.call(
                "tool_fixture.dspy_call",
                [
                    "book",
                    [
                        "when": "1970-01-01T01:00:00Z", "id": .string(id), "price": "1.50", "names": ["b", "a"],
                        "stay": "PT1M",
                    ],
                ])
            #expect(answer.string == #"3600.0 \#(id) 1.5 ["a", "b"] 60.0 seconds"#)
        }
    }

    // MARK: Changes

    @Test func `Workers see tools that come, change and go`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            #expect(
                try await python.call("tool_fixture.names")
                    == .tuple([[], ["ToolError", "UnknownTool", "get", "names"]]))
            try python.tools.register("version", "The first.") { 1 }
            try python.tools.register("other") { "other" }
            #expect(try await python.call("tool_fixture.names")[0] == ["other", "version"])
            #expect(try await python.call("tool_fixture.keep", ["version"]) == "The first.")
            #expect(try await python.call("tool_fixture.call_kept") == .tuple([1, true]))
            try python.tools.register("version", "The second.", parameters: ToolParameter("add", default: 0)) {
                (add: Int) in 2 + add
            }
            #expect(try await python.call("tool_fixture.description", ["version"])["doc"] == "The second.")
            // The function of before calls the closure of now, as far as its arguments go.
            #expect(try await python.call("tool_fixture.call_kept") == .tuple([2, false]))
            #expect(try await python.call("tool_fixture.keep", ["version"]) == "The second.")
            #expect(python.tools.unregister("version"))
            #expect(!python.tools.unregister("version"))
            let gone = try await python.call("tool_fixture.call_kept")
            #expect(gone[0] == "UnknownTool" && gone[1]?.string?.contains("version") == true)
            #expect(python.tools.list.map(\.name) == ["other"])
            let error = await poolError { _ = try await python.call("tool_fixture.attribute", ["version"]) }
            guard case .raised(let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.type == "AttributeError" && exception.message.contains("it has: other"))
        }
    }

    @Test func `A function of an older signature gets a TypeError that says what is missing`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("grow") { "small" }
            _ = try await python.call("tool_fixture.keep", ["grow"])
            try python.tools.register("grow", parameters: "by") { (by: Int) in "by \(by)" }
            let error = await poolError { _ = try await python.call("tool_fixture.call_kept") }
            guard case .raised(let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.type == "TypeError" && exception.message.contains("missing the argument 'by'"))
        }
    }

    @Test(arguments: ["", "two words", "for", "1st", "_private", "größe", "a.b"])
    func `A name that is none in Python is refused`(_ name: String) throws {
        let python = PythonPool()
        #expect(throws: ToolDefinitionError.self) { try python.tools.register(name) { 1 } }
        #expect(throws: ToolDefinitionError.self) {
            try python.tools.register("tool", parameters: ToolParameter(name)) { (_: Int) in 1 }
        }
        #expect(python.tools.list.isEmpty)
    }

    @Test func `Parameters that do not fit the closure are refused`() throws {
        let python = PythonPool()
        #expect(throws: ToolDefinitionError.self) {
            try python.tools.register("t", parameters: "a") { (a: Int, b: Int) in a + b }
        }
        #expect(throws: ToolDefinitionError.self) {
            try python.tools.register("t", parameters: "a", "a") { (a: Int, b: Int) in a + b }
        }
        #expect(throws: ToolDefinitionError.self) {
            try python.tools.register("t", parameters: ToolParameter("a", default: "one")) { (a: Int) in a }
        }
        #expect(throws: ToolDefinitionError.self) {
            try python.tools.register("t", parameters: ToolParameter("a", default: 1), "b") { (a: Int, b: Int) in a + b
            }
        }
        #expect(python.tools.list.isEmpty)
    }

    // MARK: Errors

    @Test func `A Swift error is an exception in Python, and comes back as itself`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("buy") { () async throws -> Int in throw OutOfStock(left: 0) }
            let seen = try await python.call("tool_fixture.catch", ["buy", "ToolError"])
            #expect(seen["class"] == "ToolError")
            #expect(seen["message"] == "OutOfStock(left: 0)")
            #expect(seen["code"] == "host")
            #expect(seen["type"]?.string?.hasSuffix("OutOfStock") == true)
            await #expect(throws: OutOfStock(left: 0)) { try await python.call("tool_fixture.call", ["buy", [], [:]]) }
            await #expect(throws: OutOfStock(left: 0)) { try await python.call("tool_fixture.chain", ["buy", false]) }
        }
    }

    @Test func `A Python exception made from a Swift error keeps it as its cause`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("buy") { () async throws -> Int in throw OutOfStock(left: 3) }
            let error = await poolError { _ = try await python.call("tool_fixture.chain", ["buy", true]) }
            guard case .raised(let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.type == "RuntimeError" && exception.message == "the step failed")
            #expect(exception.traceback.contains("ToolError: OutOfStock(left: 3)"))
            #expect(exception.traceback.contains("The above exception was the direct cause"))
        }
    }

    @Test(arguments: [
        ("ValueError", "ValueError"), ("KeyError", "LookupError"), ("TimeoutError", "OSError"),
        ("UnicodeDecodeError", "ToolError"), ("my.Own", "ToolError"),
    ])
    func `A tool can raise a Python class`(_ raised: String, _ caught: String) async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("refuse") { () async throws -> Int in
                throw PythonException(type: raised, message: "no such city")
            }
            let seen = try await python.call("tool_fixture.catch", ["refuse", .string(caught)])
            #expect(seen["is_tool_error"] == true)
            #expect(seen["message"] == "no such city")
        }
    }

    @Test func `Any number of errors in one call are told, and the last comes back as itself`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let asked = Counter()
            try python.tools.register("buy") { () async throws -> Int in
                asked.add()
                throw OutOfStock(left: asked.value)
            }
            await #expect(throws: OutOfStock(left: 301)) {
                try await python.call("tool_fixture.fail_often", ["buy", 300])
            }
        }
    }

    // MARK: Nesting, cancelling, speed

    @Test func `A tool may call the worker that waits for it, to a bounded depth`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("descend", parameters: "depth") { (depth: Int) async throws -> PythonValue in
                depth == 0 ? 0 : try await python.call("tool_fixture.descend", [.int(depth - 1)])
            }
            #expect(try await python.call("tool_fixture.descend", [10]) == 0)
            let error = await poolError { _ = try await python.call("tool_fixture.descend", [100]) }
            guard case .nestedTooDeep = error else { return #expect(Bool(false), "\(String(describing: error))") }
            #expect(try await python.call("tool_fixture.descend", [1]) == 0)
        }
    }

    @Test func `Cancelling the Python call cancels the tool's task`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let (begun, begin) = AsyncStream<Void>.makeStream()
            let (cancelled, cancel) = AsyncStream<Void>.makeStream()
            try python.tools.register("wait") {
                begin.finish()
                do { try await Task.sleep(for: .seconds(600)) } catch {
                    cancel.finish()
                    throw error
                }
            }
            let task = Task { try await python.call("tool_fixture.call", ["wait", [], [:]]) }
            for await _ in begun {}
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            for await _ in cancelled {}
        }
    }

    @Test func `Thousands of calls, short and long by turns, get their own answers`() async throws {
        try await withToolPool(size: 2) { (python: PythonPool) async throws in
            try python.tools.register("square", parameters: "number") { (number: Int) async in
                if number % 100 == 0 { await Task.yield() }
                return number * number
            }
            let expected = (0..<2000).reduce(0) { $0 + $1 * $1 }
            #expect(try await python.call("tool_fixture.many", ["square", 2000]) == .int(expected))
            #expect(
                try await onThread { try python.callBlocking("tool_fixture.many", ["square", 2000]) } == .int(expected))
            #expect(
                try await python.call("tool_fixture.from_threads", ["square", 16])
                    == .list((0..<16).map { .int($0 * $0) }))
        }
    }

    @Test func `What a task of the caller's knows is not told to other calls' tools`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("see") { Caller.name }
            try await Caller.$name.withValue("of the caller") {
                for _ in 0..<20 {
                    let seen = try await python.call("tool_fixture.call", ["see", [], [:]])
                    #expect(seen == "nobody's")
                }
            }
        }
    }

    private enum Caller { @TaskLocal static var name = "nobody's" }

    // MARK: The request

    @Test func `A call knows its number and how long it may take`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let free = try await python.call("tool_fixture.request_facts")
            #expect(free[0]?.int ?? 0 > 0 && free[1]?.isNone == true)
            let bound = try await python.call("tool_fixture.request_facts", deadline: .now + .seconds(60))
            #expect(bound[0]?.int ?? 0 > free[0]?.int ?? 0)
            #expect((50...60).contains(bound[1]?.double ?? 0))
            let inThread = try await python.call("tool_fixture.request_in_thread", deadline: .now + .seconds(60))
            #expect((50...60).contains(inThread[1]?.double ?? 0))
            #expect(
                try await python.call("tool_fixture.request_facts")[1]?.isNone == true, "a deadline ends with its call")
        }
    }

    @Test func `A call within an upcall has the deadline of the call around it`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            python.onUpcall("again") { _ in try await python.call("tool_fixture.request_facts") }
            let times = try await python.call("tool_fixture.nested_request", ["again"], deadline: .now + .seconds(60))
            #expect((50...60).contains(times[0]?.double ?? 0))
            #expect((50...60).contains(times[1]?[1]?.double ?? 0))
        }
    }
}
