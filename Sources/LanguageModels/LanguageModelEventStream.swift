/// The events of one answer. Each iterator asks the model anew.
public struct LanguageModelEventStream: AsyncSequence, Sendable {
    /// What an iterator calls for each event.
    public typealias Next = @Sendable () async throws(LanguageModelError) -> LanguageModelEvent?

    private let start: @Sendable () -> Next

    /// Makes a stream of a function that starts an answer and returns what hands out its events, one call after the other.
    public init(_ start: @escaping @Sendable () -> Next) {
        self.start = start
    }

    /// Makes a stream of an answer that is already there.
    public init(_ response: LanguageModelResponse) {
        self.init {
            let replay = EventReplay(response)
            return { () async throws(LanguageModelError) in try replay.next() }
        }
    }

    /// Starts the answer.
    public func makeAsyncIterator() -> Iterator { Iterator(produce: start()) }

    /// Waits for the whole answer.
    /// - Parameter model: the model's name in the response when the provider does not say it.
    public func collect(model: String) async throws(LanguageModelError) -> LanguageModelResponse {
        var assembler = ResponseAssembler(model: model)
        let iterator = makeAsyncIterator()
        while let event = try await iterator.next() { try assembler.add(event) }
        return try assembler.response()
    }

    /// Hands out the events.
    public struct Iterator: AsyncIteratorProtocol, Sendable {
        fileprivate let produce: Next

        /// The next event; nil after the last.
        public func next() async throws(LanguageModelError) -> LanguageModelEvent? { try await produce() }

        /// The next event; nil after the last.
        public func next(
            isolation actor: isolated (any Actor)?
        ) async throws(LanguageModelError) -> LanguageModelEvent? { try await produce() }
    }
}
