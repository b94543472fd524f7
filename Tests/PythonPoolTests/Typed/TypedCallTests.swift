import Marshalling
import PythonPool
import Testing

@Suite struct TypedCallTests {
    /// A record written by hand; the macro's own tests cover what it makes.
    struct Named: PythonCodable, Equatable {
        var name: String

        init(name: String) { self.name = name }

        func encode(to encoder: inout WireEncoder) throws(WireError) {
            try encoder.openDict(count: 1)
            try encoder.encode(name, at: "name")
            encoder.close()
        }

        init(from decoder: inout WireDecoder) throws(WireError) {
            var name: String?
            var left = try decoder.openDict(for: Named.self)
            while left > 0 {
                let before = left
                if decoder.take(key: "name", of: &left) { name = try decoder.decode(String.self, at: "name") }
                if left == before { try decoder.skipEntry(of: &left) }
            }
            decoder.close()
            guard let name else { throw decoder.missing("name", expected: "String") }
            self.name = name
        }
    }

    @Test func `Arguments of any types go out, and a result comes back as one`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let names = [Named(name: "a"), Named(name: "b")]
            #expect(try await python.call("copy.copy", names, as: [Named].self) == names)
            #expect(try await python.call("math.hypot", 3, 4.0, as: Double.self) == 5)
            #expect(try await python.call("builtins.dict", as: [String: Int].self).isEmpty)
            #expect(try await python.call("builtins.dict", kwargs: Named(name: "x"), as: Named.self).name == "x")
            #expect(
                try await python.call("builtins.int", "ff", kwargs: ["base": 16] as PythonDictionary, as: Int.self)
                    == 255)
            #expect(try python.callBlocking("copy.copy", names, as: [Named].self) == names)
            let lease = try await python.lease { _ in }
            #expect(try await lease.call("builtins.len", names, as: Int.self) == 2)
            lease.release()
            await #expect(throws: PythonPoolError.closed(pool: "test")) {
                try await lease.call("builtins.len", names, as: Int.self)
            }
        }
    }

    @Test func `A result of another type says where, and the worker goes on`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let rows: PythonValue = [["name": "a"], ["name": 3]]
            await #expect(
                throws: PythonPoolError.wireForm(.mismatch(path: "[1].name", expected: "String", found: "int 3"))
            ) { try await python.call("copy.copy", rows, as: [Named].self) }
            let raised = await poolError { _ = try await python.call("math.sqrt", -1, as: Double.self) }
            guard case .raised(let exception) = raised else {
                return #expect(Bool(false), "\(String(describing: raised))")
            }
            #expect(exception.type == "ValueError")
            #expect(try await python.call("math.sqrt", 4, as: Double.self) == 2)
        }
    }

    @Test func `What has no value form is an error, not a reference`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("builtins.object", as: PythonValue.self) }
            guard case .wireForm(.noWireForm("object", "")) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
        }
    }
}
