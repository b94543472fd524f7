import Marshalling
import PythonPool
import Testing

/// Swift closures and sequences as arguments of Python functions.
@Suite struct CallableTests {
    private struct Refused: Error, Equatable {}

    @Test func `A closure is a function to Python`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let byLength = python.callable { (word: String) in word.count }
            let words: PythonValue = ["three", "a", "seventeen", "to"]
            #expect(
                try await python.call("builtins.sorted", [words], ["key": byLength]) == [
                    "a", "to", "three", "seventeen",
                ])
            // As often as one likes.
            #expect(try await python.call("builtins.max", [words], ["key": byLength]) == "seventeen")
            let add = python.callable { (left: Int, right: Int) in left + right }
            #expect(try await python.call("functools.reduce", [add, .list((1...100).map { .int($0) })]) == 5050)
            #expect(try await python.call("tool_fixture.apply", [python.callable { 42 }]) == 42)
            let said = Counter()
            #expect(
                try await python.call("tool_fixture.apply", [python.callable { (_: PythonValue) in said.add() }, 1])
                    == .none)
            #expect(said.value == 1)
        }
    }

    @Test func `A closure may take whatever comes`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let show = python.callable { (arguments: PythonArguments) in
                [
                    "first": arguments[0] ?? "none", "count": .int(arguments.positional.count),
                    "key": arguments["key"] ?? "none",
                ]
            }
            #expect(
                try await python.call("tool_fixture.apply", [show, [1, [2]], 2], ["key": [3]]) == [
                    "first": [1, [2]], "count": 2, "key": [3],
                ])
            #expect(
                try await python.call("tool_fixture.apply", [show]) == ["first": "none", "count": 0, "key": "none"])
        }
    }

    @Test func `Wrong arguments are a TypeError`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let double = python.callable { (number: Int) in number * 2 }
            let none = try await python.call("tool_fixture.catch_call", [double])
            #expect(none == .tuple(["TypeError", "callable(): takes 1 positional arguments but 0 were given"]))
            let text = try await python.call("tool_fixture.catch_call", [double, "two"])
            #expect(
                text[0] == "TypeError" && text[1]?.string?.contains("the argument 1: expected Int") == true, "\(text)")
            let named = try await python.call("tool_fixture.catch_call", [double, 2], ["by": 2])
            #expect(named[0] == "TypeError" && named[1]?.string?.contains("'by'") == true, "\(named)")
        }
    }

    @Test func `A closure's error is raised and comes back as itself`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let refuse = python.callable { () async throws -> Int in throw Refused() }
            #expect(try await python.call("tool_fixture.catch_call", [refuse])[0] == "ToolError")
            await #expect(throws: Refused()) { try await python.call("tool_fixture.apply", [refuse]) }
        }
    }

    @Test func `Python may keep a closure beyond the call, and its end frees it`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let witness = Witness()
            do {
                let token = witness.token()
                let called = python.callable { (number: Int) in
                    token.touch()
                    return number + 1
                }
                _ = try await python.call("tool_fixture.retain", [called])
            }
            #expect(try await python.call("tool_fixture.use_retained", [1]) == 2)
            #expect(try await python.call("tool_fixture.use_retained", [2]) == 3)
            _ = try await python.call("tool_fixture.drop_retained")
            await witness.wait()
        }
    }

    @Test(arguments: ["dropped", "sent", "unsent"])
    func `A closure that nobody holds is gone`(_ fate: String) async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let witness = Witness()
            do {
                let token = witness.token()
                let value = python.callable { token.touch() }
                if fate != "unsent" { _ = try await python.call("tool_fixture.apply", [value]) }
                if fate == "sent" { _ = try await python.call("tool_fixture.apply", [value]) }
            }
            await witness.wait()
        }
    }

    @Test func `A worker's death frees what it held`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let witness = Witness()
            do {
                let token = witness.token()
                _ = try await python.call("tool_fixture.retain", [python.callable { token.touch() }])
            }
            _ = try? await python.call("os._exit", [3])
            await witness.wait()
        }
    }

    @Test func `The pool's end frees what Python held`() async throws {
        let witness = Witness()
        try await withToolPool { (python: PythonPool) async throws in
            let token = witness.token()
            _ = try await python.call("tool_fixture.retain", [python.callable { token.touch() }])
        }
        await witness.wait()
    }

    @Test func `A tool's answer may hold a closure`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            try python.tools.register("adder", parameters: "by") { (by: Int) in
                python.callable { (number: Int) in number + by }
            }
            python.onUpcall("make") { upcall in python.callable { upcall.payload } }
            let add = try await python.call("tool_fixture.make_and_apply", ["adder", 5, 10])
            #expect(add == 15)
        }
    }

    @Test func `A closure is a well-behaved object`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let one = python.callable { 1 }
            let facts = try await python.call("tool_fixture.facts_of", [one, one])
            #expect(facts["repr"]?.string?.contains("callable #") == true)
            #expect(
                facts["callable"] == true && facts["equal"] == true && facts["copy"] == true && facts["hash"] == true)
            #expect(try await python.call("tool_fixture.facts_of", [one, python.callable { 1 }])["equal"] == false)
            #expect(try await python.call("tool_fixture.pickled", [one]).string?.contains("cannot be pickled") == true)
        }
    }

    // MARK: Sequences

    @Test func `A sequence is iterated as often as it can be`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            #expect(try await python.call("builtins.sum", [python.iterator(over: 1...1000)]) == 500_500)
            #expect(
                try await python.call("tool_fixture.twice", [python.iterator(over: ["a", "b"])])
                    == .tuple([["a", "b"], ["a", "b"]]))
            let (stream, source) = AsyncStream<Int>.makeStream()
            for number in 0..<5 { source.yield(number) }
            source.finish()
            #expect(
                try await python.call("tool_fixture.twice", [python.iterator(over: stream)])
                    == .tuple([[0, 1, 2, 3, 4], []]))
            #expect(try await python.call("builtins.list", [python.iterator(over: [Int]())]) == .list([]))
        }
    }

    /// Never ends by itself; tells when nobody iterates it any more.
    private struct Endless: AsyncSequence {
        let witness: Witness

        struct AsyncIterator: AsyncIteratorProtocol {
            let token: Witness.Token
            mutating func next() async -> Int? { 7 }
        }

        func makeAsyncIterator() -> AsyncIterator { AsyncIterator(token: witness.token()) }
    }

    @Test(arguments: ["tool_fixture.first", "tool_fixture.first_and_leave"])
    func `When Python leaves the loop the sequence's task ends`(_ target: String) async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let endless = Endless(witness: Witness())
            #expect(try await python.call(target, [python.iterator(over: endless), 3]) == [7, 7, 7])
            await endless.witness.wait()
        }
    }

    @Test func `When Python leaves the loop a sequence that waits is cancelled`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let (ended, signal) = AsyncStream<Void>.makeStream()
            let (stream, source) = AsyncStream<Int>.makeStream()
            source.onTermination = { _ in signal.finish() }
            for number in 1...3 { source.yield(number) }
            let first = try await python.call("tool_fixture.first_and_leave", [python.iterator(over: stream), 3])
            #expect(first == [1, 2, 3])
            for await _ in ended {}
        }
    }

    @Test func `The sequence runs ahead of Python by its window at most`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let made = Counter()
            let endless = AsyncStream<Int> {
                made.add()
                return made.value
            }
            let name = try await python.call("tool_fixture.first", [python.iterator(over: endless), 2])
            #expect(name == [1, 2])
            #expect(made.value <= 2 + 256 + 1)
        }
    }

    @Test func `An error of the sequence comes after its items`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            let failing = AsyncThrowingStream<Int, any Error> { source in
                source.yield(1)
                source.yield(2)
                source.finish(throwing: Refused())
            }
            #expect(
                try await python.call("tool_fixture.until_it_fails", [python.iterator(over: failing)])
                    == .tuple([[1, 2], "Refused()"]))
        }
    }

    @Test func `A sequence goes through a generator and back`() async throws {
        try await withToolPool { (python: PythonPool) async throws in
            var received: [PythonValue] = []
            for try await item in python.stream("tool_fixture.yield_doubled", [python.iterator(over: 0..<2000)]) {
                received.append(item)
            }
            #expect(received == (0..<2000).map { .int($0 * 2) })
        }
    }
}
