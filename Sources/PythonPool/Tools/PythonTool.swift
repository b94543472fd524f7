public import Marshalling

/// A Swift closure that Python code can call as a function: what it is called, takes and means.
public struct PythonTool: Sendable, Hashable {
    /// The function's name.
    public let name: String
    /// Its documentation.
    public let description: String
    /// What it takes, in order.
    public let parameters: [ToolParameter]
    /// The JSON Schema (draft 2020-12) of the parameters: an object with one property for each.
    public let schema: PythonDictionary
    /// The JSON Schema of what it returns; nil when the Swift type has none.
    public let returns: PythonDictionary?

    /// The tool as Python is told of it.
    var value: PythonValue {
        .dict([
            "name": .string(name), "description": .string(description), "schema": .dict(schema),
            "defaults": .dict(
                PythonDictionary(
                    parameters.compactMap { parameter in
                        parameter.default.map { .init(key: .string(parameter.name), value: $0) }
                    })),
            "returns": returns.map { .dict($0) } ?? PythonValue.none,
        ])
    }
}

/// A tool that cannot be registered, and why.
public struct ToolDefinitionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The tool's name.
    public let tool: String
    /// What is wrong, and what to write.
    public let problem: String

    /// The tool and the problem.
    public var description: String { "the tool '\(tool)' cannot be registered: \(problem)" }
}

/// Python called a Swift closure with arguments that it does not take. Python gets a `TypeError`.
package struct ArgumentError: Error, CustomStringConvertible {
    package let description: String
}
