import ArgumentParser
import DSPex
import Logging

/// `dspex dspy list`: everything of DSPy's that can be named.
struct DSPyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists DSPy's modules, optimisers, adapters, retrievers and metrics.",
        discussion: "They are found by looking at the installed package, in a worker.")

    @Option(
        help:
            "Only this category: prediction, reasoning, code, optimization, adapter, retrieval, evaluation, metric, interpreter or other."
    )
    var category: String?

    @Flag(help: "Print one JSON array, with parameters and documentation.")
    var json = false

    func run() async throws {
        let configuration = try await Platform.Configuration.load()
        let catalog = try await DSPex.run(configuration, logger: .quiet) { try await $0.catalog() }
        if let category, !catalog.categories.contains(category) {
            throw Failure(
                .usage,
                "--category \(category): there is no such category; there are \(catalog.categories.joined(separator: ", "))"
            )
        }
        let entries = catalog.entries.filter { category == nil || $0.category == category }
        if json {
            Console.print(try PythonValue.list(entries.map(\.json)).jsonOutput(pretty: true))
        } else {
            let table = TextTable(
                [.init("name", isFixed: true), .init("category", isFixed: true), .init("doc")],
                rows: entries.map { [$0.shortPath, $0.category, $0.line] })
            Console.print(table.text(width: Terminal.width))
        }
    }
}

extension DSPyCatalog.Entry {
    /// The path as ``PythonTarget`` takes it: what DSPy exports needs no module.
    var shortPath: String { path == "dspy.\(name)" ? name : path }

    /// The first sentence of the documentation, after what keeps it from being used.
    var line: String {
        let notes = [
            missing.map { "(\($0))" }, deprecation.map { _ in "(deprecated)" }, isExperimental ? "(experimental)" : nil,
        ]
        let sentence = documentation.firstRange(of: ". ").map { String(documentation[..<$0.lowerBound]) + "." }
        return (notes.compactMap(\.self) + [sentence ?? documentation]).joined(separator: " ")
    }

    /// The entry as `dspex dspy list --json` prints it.
    var json: PythonValue {
        func text(_ value: String?) -> PythonValue { value.map(PythonValue.string) ?? .none }
        func list(_ parameters: [DSPyCatalog.Parameter]) -> PythonValue {
            .list(
                parameters.map {
                    [
                        "name": .string($0.name), "annotation": text($0.annotation), "default": text($0.defaultValue),
                        "required": .bool($0.isRequired), "kind": .string($0.kind),
                    ]
                })
        }
        return [
            "name": .string(name), "path": .string(path), "aliases": .list(aliases.map(PythonValue.string)),
            "category": .string(category), "doc": .string(documentation), "parameters": list(parameters),
            "call": method.map { ["name": .string($0), "parameters": list(methodParameters)] } ?? .none,
            "experimental": .bool(isExperimental), "deprecated": text(deprecation), "missing": text(missing),
        ]
    }
}
