public import Marshalling

/// The arguments with which Python called a Swift closure.
public struct PythonArguments: Sendable, Hashable {
    /// The positional ones.
    public var positional: [PythonValue]
    /// The keyword ones.
    public var keywords: PythonDictionary

    /// Makes arguments, for tests and for stand-ins of a pool.
    public init(positional: [PythonValue] = [], keywords: PythonDictionary = [:]) {
        self.positional = positional
        self.keywords = keywords
    }

    /// The positional argument at an index; nil when there are fewer.
    public subscript(index: Int) -> PythonValue? {
        positional.indices.contains(index) ? positional[index] : Optional<PythonValue>.none
    }

    /// The keyword argument of this name; nil when it is not given.
    public subscript(name: String) -> PythonValue? { keywords[.string(name)] }
}

extension PythonPool {
    /// A Python function made of a Swift closure, to pass as an argument: a key to sort by, a callback.
    ///
    /// ```swift
    /// let byLength = python.callable { (word: String) in word.count }
    /// try await python.call("builtins.sorted", [words], ["key": byLength])
    /// ```
    ///
    /// It may be passed any number of times, to any worker, and Python may keep it: the closure goes when the last copy of the value here is
    /// gone and Python has dropped the last function made of it, or the workers that had one have ended. Errors, nesting and cancellation
    /// are as with ``PythonTools``. Python passes the arguments by position.
    public func callable<each Argument: PythonDecodable & SendableMetatype, Result: PythonEncodable & SendableMetatype>(
        _ body: @escaping @Sendable (repeat each Argument) async throws -> Result
    ) -> PythonValue {
        .hosted(
            engine.upcalls.host(
                .callable,
                .value { question in
                    let arguments = try CallableArguments<repeat each Argument>.read(question)
                    return try WirePayload(await body(repeat each arguments))
                }))
    }

    /// A Python function made of a Swift closure that returns nothing.
    public func callable<each Argument: PythonDecodable & SendableMetatype>(
        _ body: @escaping @Sendable (repeat each Argument) async throws -> Void
    ) -> PythonValue {
        .hosted(
            engine.upcalls.host(
                .callable,
                .value { question in
                    let arguments = try CallableArguments<repeat each Argument>.read(question)
                    try await body(repeat each arguments)
                    return try WirePayload(PythonValue.none)
                }))
    }

    /// A Python function made of a Swift closure that takes whatever Python gives it.
    public func callable(
        _ body: @escaping @Sendable (PythonArguments) async throws -> PythonValue
    ) -> PythonValue {
        .hosted(
            engine.upcalls.host(
                .callable,
                .value { question in
                    guard case .tuple(let parts) = try question.value(), parts.count == 2,
                        let positional = parts[0].elements, let keywords = parts[1].dict
                    else { throw ArgumentError(description: "expected arguments") }
                    return try WirePayload(await body(.init(positional: positional, keywords: keywords)))
                }))
    }

    /// A Python iterable made of a Swift sequence, to pass as an argument.
    ///
    /// ```swift
    /// try await python.call("statistics.fmean", [python.iterator(over: measurements)])
    /// ```
    ///
    /// Each `for` of Python's makes an iterator of the sequence, so it can be iterated as often as the sequence can. The sequence runs ahead of
    /// Python by 256 items at most; when Python leaves the loop, or its call ends, the task that iterates is cancelled. An error of the
    /// sequence is raised in Python after the items before it. Its life is that of a closure passed as `callable`.
    public func iterator<Elements: AsyncSequence & Sendable>(over elements: Elements) -> PythonValue
    where Elements.Element: PythonEncodable & SendableMetatype {
        .hosted(
            engine.upcalls.host(
                .iterator,
                .stream { _, send in for try await element in elements { try await send(WirePayload(element)) } }))
    }

    /// A Python iterable made of a Swift sequence, whose elements are made as Python asks for them.
    public func iterator<Elements: Sequence & Sendable>(over elements: Elements) -> PythonValue
    where Elements.Element: PythonEncodable & SendableMetatype {
        .hosted(
            engine.upcalls.host(
                .iterator,
                .stream { _, send in for element in elements { try await send(WirePayload(element)) } }))
    }
}

/// Reads what Python sends to a closure: a tuple of the positional arguments and a `dict` of the keyword ones.
private struct CallableArguments<each Argument: PythonDecodable & SendableMetatype> {
    static func read(_ question: UpcallQuestion) throws -> (repeat each Argument) {
        var next = 0
        func argument<Value: PythonDecodable>(
            _ type: Value.Type, _ decoder: inout WireDecoder
        ) throws(WireError) -> Value {
            let value = try decoder.decode(type)
            next += 1
            return value
        }
        var expected = 0
        for _ in repeat (each Argument).self { expected += 1 }
        var given = 0
        do throws(WireError) {
            return try question.read { (decoder) throws(WireError) -> (repeat each Argument) in
                _ = try decoder.openTuple()
                given = try decoder.openTuple()
                guard given == expected else { throw .invalid(offset: 0, detail: "another number") }
                let arguments = (repeat try argument((each Argument).self, &decoder))
                decoder.close()
                guard try decoder.openArguments() == 0 else {
                    throw .mismatch(path: "", expected: "no keyword argument", found: "'\(try decoder.str())'")
                }
                decoder.close()
                decoder.close()
                return arguments
            }
        } catch {
            guard given == expected else {
                throw ArgumentError(description: "takes \(expected) positional arguments but \(given) were given")
            }
            throw ArgumentError(description: next < expected ? "the argument \(next + 1): \(error)" : "\(error)")
        }
    }
}
