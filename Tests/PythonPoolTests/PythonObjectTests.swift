import Marshalling
import PythonPool
import Testing

/// The dynamic way into Python.
@Suite struct PythonObjectTests {
    @Test func `A call reads like Python and gives what the caller expects`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let python = pool.python
            let root: Double = try await python.math.sqrt(2.0)
            #expect(root == 2.0.squareRoot())
            #expect(try await python.len("four") == 4)
            let value: PythonValue = try await python.dict(a: 1, b: [1, 2])
            #expect(value == ["a": 1, "b": [1, 2]])
            let sorted: [Int] = try await python.sorted([3, 1, 2], reverse: true)
            #expect(sorted == [3, 2, 1])
        }
    }

    @Test func `Steps that depend on one another run in one round trip`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let python = pool.python
            let text: String = try await python.str("a,b,c").split(",")[1].upper()
            #expect(text == "B")
            let numbers: PythonObject = python.list(python.range(10) as PythonObject)
            #expect(try await numbers[2..<5].evaluated() == [2, 3, 4])
            #expect(try await numbers[7...].evaluated() == [7, 8, 9])
            #expect(try await numbers.sliced(by: -3).evaluated() == [9, 6, 3, 0])
            let (half, third): (PythonObject, PythonObject) = (
                python.fractions.Fraction(1, 2), python.fractions.Fraction(1, 3)
            )
            #expect(try await (half + 1 - third).numerator.evaluated() == 7)
            #expect(try await (2 * half).denominator.evaluated() == 1)
            let three: PythonObject = python.int(3)
            #expect(try await ((three << 2) + (7 % three)).evaluated() == 13)
            #expect(try await ("%d of %s" % python.tuple([1, 2])).evaluated() == "1 of 2")
            #expect(try await ((12 >> three) | (5 & three) ^ (1 << three)).evaluated() == 9)
            #expect(try await python.isinstance(true, python.int) == true)
            #expect(try await python.int(3).isInstance(of: python.str).evaluated() == false)
        }
    }

    @Test func `A step that two others use runs once`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let python = pool.python
            let fresh: PythonObject = python.pool_fixture.fresh()
            #expect(try await python.tuple([1]).evaluated() == .tuple([1]))
            #expect(try await python.operator.is_(fresh, fresh) == true)
        }
    }

    @Test func `An object stays in its worker, and its members run there`() async throws {
        try await withFixturePool(size: 3) { (pool: PythonPool) async throws in
            let counter = try await pool.python.pool_fixture.Tally(10).kept()
            #expect(counter.reference?.typeName == "pool_fixture.Tally")
            for expected in 11...30 { #expect(try await counter.add() == .int(expected)) }
            #expect(try await counter.total.evaluated() == 30)
            try await counter.setAttribute("total", to: 5).perform()
            #expect(try await counter.total.evaluated() == 5)
            #expect(pool.statistics.references >= 1)
        }
    }

    @Test func `What has no value form comes as a reference and goes back as the object`() async throws {
        try await withFixturePool(size: 2) { (pool: PythonPool) async throws in
            let value = try await pool.call("pool_fixture.Tally", [3])
            guard case .reference(let reference) = value else {
                Issue.record("expected a reference, got \(value)")
                return
            }
            #expect(try await pool.call("pool_fixture.add_to", [value, 4]) == 7)
            #expect(try await pool.object(reference).total.evaluated() == 7)
            let nested = try await pool.call("pool_fixture.return_thing", ["nested"])
            guard case .reference? = nested["rows"]?[1]?["when"] else {
                Issue.record("expected a reference inside, got \(nested)")
                return
            }
        }
    }

    @Test func `The worker drops an object when the last handle is gone`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            for _ in 0..<1000 { _ = try await pool.call("pool_fixture.Tally", [1]) }
            #expect(pool.statistics.references == 0)
            // Each is dropped when the worker is next between calls.
            let left = try await eventuallyZero { try await pool.call("pool_fixture.living_tallies").int ?? -1 }
            #expect(left == 0)
        }
    }

    private func eventuallyZero(_ count: () async throws -> Int) async throws -> Int {
        var left = try await count()
        let end = ContinuousClock.now + .seconds(30)
        while left > 0, ContinuousClock.now < end { left = try await count() }
        return left
    }

    @Test func `When its worker dies an object is lost, and its users are told`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let counter = try await pool.python.pool_fixture.Tally(10).kept()
            let worker = try #require(counter.reference?.worker)
            _ = await poolError { _ = try await pool.call("pool_fixture.leave", [3]) }
            #expect(try await pool.call("pool_fixture.echo", [1]) == 1)
            let error = await poolError { _ = try await counter.total.evaluated() }
            #expect(error == .referenceLost(typeName: "pool_fixture.Tally", worker: worker))
        }
    }

    @Test func `A lost object is made anew from what led to it, with the objects it was made from`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let start = try await pool.python.pool_fixture.Tally(10).kept()
            let counter = try await pool.python.pool_fixture.Tally(start.total).kept()
            try await counter.setAttribute("total", to: 99).perform()
            _ = await poolError { _ = try await pool.call("pool_fixture.leave", [3]) }
            let error = await poolError { _ = try await counter.total.evaluated() }
            #expect(error == .referenceLost(typeName: "pool_fixture.Tally", worker: counter.reference?.worker ?? 0))
            let rebuilt = try await counter.rebuilt()
            #expect(try await rebuilt.total.evaluated() == 10, "as it was made, not as it was changed")
            _ = await poolError { _ = try await pool.call("pool_fixture.leave", [3]) }
            #expect(try await rebuilt.rebuilt().total.evaluated() == 10, "as often as need be")
        }
    }

    @Test func `An object that no way led to is not made anew`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let reference = try #require(try await pool.call("pool_fixture.Tally", [3]).reference)
            let object = pool.object(reference)
            #expect(try await object.rebuilt().total.evaluated() == 3, "while it is there, it is what it is")
            _ = await poolError { _ = try await pool.call("pool_fixture.leave", [3]) }
            let error = await poolError { _ = try await object.rebuilt() }
            #expect(error == .referenceLost(typeName: "pool_fixture.Tally", worker: reference.worker))
        }
    }

    @Test func `A worker with objects of Swift's is not recycled until they are let go`() async throws {
        try await withFixturePool(changing: { $0.maximumCalls = 2 }) { (pool: PythonPool) async throws in
            var counter: PythonObject? = try await pool.python.pool_fixture.Tally(0).kept()
            let worker = try #require(counter?.reference?.worker)
            // It has served its calls after the first few; another one may serve these.
            for _ in 0..<20 { _ = try await pool.call("os.getpid") }
            #expect(isRunning(Int(worker)))
            #expect(try await counter?.add(1) == 1)
            counter = nil
            // The pool is told of that with its next calls.
            let end = ContinuousClock.now + .seconds(30)
            while isRunning(Int(worker)), ContinuousClock.now < end { _ = try await pool.call("os.getpid") }
            #expect(!isRunning(Int(worker)))
        }
    }

    @Test func `Objects of two workers cannot meet in one call`() async throws {
        try await withFixturePool(size: 2) { (pool: PythonPool) async throws in
            // Two calls at once take two workers.
            let (inside, continuation) = AsyncStream.makeStream(of: Void.self)
            let (both, releaser) = AsyncStream.makeStream(of: Void.self)
            pool.onUpcall("meet") { _ in
                continuation.yield()
                for await _ in both {}
                return .none
            }
            async let left = pool.call("pool_fixture.tally_after", ["meet"])
            async let right = pool.call("pool_fixture.tally_after", ["meet"])
            var arrivals = inside.makeAsyncIterator()
            for _ in 0..<2 { _ = await arrivals.next() }
            releaser.finish()
            let (first, second) = try await (left, right)
            let error = await poolError { _ = try await pool.call("pool_fixture.add_to", [first, second]) }
            let workers = try #require([first, second].map(\.worker) as? [Int32])
            #expect(error == .referencesOfSeveralWorkers(workers[0], workers[1]))
        }
    }

    @Test func `Statements of a batch run in their order`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let result: [Int] = try await pool.batch { python in
                let numbers = python.list(python.range(3))
                numbers.append(32)
                numbers.setItem(0, to: 7)
                numbers.sort(reverse: true)
                return numbers
            }
            #expect(result == [32, 7, 2, 1])
        }
    }

    @Test func `An object is iterated in chunks`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            var sum = 0
            for try await number in pool.iterate(pool.python.range(1000)) { sum += number.int ?? 0 }
            #expect(sum == 499_500)
            var slow: [PythonValue] = []
            for try await number in pool.iterate(pool.python.pool_fixture.count_slowly(3)) { slow.append(number) }
            #expect(slow == [0, 1, 2])
        }
    }

    // The asynchronous one sees to it that it is left on the loop that entered it.
    @Test(arguments: ["Manager", "AsynchronousManager"])
    func `A context manager is left whatever its block does`(kind: String) async throws {
        struct Boom: Error {}
        try await withFixturePool { (pool: PythonPool) async throws in
            let manager = try await pool.python.pool_fixture.attribute(kind)().kept()
            let inside = try await manager.withScope { entered in try await entered.evaluated() }
            #expect(inside == "entered")
            await #expect(throws: Boom.self) { try await manager.withScope { _ in throw Boom() } }
            #expect(try await manager.events.evaluated() == ["enter", "leave None", "enter", "leave Boom()"])
        }
    }

    @Test func `A context manager is left although the task of its block was cancelled`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let manager = try await pool.python.pool_fixture.Manager().kept()
            let task = Task {
                try await manager.withScope { _ in
                    withUnsafeCurrentTask { unsafe $0?.cancel() }
                    try Task.checkCancellation()
                }
            }
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await manager.events.evaluated() == ["enter", "leave CancellationError()"])
        }
    }

    @Test func `A context manager gets Python's exception as its class, and may swallow it`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            for suppress: PythonObject in [
                pool.python.contextlib.suppress(pool.python.ZeroDivisionError),
                pool.python.pool_fixture.AsynchronousManager(),
            ] {
                let swallowed = try await suppress.withScope { _ in try await pool.call("operator.floordiv", [1, 0]) }
                #expect(swallowed == nil)
                let other = await poolError {
                    _ = try await suppress.withScope { _ in try await pool.call("builtins.int", ["a"]) }
                }
                guard case .raised(let exception) = other else {
                    return #expect(Bool(false), "\(String(describing: other))")
                }
                #expect(exception.type == "ValueError")
            }
        }
    }

    @Test func `A context manager that fails as it is left is left once`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let manager = try await pool.python.pool_fixture.Manager(true).kept()
            let error = await poolError { _ = try await manager.withScope { try await $0.evaluated() } }
            guard case .raised(let exception) = error else {
                return #expect(Bool(false), "\(String(describing: error))")
            }
            #expect(exception.message == "cannot leave")
            #expect(try await manager.events.evaluated() == ["enter", "leave None"])
        }
    }

    @Test func `When the worker dies inside a scope its end is what is told`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let error = await poolError {
                _ = try await pool.python.pool_fixture.Manager().withScope { entered in
                    try await pool.python.os.kill(pool.python.os.getpid(), 9).evaluated()
                }
            }
            guard case .workerDied = error else { return #expect(Bool(false), "\(String(describing: error))") }
        }
    }

    @Test func `Introspection tells type, documentation and parameters`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let facts = try await pool.python.textwrap.shorten.introspection()
            #expect(facts.isCallable)
            #expect(facts.documentation?.hasPrefix("Collapse and truncate") == true)
            #expect(facts.parameters?.map(\.name) == ["text", "width", "kwargs"])
            #expect(facts.parameters?.map(\.isRequired) == [true, true, false])
            #expect(try await pool.python.builtins.ValueError.introspection().attributes.contains("args"))
        }
    }

    @Test func `What goes wrong in a step is Python's own exception`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            let error = await poolError { _ = try await pool.python.str("a").no_such_method().evaluated() }
            guard case .raised(let exception) = error else {
                Issue.record("expected an AttributeError, got \(String(describing: error))")
                return
            }
            #expect(exception.type == "AttributeError")
            let inside = await poolError {
                _ = try await pool.python.list([pool.python.range(3) as PythonObject]).evaluated()
            }
            guard case .wireForm(.noWireForm(let type, _)) = inside else {
                Issue.record("expected noWireForm, got \(String(describing: inside))")
                return
            }
            #expect(type.contains("argument of its own"))
        }
    }

    @Test func `A chain of ten thousand steps needs no deep stack`() async throws {
        try await withFixturePool { (pool: PythonPool) async throws in
            var sum: PythonObject = pool.python.int(0)
            for _ in 0..<10_000 { sum = sum + 1 }
            #expect(try await sum.evaluated() == 10_000)
        }
    }
}

extension PythonValue {
    fileprivate var worker: Int32? { if case .reference(let reference) = self { reference.worker } else { nil } }
}
