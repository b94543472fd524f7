/// A model called a tool with arguments that it does not take. The model is told in the words of `dspy.Tool`.
public struct ToolArgumentError: Error, Sendable, Hashable {
    /// Python's class for it: `ValueError` for one that does not fit, `TypeError` for one that is missing.
    public var type: String
    /// Which argument, and what is wrong with it.
    public var message: String

    static func value(_ message: String) -> ToolArgumentError { .init(type: "ValueError", message: message) }

    /// What Python says when a function is called without some of its arguments.
    static func missing(_ names: [String], of tool: String) -> ToolArgumentError {
        let quoted = names.map { "'\($0)'" }
        let listed =
            switch quoted.count {
            case 1: quoted[0]
            case 2: "\(quoted[0]) and \(quoted[1])"
            default: quoted.dropLast().joined(separator: ", ") + ", and " + quoted.suffix(1).joined()
            }
        let count = "\(names.count) required positional argument\(names.count == 1 ? "" : "s")"
        return .init(type: "TypeError", message: "\(tool)() missing \(count): \(listed)")
    }
}

extension ToolArgumentError: CustomStringConvertible {
    /// Class and message.
    public var description: String { "\(type): \(message)" }
}
