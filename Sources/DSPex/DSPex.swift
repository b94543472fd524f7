public import Logging

/// The front door.
public enum DSPex {
    /// Runs `body` with a platform, and ends everything that it started when `body` returns or throws.
    ///
    /// ```swift
    /// try await DSPex.run { platform in
    ///     let count = try platform.predict("text -> count: int", instructions: "Extract the number in the text.")
    ///     print(try await count(["text": "We saw 42 birds."])["count"]?.int ?? 0)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - configuration: What the platform is made of. Default: ``Platform/Configuration/load(file:environment:)``.
    ///   - logger: For what happens to pools and workers.
    ///   - isolation: The actor on which `body` runs. Default: the caller's.
    ///   - body: Uses the platform; what it returns is returned.
    /// - Throws: ``ConfigurationError``, and what `body` throws.
    public static func run<Result>(
        _ configuration: Platform.Configuration? = nil, logger: Logger = Logger(label: "dspex"),
        isolation: isolated (any Actor)? = #isolation, _ body: (Platform) async throws -> Result
    ) async throws -> Result {
        let loaded: Platform.Configuration
        if let configuration { loaded = configuration } else { loaded = try await .load() }
        let platform = Platform(loaded, logger: logger)
        do {
            let result = try await body(platform)
            await platform.shutdown()
            return result
        } catch {
            await platform.shutdown()
            throw error
        }
    }
}
