public import HTTPClient

/// A model behind an OpenAI-compatible chat completions endpoint, over the network or a Unix socket.
///
/// Every request is streamed, also the one that waits for the whole answer: a llama.cpp server goes on generating for a client that has
/// left unless it streams, so a cancelled or timed-out call would keep its slot busy to the last token. The pieces of a streamed answer
/// cost some microseconds each, which is nothing beside a token.
public struct HTTPLanguageModel: LanguageModel {
    private let configuration: Configuration
    private let client: HTTPClient

    /// Makes a model.
    /// - Parameter client: sends the requests; many models share one.
    public init(_ configuration: Configuration, client: HTTPClient) {
        self.configuration = configuration
        self.client = client
    }

    /// The name, as callers know it.
    public var name: String { configuration.name }
    /// Who answers.
    public var provider: String { configuration.provider }
    /// What the model can do, as configured.
    public var capabilities: LanguageModelCapabilities { configuration.capabilities }
    /// What its tokens cost, as configured.
    public var price: LanguageModelPrice? { configuration.price }

    /// Asks, and hands over the answer as it comes; see ``LanguageModel/stream(_:)``.
    public func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream {
        LanguageModelEventStream { [configuration, client] in
            let answer = ChatCompletionAnswer(request, configuration, client)
            return { () async throws(LanguageModelError) in try await answer.next() }
        }
    }
}

extension HTTPLanguageModel: CustomStringConvertible, CustomReflectable {
    /// Name and provider; no key.
    public var description: String { "\(name) (\(provider))" }
    /// Name and provider; no key.
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "provider": provider]) }
}
