import Marshalling
import PythonPool
import Testing

@Suite struct CallTests {
    @Test func `A call returns what Python returned`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            #expect(try await python.call("math.sqrt", [2.0]) == .float(2.0.squareRoot()))
            #expect(try await python.call("builtins.divmod", [7, 2]) == .tuple([3, 1]))
            #expect(try python.callBlocking("builtins.sorted", [[3, 1, 2]], ["reverse": true]) == [3, 2, 1])
            #expect(try await python.call("pool_fixture.Counter.add", [2]) == 2)
            #expect(try await python.call("pool_fixture.Counter.add", [3]) == 5)
        }
    }

    static let scalars: [PythonValue] = [
        .none, true, false, 0, -1, 127, 128, -129, 2_147_483_648, .int(.max), .int(.min),
        .bigInt(PythonInteger("170141183460469231731687303715884105728")!),
        .bigInt(PythonInteger("-99999999999999999999999999999999999999999")!),
        0.5, -0.0, .float(.infinity), .float(-.infinity), "", "a", "ä€😀",
        .string(String(repeating: "x", count: 70_000)),
        .bytes([]), .bytes([0, 255]),
    ]
    static let containers: [PythonValue] = [
        .list([]), .list([1, "two", 3.0, .none]), .list([1.5, 2.5]), .tuple([]), .tuple([1, .tuple([2])]),
        .set([1, 2, "three"]), .frozenset([1.5]), .dict([:]), .dict(["b": 1, "a": ["c": 2]]),
        .dict([1: "int", .tuple([1, 2]): "tuple", .none: "none", 0.5: "float", .bytes([1]): "bytes"]),
    ]

    @Test func `Every kind of value comes back as it went`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            for value in Self.scalars + Self.containers {
                let back = try await python.call("pool_fixture.echo", [value])
                #expect(back == value)
                #expect(try await python.call("pool_fixture.roundtrip_in_python", [value]) == true)
            }
            let notANumber = try await python.call("pool_fixture.echo", [.float(.nan)])
            #expect(notANumber.double?.isNaN == true)
            let negativeZero = try await python.call("pool_fixture.echo", [-0.0])
            #expect(negativeZero.double?.sign == .minus)
        }
    }

    @Test(arguments: [
        (PythonValue.none, "NoneType", "None"), (true, "bool", "True"), (7, "int", "7"), (0.5, "float", "0.5"),
        ("ä", "str", "'ä'"), (.bytes([104, 105]), "bytes", "b'hi'"), (.list([1]), "list", "[1]"),
        (.list([1.0]), "list", "[1.0]"),
        (.tuple([1]), "tuple", "(1,)"), (.set([1]), "set", "{1}"), (.frozenset([1]), "frozenset", "frozenset({1})"),
        (.dict(["a": 1]), "dict", "{'a': 1}"),
    ])
    func `Python sees the type that was meant`(_ value: PythonValue, _ type: String, _ repr: String) async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            #expect(try await python.call("pool_fixture.describe", [value]) == .tuple([.string(type), .string(repr)]))
        }
    }

    @Test func `Large values travel whole`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let text = PythonValue.string(String(repeating: "ä", count: 3 << 20))
            let floats = PythonValue.list((0..<1_000_000).map { .float(Double($0)) })
            for _ in 0..<3 {
                #expect(try await python.call("pool_fixture.echo", [text]) == text)
                #expect(try python.callBlocking("pool_fixture.echo", [floats]) == floats)
            }
        }
    }

    @Test func `An object of a registered type travels by its converter`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            let money = try await python.call("pool_fixture.pay", [250])
            #expect(money == .extended(name: "money", payload: 250))
            #expect(try await python.call("pool_fixture.is_money", [money]) == .tuple([true, 250]))
            let unknown = await poolError {
                _ = try await python.call("pool_fixture.echo", [.extended(name: "gold", payload: 1)])
            }
            guard case .wireForm(.invalid) = unknown else {
                return #expect(Bool(false), "\(String(describing: unknown))")
            }
        }
    }

    @Test func `Numpy scalars arrive as the numbers they hold`() async throws {
        try await withFixturePool { (python: PythonPool) async throws in
            #expect(try await python.call("pool_fixture.numpy_scalars") == [3, 0.5, true, 2.5])
        }
    }

    @Test func `Many calls at once are all answered, each with its own`() async throws {
        try await withFixturePool(size: 3) { (python: PythonPool) async throws in
            try await withThrowingTaskGroup(of: (Int, PythonValue).self) { group in
                for number in 0..<300 {
                    group.addTask { (number, try await python.call("pool_fixture.echo", [.int(number)])) }
                }
                for try await (number, answer) in group { #expect(answer == .int(number)) }
            }
        }
    }

    @Test func `Blocking and async callers share the workers`() async throws {
        try await withFixturePool(size: 2) { (python: PythonPool) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        try await onThread { () throws in
                            for number in 0..<500 {
                                #expect(try python.callBlocking("pool_fixture.echo", [.int(number)]) == .int(number))
                            }
                        }
                    }
                    group.addTask { () async throws in
                        for number in 0..<500 {
                            #expect(try await python.call("pool_fixture.echo", [.int(number)]) == .int(number))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `A worker is what the design says`() async throws {
        try await withFixturePool(size: 2) { (python: PythonPool) async throws in
            try await python.start()
            let facts = try await python.call("pool_fixture.facts")
            let zygote = try #require(python.statistics.zygote)
            #expect(facts["parent"] == .int(Int(zygote)))
            #expect(facts["pid"] == facts["group"], "a process group of its own")
            #expect(facts["isolated"] == 1)
            #expect(facts["prefix"]?.string.map { facts["executable"]?.string?.hasPrefix($0) == true } == true)
            #expect(facts["threads"]?.elements?.count == 2, "the slot and the watcher")
            let descriptors = facts["descriptors"]?.elements?.compactMap(\.string) ?? []
            let expected = [
                "/dev/null", "memfd:dspex", "eventfd", "socket", "pipe", "/proc/", "tty", "pts", "/tmp", "/dev/",
            ]
            for descriptor in descriptors {
                #expect(expected.contains { descriptor.contains($0) } || descriptor.hasSuffix(".log"), "\(descriptor)")
            }
            #expect(
                descriptors.filter { $0.hasPrefix("socket:") }.count == 1, "no socket of the zygote's or of a sibling")
            let other = try await python.call("pool_fixture.facts")
            #expect(other["random"] != facts["random"])
        }
    }

    @Test func `No variable of the host enters a worker unless it is named`() async throws {
        try await withFixturePool(environment: ["NAMED": "yes"]) { (python: PythonPool) async throws in
            let environment = try await python.call("pool_fixture.facts")["environment"]
            #expect(environment?["NAMED"] == "yes")
            #expect(environment?["OMP_NUM_THREADS"] == "1")
            #expect(environment?["DSPEX_VENV"] == Optional<PythonValue>.none)
        }
    }
}
