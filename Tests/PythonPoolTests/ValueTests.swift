import Foundation
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

    /// `DSPEX_RANDOM_VALUES` asks for more of them, for a long night.
    private static let randomValues =
        ProcessInfo.processInfo.environment["DSPEX_RANDOM_VALUES"].flatMap { Int($0) } ?? 2000

    @Test(.timeLimit(.minutes(60)))
    func `Random values of all kinds come back within Python, sharing and cycles included`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let tried = try await python.call(
                "values_properties.random_values_come_back", [.int(Self.randomValues), 1])
            #expect(tried.int.map { $0 >= Self.randomValues } == true, "\(tried)")
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

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `Random values of Swift come back from Python to the last bit`(_ seed: UInt64) async throws {
        try await withValues { (python: PythonPool) async throws in
            for round in 0..<100 as Range<UInt64> {
                // Others each time: what an earlier round shared would be met once, and then it is not shared in Python.
                var random = RandomValues(seed: seed * 100 + round)
                let values = PythonValue.list((0..<10).map { _ in random.value() })
                let back = try await python.call("pool_fixture.echo", [values])
                guard try back.wireForm() == values.wireForm() else {
                    return #expect(Bool(false), "\(values) came back as \(back)")
                }
            }
        }
    }

    @Test func `Examples and predictions of DSPy come back, within Python and from Swift`() async throws {
        try await withFixturePool(preload: ["dspex_worker.programs", "dspy_values"]) {
            (python: PythonPool) async throws in
            let tried = try await python.call("dspy_values.random_records_come_back", [500])
            #expect(tried.int.map { $0 >= 500 } == true, "\(tried)")
            let examples = try await python.call("dspy_values.examples", options: .init(isStrict: true))
            #expect(try await python.call("dspy_values.are_examples", [examples]) == true, "\(examples)")
        }
    }

    @Test func `Every Swift view comes back from Python as it went`() async throws {
        try await withValues { (python: PythonPool) async throws in
            var random = RandomValues(seed: 7)
            func comesBack<View: PythonValueConvertible>(_ make: (inout RandomValues) throws -> View) async throws {
                let views = try (0..<500).map { _ in try make(&random) }
                let back = try await python.call("pool_fixture.echo", [.list(views.map(\.pythonValue))])
                #expect(back.elements?.map { View($0) } == views.map { Optional($0) })
            }
            try await comesBack { $0.date() }
            try await comesBack { $0.time() }
            try await comesBack { $0.dateTime() }
            try await comesBack { $0.timeDelta() }
            try await comesBack { random in
                var zone: PythonTimeZone?
                while zone == nil { zone = random.zone() }
                return try #require(zone)
            }
            try await comesBack { random in
                let decimal = random.decimal()
                return try #require(decimal)
            }
            try await comesBack { $0.fraction() }
            try await comesBack { random in
                let identifier = random.uuid()
                return try #require(identifier)
            }
            try await comesBack { $0.path() }
            let fixture = { (name: String) in PythonClassName(module: "values_fixture", qualifiedName: name) }
            try await comesBack {
                PythonEnumMember(
                    type: fixture("Access"), member: .flags(PythonInteger($0.below(4))))
            }
            try await comesBack {
                PythonEnumMember(type: fixture("Colour"), member: .name($0.below(2) == 0 ? "RED" : "GREEN"))
            }
            try await comesBack {
                PythonRecord(.namedtuple, fixture("Point"), ["x": $0.value(depth: 0).finite, "y": 1])
            }
            try await comesBack {
                PythonRecord(.dataclass, fixture("Frozen"), ["key": .int($0.below(9)), "values": 2])
            }
        }
    }

    @Test func `A record that is made in Swift is completed and checked by its class`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let node = PythonRecord(.dataclass, .init(module: "values_fixture", qualifiedName: "Node"), ["name": "n"])
            let echoed = try await python.call("pool_fixture.echo", [node.pythonValue])
            let back = try #require(PythonRecord(echoed))
            #expect(back["name"] == "n")
            #expect(back["children"] == [])
            #expect(back["depth"] == 0)
            let model = PythonRecord(
                .pydantic, .init(module: "values_fixture", qualifiedName: "Model"), ["name": "m", "count": "4"])
            let validated = PythonRecord(try await python.call("pool_fixture.echo", [model.pythonValue]))
            #expect(validated?["count"] == 4)
            #expect(validated?.state.first?.elements?.count == 2)
            for wrong in [
                PythonRecord(.dataclass, node.type, [:]), .init(.dataclass, node.type, ["name": 1, "nme": 2]),
                .init(.pydantic, model.type, ["count": "many", "name": "m"]),
                .init(.dataclass, .init(module: "values_fixture", qualifiedName: "Nobody"), [:]),
                .init(.dataclass, .init(module: "no_such_module", qualifiedName: "Nobody"), [:]),
            ] {
                await #expect(throws: PythonPoolError.self) {
                    _ = try await python.call("pool_fixture.echo", [wrong.pythonValue])
                }
            }
        }
    }

    @Test func `Hostile bytes are refused in the worker, and none ends it`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let accepted = try await python.call("values_properties.hostile_bytes_accepted")
            #expect(accepted == [:], "\(accepted)")
            let made = try await python.call("values_properties.wrong_payloads_accepted")
            #expect(made == [:], "\(made)")
            let read = try await python.call("values_properties.mutated_bytes", [20_000, 5])
            #expect(read.int.map { $0 > 500 } == true, "\(read)")
        }
    }

    @Test func `What has no value form is named with its place, in records too`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let errors = try await python.call("values_properties.strict_errors").elements?.compactMap(\.string)
            #expect(
                errors == [
                    ".children[0]: object has no wire form",
                    ".y['a']: object has no wire form",
                    "['rows'][0].Model[3]['more'][0]: object has no wire form",
                    ".datetime.datetime[8]: values_properties.OddZone has no wire form",
                    "values_fixture.Money has no wire form",
                    ".slice[1]: object has no wire form",
                    "collections.deque has no wire form",
                ])
        }
    }

    @Test func `Converters of one's own go before everything else`() async throws {
        try await withValues { (python: PythonPool) async throws in
            #expect(
                try await python.call("values_properties.own_converters") == [
                    "values_fixture.MoreMoney has no wire form", ["Money", "MoreMoney"], 2, [3],
                    "MoreMoney", 4, 5,
                ])
        }
    }

    @Test(arguments: ["1970-01-01T00:00:30Z", "1970-01-01T01:00:30+01:00", "1969-12-31T19:30:30-04:30"])
    func `A time that pydantic has read keeps its offset`(_ text: String) async throws {
        try await withValues { (python: PythonPool) async throws in
            let moment = try await python.call(
                "values_fixture.read_by_pydantic", [.string(text)], options: .init(isStrict: true))
            #expect(try moment.decoded(as: Date.self).timeIntervalSince1970 == 30)
            #expect(try await python.call("values_fixture.is_moment", [.string(text), moment]) == true)
        }
    }

    @Test func `A class that cannot be imported is known as long as it lives`() async throws {
        try await withValues { (python: PythonPool) async throws in
            #expect(try await python.call("values_properties.classes_are_forgotten") == [true, true, .none])
        }
    }

    @Test func `What is inside a numpy scalar arrives`() async throws {
        try await withValues { (python: PythonPool) async throws in
            let scalars = try await python.call("values_properties.numpy_scalars")
            #expect(scalars[0]?.complex == PythonComplex(real: 1, imaginary: 2))
            #expect(scalars[1] == "a")
            #expect(scalars[2] == .bytes([0x62]))
            #expect(scalars[3].flatMap { PythonDate($0) } == PythonDate(year: 2024, month: 1, day: 2))
            #expect(scalars[4]?.integer == PythonInteger("18446744073709551615"))
            #expect(scalars[5] == .bytes([0x61, 0x62]))
            // Python's own types hold no nanoseconds, and a bare number would not say what it is.
            #expect(scalars[6]?.reference?.typeName == "numpy.datetime64")
            #expect(scalars[7]?.reference?.typeName == "numpy.timedelta64")
            #expect(scalars[8].flatMap { PythonTimeDelta($0) }?.seconds == 5)
        }
    }
}

extension PythonValue {
    /// The value, or None for one that equals nothing, not even itself.
    fileprivate var finite: PythonValue { self == self ? self : .none }
}
