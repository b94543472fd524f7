/// Why there is no way to run a program.
public enum RoutingError: Error, Sendable, Hashable {
    /// No pool of this name is configured.
    case unknownPool(String, known: [String])
    /// No model of this name is configured.
    case unknownModel(String, known: [String])
    /// The time allowed is zero or less.
    case timeoutNotPositive(Duration)
}

extension RoutingError: CustomStringConvertible {
    /// What is wrong and what there is instead.
    public var description: String {
        switch self {
        case .unknownPool(let name, let known):
            "there is no pool '\(name)'; configured are \(Self.list(known)). Name one of them, or configure pools.\(name)"
        case .unknownModel(let name, let known):
            "there is no model '\(name)'; configured are \(Self.list(known)). Name one of them, or configure models.\(name)"
        case .timeoutNotPositive(let timeout): "a timeout of \(timeout) leaves no time to answer; give more than zero"
        }
    }

    private static func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
    }
}
