import PythonPool
import Marshalling
import Testing

@Suite struct CallTests {
    @Test func `A call returns what Python returned`() async throws {
        try await withPythonPool(.init(size: 2)) { (python: PythonPool) async throws in
            #expect(try await python.call("math.sqrt", [2.0]) == .float(2.0.squareRoot()))
            #expect(try await python.call("builtins.divmod", [7, 2]) == .tuple([3, 1]))
            #expect(try python.callBlocking("builtins.sorted", [[3, 1, 2]], ["reverse": true]) == [3, 2, 1])
        }
    }
}
