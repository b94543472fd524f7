public import Marshalling

/// What a Python function yields, as it yields it.
///
/// ```swift
/// for try await token in python.stream("story.tell", ["Once upon a time"]) {
///     print(token)
/// }
/// ```
///
/// The function is called when the iteration begins, anew for each one. It may return a generator, anything iterable, or an asynchronous
/// generator. The generator runs ahead of its reader by a bounded number of chunks and then waits; leaving the loop ends it where it
/// stands, `finally` blocks included. What it yielded before an error is delivered before the error is thrown.
public struct PythonStream: AsyncSequence, Sendable {
    /// An item, as a value.
    public typealias Element = PythonValue

    let engine: PoolEngine
    let makeCall: @Sendable (IncomingStream) throws -> PendingCall

    /// Calls the function.
    public func makeAsyncIterator() -> Iterator { Iterator(engine: engine, makeCall: makeCall) }

    /// Reads the stream to its end.
    ///
    /// - Returns: its items, and what the generator returned (`None` for what is no generator).
    /// - Throws: as the iteration does.
    public func collect() async throws -> (items: [PythonValue], returned: PythonValue) {
        var iterator = makeAsyncIterator()
        var items: [PythonValue] = []
        while let item = try await iterator.next() { items.append(item) }
        return (items, iterator.returned ?? .none)
    }

    /// One run of the function.
    public struct Iterator: AsyncIteratorProtocol {
        private let engine: PoolEngine
        private let makeCall: @Sendable (IncomingStream) throws -> PendingCall
        private var run: Run?
        private var items: [PythonValue] = []
        private var position = 0

        /// What the generator returned; nil before its end.
        public private(set) var returned: PythonValue?

        init(engine: PoolEngine, makeCall: @escaping @Sendable (IncomingStream) throws -> PendingCall) {
            self.engine = engine
            self.makeCall = makeCall
        }

        /// The next item; nil at the end.
        ///
        /// - Throws: ``PythonPoolError``; `CancellationError` when the task was cancelled.
        public mutating func next() async throws -> PythonValue? {
            if position < items.count {
                position += 1
                return items[position - 1]
            }
            if returned != nil { return nil }
            let run = try self.run ?? Run(engine, makeCall)
            self.run = run
            while let chunk = try await run.nextChunk() {
                guard let first = chunk.first else { continue }
                items = chunk
                position = 1
                return first
            }
            returned = try run.returned()
            items = []
            position = 0
            return nil
        }
    }

    /// The call behind an iteration; it is given up when the iterator goes before its end.
    private final class Run: Sendable {
        private let engine: PoolEngine
        private let call: PendingCall
        private let stream = IncomingStream()

        init(_ engine: PoolEngine, _ makeCall: (IncomingStream) throws -> PendingCall) throws {
            self.engine = engine
            call = try makeCall(stream)
            engine.begin(call)
        }

        deinit { engine.giveUp(call) }

        func nextChunk() async throws -> [PythonValue]? {
            let chunk = await withTaskCancellationHandler {
                await stream.next()
            } onCancel: {
                engine.giveUp(call)
            }
            guard let chunk else { return nil }
            engine.taken(1, of: call)
            do throws(WireError) {
                return try PythonValue.sequence(
                    chunk.items, count: chunk.count, context: call.connection, blocks: chunk.blocks)
            } catch {
                throw PythonPoolError.wireForm(error)
            }
        }

        func returned() throws -> PythonValue {
            guard let outcome = call.outcome else { return .none }
            return try PythonPool.result(of: outcome, target: call.target).value
        }
    }
}

extension PythonPool {
    /// Calls a Python function and iterates what it returns, in the worker, as its items are asked for.
    ///
    /// - Parameters: as ``call(_:_:_:deadline:)`` has them; the deadline counts until the last item.
    /// - Returns: a sequence that calls the function each time it is iterated.
    public func stream(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:],
        deadline: ContinuousClock.Instant? = nil
    ) -> PythonStream {
        stream(target, args, kwargs, options: CallOptions(deadline: deadline))
    }

    /// Like ``stream(_:_:_:deadline:)``, with more to say about how the call is served. It runs once, ``CallOptions/isIdempotent`` or not: some
    /// of its items may have been seen.
    public func stream(
        _ target: String, _ args: [PythonValue] = [], _ kwargs: PythonDictionary = [:], options: CallOptions
    ) -> PythonStream {
        PythonStream(engine: engine) { [self] stream in
            try newCall(target, args, kwargs, options: options, stream: stream)
        }
    }
}

extension PoolEngine {
    /// Sends a call whose items are read as they come.
    func begin(_ call: PendingCall) { submit(call) }

    /// The reader does not want a stream any more.
    func giveUp(_ call: PendingCall) {
        if call.complete(.error(CancellationError())) { abandon(call) }
    }

    /// Tells the worker how many chunks of a stream have been taken.
    func taken(_ chunks: Int, of call: PendingCall) {
        guard let connection = call.connection else { return }
        // A channel that fails here has failed for the reader, too: it is told by the worker's end.
        try? connection.channel.send(Frame(.credit, id: call.id, aux: UInt64(chunks)))
    }
}

extension PythonValue {
    /// Reads `count` values, one after the other, that fill the bytes.
    static func sequence(
        _ bytes: [UInt8], count: Int, context: WorkerConnection?, blocks: [BlockHold]
    ) throws(WireError) -> [PythonValue] {
        unsafe try bytes.withUnsafeBufferPointer { (buffer) throws(WireError) in
            var decoder = unsafe WireDecoder(UnsafeRawBufferPointer(buffer), context: context, blocks: blocks)
            var values: [PythonValue] = []
            values.reserveCapacity(Swift.min(count, bytes.count))
            for _ in 0..<count {
                decoder.beginAnew()
                values.append(try decoder.value())
            }
            try decoder.finish()
            return values
        }
    }
}
