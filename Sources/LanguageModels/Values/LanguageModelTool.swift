public import Marshalling

/// A tool that the model may call.
public enum LanguageModelTool: Sendable, Hashable {
    /// A function of the application's: name, description, and the JSON Schema of its arguments.
    case function(name: String, description: String?, parameters: PythonValue)
    /// A tool of the provider's own, with its configuration.
    case builtin(name: String, configuration: PythonValue?)

    /// The tool's name.
    public var name: String {
        switch self {
        case .function(let name, _, _), .builtin(let name, _): name
        }
    }
}

/// How the model is to use its tools.
public struct LanguageModelToolChoice: Sendable, Hashable {
    /// Whether it may, must or must not.
    public enum Mode: String, Sendable, Hashable, CaseIterable {
        /// The model decides.
        case auto
        /// It must call one.
        case required
        /// It must not call any.
        case none
    }

    /// Whether it may, must or must not.
    public var mode: Mode
    /// The tools that it may call; empty for all.
    public var allowed: [String]
    /// Whether it may call several at once; default the provider's.
    public var parallel: Bool?

    /// Makes a choice.
    public init(mode: Mode = .auto, allowed: [String] = [], parallel: Bool? = nil) {
        self.mode = mode
        self.allowed = allowed
        self.parallel = parallel
    }
}
