import ArgumentParser
import DSPex
import Logging

/// `dspex dspy show`: one thing of DSPy's.
struct DSPyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows the parameters and the documentation of something of DSPy's.")

    @Argument(help: "Its name, or its path: ReAct, dspy.teleprompt.MIPROv2.")
    var name: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let configuration = try await Platform.Configuration.load()
        let catalog = try await DSPex.run(configuration, logger: .quiet) { try await $0.catalog() }
        guard let entry = catalog[name] else {
            let near = catalog.names(near: name)
            throw Failure(
                .usage,
                "DSPy has no '\(name)'" + (near.isEmpty ? "" : "; the nearest: \(near.joined(separator: ", "))"),
                remedy: "dspex dspy list")
        }
        Console.print(json ? try entry.json.jsonOutput(pretty: true) : Self.report(entry))
    }

    private static func report(_ entry: DSPyCatalog.Entry) -> String {
        var lines = ["\(entry.path) (\(entry.category))"]
        if !entry.aliases.isEmpty { lines.append("also \(entry.aliases.joined(separator: ", "))") }
        if let missing = entry.missing { lines.append("cannot be used here: \(missing)") }
        if let deprecation = entry.deprecation { lines.append("deprecated: \(deprecation)") }
        if entry.isExperimental { lines.append("experimental") }
        if !entry.documentation.isEmpty { lines += ["", entry.documentation] }
        lines += section("made with", entry.parameters)
        if let method = entry.method { lines += section("\(method) takes", entry.methodParameters) }
        return lines.joined(separator: "\n")
    }

    private static func section(_ title: String, _ parameters: [DSPyCatalog.Parameter]) -> [String] {
        guard !parameters.isEmpty else { return [] }
        return ["", "\(title):"] + parameters.map { "  \($0)\($0.isRequired ? "   (required)" : "")" }
    }
}
