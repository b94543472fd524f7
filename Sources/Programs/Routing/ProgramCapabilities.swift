/// What one implementation of a program can do, and what a call may require of it.
public struct ProgramCapabilities: OptionSet, Sendable, Hashable {
    /// One bit for each capability.
    public let rawValue: UInt8

    /// The capabilities of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Gives the answer out while the model writes it.
    public static let streaming = ProgramCapabilities(rawValue: 1 << 0)
    /// Has the model's answer bound to a schema.
    public static let structuredOutput = ProgramCapabilities(rawValue: 1 << 1)
    /// Calls the caller's tools, so that a call may act on the world.
    public static let tools = ProgramCapabilities(rawValue: 1 << 2)
}

extension ProgramCapabilities: CustomStringConvertible {
    /// The names, as in `streaming, tools`; `none` when there is none.
    public var description: String {
        isEmpty ? "none" : Self.named.filter { contains($0.capability) }.map(\.name).joined(separator: ", ")
    }

    static let named: [(name: String, capability: ProgramCapabilities)] = [
        ("streaming", .streaming), ("structured output", .structuredOutput), ("tools", .tools),
    ]
}
