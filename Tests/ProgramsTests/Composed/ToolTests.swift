import Marshalling
import Programs
import PythonPool
import Testing

@Suite struct ToolTests {
    @Test func `a closure that takes any schema gets the defaults of what is left out`() async throws {
        let tool = Tool("echo", schemas: ["a": ["type": "integer"], "b": ["type": "string", "default": "x"]]) {
            .dict($0)
        }
        #expect(try await tool(["a": 1]) == ["a": 1, "b": "x"])
        #expect(
            tool.prompt
                == "echo. It takes arguments {'a': {'type': 'integer'}, 'b': {'type': 'string', 'default': 'x'}}.")
    }

    @Test func `whole numbers become what the closure takes`() async throws {
        let scale = try Tool("scale", parameters: "by", "times", "all") { (by: Double, times: Int, all: [Int]) in
            by * Double(times) + Double(all.reduce(0, +))
        }
        #expect(try await scale(["by": 2, "times": 3.0, "all": [1.0, 2]]) == 9.0)
    }

    @Test func `every missing argument is named, as Python names them`() async throws {
        let tool = try Tool("t", parameters: "a", "b", "c") { (a: Int, b: Int, c: Int) in a + b + c }
        func message(_ arguments: PythonDictionary) async -> String? {
            do { _ = try await tool(arguments) } catch { return "\(error)" }
            return nil
        }
        #expect(await message(["a": 1, "b": 2, "c": 3]) == nil)
        #expect(await message(["a": 1, "b": 2]) == "TypeError: t() missing 1 required positional argument: 'c'")
        #expect(await message(["b": 2]) == "TypeError: t() missing 2 required positional arguments: 'a' and 'c'")
        #expect(await message([:]) == "TypeError: t() missing 3 required positional arguments: 'a', 'b', and 'c'")
    }

    @Test func `parameters that do not fit the closure are refused`() {
        #expect(throws: ToolDefinitionError.self) { try Tool("t", parameters: "a") { (a: Int, b: Int) in a + b } }
        #expect(throws: ToolDefinitionError.self) {
            try Tool("t", parameters: .init("a", default: "x")) { (a: Int) in a }
        }
    }

    @Test func `what the closure throws is thrown`() async throws {
        struct Refused: Error {}
        let tool = try Tool("t") { () -> Int in throw Refused() }
        await #expect(throws: Refused.self) { try await tool([:]) }
    }
}
