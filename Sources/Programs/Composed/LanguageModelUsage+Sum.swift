internal import LanguageModels

extension LanguageModelUsage {
    /// Adds the tokens of another call. What neither call counted stays unknown.
    mutating func add(_ other: LanguageModelUsage) {
        func sum(_ path: WritableKeyPath<LanguageModelUsage, Int?>) {
            guard let more = other[keyPath: path] else { return }
            self[keyPath: path] = (self[keyPath: path] ?? 0) + more
        }
        for path in [
            \LanguageModelUsage.inputTokens, \.outputTokens, \.totalTokens, \.cacheReadTokens, \.cacheWriteTokens,
            \.reasoningTokens, \.inputAudioTokens, \.outputAudioTokens,
        ] { sum(path) }
    }
}
