import Marshalling
import PythonPool
import Testing

/// What Python holds arrives in Swift, and comes back as it was.
@Suite struct ValueTests {
    private func withValues(_ body: (PythonPool) async throws -> Void) async throws {
        try await withFixturePool(preload: ["values_fixture", "values_properties"], body)
    }

    @Test func `Each example of each type comes back within Python`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let failed = try await python.call("values_properties.examples_come_back")
            #expect(failed == [], "\(failed)")
            #expect(try await python.call("values_properties.changed_records_come_back") == [])
        }
    }

    @Test func `Each example of each type comes back from Swift`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let names = try await python.call("builtins.list", [python.call("values_fixture.names")])
            for name in names.elements ?? [] {
                let value = try await python.call("values_fixture.example", [name])
                let same = try await python.call("values_fixture.is_example", [name, value])
                #expect(same == true, "\(name) travelled as \(value)")
            }
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `Random values of all kinds come back within Python, sharing and cycles included`() async throws {
        try await withValues { (python: PythonPool) async throws in
            #expect(try await python.call("values_properties.random_values_come_back", [2000, 1]) == 2000)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `Encoding and decoding everything over and over leaves nothing behind`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let growth = try await python.call("values_properties.memory_after", [3000])
            // What each round leaves would be there three thousand times; the interpreter's own caches account for a few.
            let counts = try #require(growth[0]?.elements?.map { $0.int ?? .max })
            #expect(counts.allSatisfy { abs($0) < 200 }, "reference counts: \(counts)")
            #expect(try #require(growth[1]?.int) < 200, "objects")
            #expect(try #require(growth[2]?.int) < 4000, "kB")
        }
    }
}
