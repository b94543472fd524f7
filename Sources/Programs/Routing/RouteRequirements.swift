/// What a call asks of whoever runs it, beyond a right answer.
///
/// Requirements weigh heavily in the choice but exclude nobody: who has only one implementation runs there all the same.
public struct RouteRequirements: Sendable, Hashable {
    /// What the implementation should be able to do. Default nothing.
    public var capabilities: ProgramCapabilities
    /// How long the answer should take at most; nil when it does not matter. Unlike a timeout it ends nothing.
    public var latency: Duration?

    /// Makes requirements; there are none unless given.
    public init(_ capabilities: ProgramCapabilities = [], latency: Duration? = nil) {
        self.capabilities = capabilities
        self.latency = latency
    }

    /// How many there are.
    var count: Int {
        ProgramCapabilities.named.count { capabilities.contains($0.capability) } + (latency == nil ? 0 : 1)
    }
}
