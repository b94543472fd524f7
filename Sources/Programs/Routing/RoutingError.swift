/// Why there is no way to run a program.
public enum RoutingError: Error, Sendable, Hashable {
    /// Nobody has a program of this name; `near` are the names that may have been meant, the likeliest first.
    case unknownProgram(ProgramKind, near: [String])
    /// The program exists, but not in the implementation that the caller insists on, or asks for by naming a pool.
    case unavailable(ProgramKind, Route.Implementation, available: [Route.Implementation])
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
        case .unknownProgram(let kind, let near):
            "there is no program '\(kind)'; "
                + (near.isEmpty
                    ? "register it, or name one of DSPy's classes as DSPy spells it"
                    : "the nearest known: \(Self.list(near))")
        case .unavailable(let kind, let implementation, let available):
            "\(kind) does not run in \(implementation.name), only in "
                + available.map(\.name).joined(separator: " and ")
                + "; do not insist on \(implementation.name)"
                + (implementation == .python ? ", nor name a pool" : "")
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
