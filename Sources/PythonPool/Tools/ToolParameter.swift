public import Marshalling

/// A parameter of a Swift tool as Python sees it. A literal names one: `parameters: "city", "days"`.
public struct ToolParameter: Sendable, Hashable, ExpressibleByStringLiteral {
    /// The keyword.
    public var name: String
    /// What it means, for models and for `help()`. Default: nothing.
    public var description: String
    /// The value of a call that leaves it out; nil when a call must give it.
    public var `default`: PythonValue?

    /// Makes a parameter.
    public init(_ name: String, _ description: String = "", default: PythonValue? = nil) {
        self.name = name
        self.description = description
        self.default = `default`
    }

    /// A parameter that a call must give, without a description.
    public init(stringLiteral name: String) { self.init(name) }
}
