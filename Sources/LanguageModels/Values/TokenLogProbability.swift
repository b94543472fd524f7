/// A token and how probable it was.
public struct TokenLogProbability: Sendable, Hashable {
    /// A token that could have stood in its place.
    public struct Alternative: Sendable, Hashable {
        /// The token's text.
        public var token: String
        /// The natural logarithm of its probability.
        public var logProbability: Double
        /// The token's bytes, when the provider gives them: a token may be part of a character.
        public var bytes: [UInt8]?

        /// Makes an alternative.
        public init(token: String, logProbability: Double, bytes: [UInt8]? = nil) {
            self.token = token
            self.logProbability = logProbability
            self.bytes = bytes
        }
    }

    /// The token that was chosen.
    public var chosen: Alternative
    /// The most probable tokens at its place, best first.
    public var top: [Alternative]

    /// Makes a token.
    public init(_ chosen: Alternative, top: [Alternative] = []) {
        self.chosen = chosen
        self.top = top
    }
}
