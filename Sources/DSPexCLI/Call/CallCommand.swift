import ArgumentParser
import DSPex
import Logging

/// `dspex call`: any Python function, with JSON in and JSON out.
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "Calls a Python function in a worker and prints its value as JSON.",
        discussion: """
            dspex call math.hypot '[3, 4]'
            dspex call json.dumps '{"obj": [1, 2], "indent": 2}'
            """)

    @Argument(help: "The function with its module, as in numpy.linspace.")
    var function: String

    @Argument(help: "A JSON array of positional arguments, or a JSON object of keyword arguments.")
    var arguments = "[]"

    @Flag(help: "Print the value as JSON on one line. Without it JSON is broken into lines.")
    var json = false

    func run() async throws {
        let (positional, keywords) = try Self.split(arguments)
        try Self.check(function)
        let configuration = try await Platform.Configuration.load()
        let value = try await DSPex.run(configuration, logger: .quiet) { platform in
            try await platform.call(function, positional, keywords)
        }
        Console.print(try value.jsonOutput(pretty: !json))
    }

    /// Refuses what cannot be a function's name with its module.
    static func check(_ function: String) throws(Failure) {
        guard function.contains("."), !function.hasPrefix("."), !function.hasSuffix(".") else {
            throw Failure(.usage, "'\(function)' names no function; write its module before it, as in math.hypot")
        }
    }

    /// Positional or keyword arguments of a JSON text.
    static func split(_ text: String) throws(Failure) -> (positional: [PythonValue], keywords: PythonDictionary) {
        let value: PythonValue
        do {
            value = try PythonValue(json: text)
        } catch {
            throw Failure(.usage, "the arguments are no JSON: \(error)")
        }
        switch value {
        case .list(let positional): return (positional, [:])
        case .dict(let keywords): return ([], keywords)
        default:
            throw Failure(
                .usage,
                "the arguments are a JSON \(value.typeName); expected an array (positional) or an object (keywords)")
        }
    }
}
