internal import LanguageModels
internal import Signatures
internal import Synchronization

/// The prompts of the signatures that are in use, each written once.
final class PromptCache: Sendable {
    static let shared = PromptCache()

    private struct Key: Hashable {
        let signature: Signature
        let adapter: PromptAdapter
    }

    /// An optimiser tries some hundred candidates; more are thrown away together.
    private static let limit = 512
    private let prompts = Mutex<[Key: Prompt]>([:])

    func prompt(_ signature: Signature, _ adapter: PromptAdapter) -> Prompt {
        let key = Key(signature: signature, adapter: adapter)
        if let known = prompts.withLock({ $0[key] }) { return known }
        let prompt = Prompt(signature, adapter: adapter)
        prompts.withLock { prompts in
            if prompts.count >= Self.limit { prompts.removeAll() }
            prompts[key] = prompt
        }
        return prompt
    }
}
