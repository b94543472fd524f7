/// Where one side, Swift or Python, has a program, and what it can do there.
public struct ProgramImplementation: Sendable, Hashable {
    /// The type's full name: `dspy.ChainOfThought` in Python, `Programs.ChainOfThought` in Swift.
    public var path: String
    /// What it can do.
    public var capabilities: ProgramCapabilities

    /// Makes an implementation. Default: no capabilities.
    public init(_ path: String, capabilities: ProgramCapabilities = []) {
        self.path = path
        self.capabilities = capabilities
    }
}
