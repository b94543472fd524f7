import DSPex
import Foundation
import Testing

/// `dspex program`, `evaluate`, `optimize` and `dspy` where nothing is started.
@Suite struct SavedProgramTests {
    static let saved = """
        {"traces": [], "train": [], "demos": [{"text": "We saw 42.", "count": 42}],
         "signature": {"instructions": "Count.", "fields": [
            {"prefix": "Text:", "description": "${text}"}, {"prefix": "Count:", "description": "How many."}]},
         "lm": null, "metadata": {"dependency_versions": {"python": "3.11", "dspy": "3.4.1"}}}
        """

    /// Runs a command in a folder with these files.
    private func run(_ arguments: [String], files: [String: String] = [:]) throws -> Command {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dspex-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        return try Command.dspex(arguments, environment: ["DSPEX_VENV": "/nonexistent"], in: folder.path)
    }

    @Test func `program show is a table, and JSON, without Python`() throws {
        let table = try run(["program", "show", "p.json"], files: ["p.json": Self.saved])
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.output.contains("Text: · Count: How many."))
        #expect(table.output.contains("saved by python 3.11, dspy 3.4.1"))
        let json = try run(["program", "show", "p.json", "--json"], files: ["p.json": Self.saved])
        let listing = try PythonValue(json: json.output)
        #expect(listing["predictors"]?[0]?["instructions"] == "Count.")
        #expect(listing["predictors"]?[0]?["demos"] == [["text": "We saw 42.", "count": 42]])
        #expect(listing["versions"]?["dspy"] == "3.4.1")
    }

    @Test func `program load says what it loads, without Python`() throws {
        let load = ["program", "load", "p.json", "--signature", "text -> count: int"]
        let fine = try run(load, files: ["p.json": Self.saved])
        #expect(fine.status == 0, "\(fine.errors)")
        #expect(fine.output.contains("Predict of 'text -> count: int'"))
        let json = try run(load + ["--json"], files: ["p.json": Self.saved])
        #expect(try PythonValue(json: json.output)["demos"] == 1)
    }

    @Test(arguments: [
        (["--signature", "text, more -> count: int"], saved, "2 fields were saved, but the signature has 3"),
        (["--signature", "text -> count: int", "--module", "ChainOfThought"], saved, "predict: is missing"),
        (["--signature", "text -> count: bool"], saved, "demos[0].count: expected bool"),
        (["--signature", "text -> count: int"], saved.replacing("3.4.1", with: "3.2.0"), "saved by DSPy 3.2.0"),
        (["--signature", "text -> count: int"], "{}", "metadata: is missing"),
        (["--signature", "text -> count: int"], "[", "is no JSON"),
    ])
    func `a state that does not belong ends with 2 and the reason`(
        arguments: [String], text: String, expected: String
    ) throws {
        let command = try run(["program", "load", "p.json"] + arguments, files: ["p.json": text])
        #expect(command.status == 2)
        #expect(command.errors.contains(expected), "\(command.errors)")
        #expect(command.output.isEmpty)
    }

    @Test func `a version mismatch is loaded when it is allowed`() throws {
        let other = Self.saved.replacing("3.4.1", with: "3.2.0")
        let arguments = ["program", "load", "p.json", "--allow-version-mismatch", "--signature", "text -> count: int"]
        #expect(try run(arguments, files: ["p.json": other]).status == 0)
    }

    @Test func `a pickle is never read`() throws {
        let command = try run(["program", "show", "p.pkl"], files: ["p.pkl": "x"])
        #expect(command.status == 2 && command.errors.contains("pickle"))
    }

    @Test(arguments: [
        (["evaluate", "--signature", "q -> a", "--data", "d.jsonl"], "{\"q\": }\n", "d.jsonl, line 1, column 7"),
        (
            ["evaluate", "--signature", "q -> a", "--data", "d.csv"], "a\nx\n",
            "d.csv, line 2: the input 'q' is missing"
        ),
        (["evaluate", "--signature", "q -> a", "--data", "none.jsonl"], "", "none.jsonl: cannot be read"),
        (["evaluate", "--signature", "q -> a", "--data", "d.jsonl", "--metric", "bleu"], "", "exact, contains or f1"),
        (
            ["evaluate", "--signature", "q -> a", "--data", "d.jsonl", "--field", "b"], "{\"q\": \"x\"}",
            "no such output"
        ),
        (["evaluate", "--signature", "q -> a", "--data", "d.jsonl", "--threads", "0"], "", "--threads must be 1"),
        (
            ["evaluate", "--signature", "q -> a", "--data", "d.jsonl", "--module", "RLM", "--route", "native"], "",
            "not RLM"
        ),
        (
            [
                "optimize", "--optimizer", "COPRO", "--signature", "q -> a", "--data", "d.jsonl", "--output", "o",
                "--argument", "x",
            ],
            "{\"q\": \"x\"}", "expected name=value"
        ),
    ])
    func `bad usage is found before anything starts`(arguments: [String], text: String, expected: String) throws {
        let command = try run(arguments, files: ["d.jsonl": text, "d.csv": text])
        #expect(command.status == 2)
        #expect(command.errors.contains(expected), "\(command.errors)")
    }

    @Test(arguments: [
        ["dspy", "list"], ["dspy", "show", "ReAct"],
        ["evaluate", "--signature", "q -> a", "--data", "d.jsonl", "--route", "python"],
        ["optimize", "--optimizer", "COPRO", "--signature", "q -> a", "--data", "d.jsonl", "--output", "o.json"],
    ])
    func `without Python the commands that need it end with 3`(arguments: [String]) throws {
        let command = try run(arguments, files: ["d.jsonl": "{\"q\": \"x\", \"a\": \"y\"}\n"])
        #expect(command.status == 3)
        #expect(command.errors.contains("/nonexistent"), "\(command.errors)")
        #expect(command.output.isEmpty)
    }
}
