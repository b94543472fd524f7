import DSPex
import Foundation
import Testing

/// The commands around data sets on real Python and the real model.
@Suite(.serialized) struct RealEvaluationTests {
    private static let folder = FileManager.default.temporaryDirectory.appending(path: "dspex-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
        let rows = [(7, "There are 7 apples in the box."), (42, "We saw 42 birds."), (3, "I have 3 cats.")]
        let lines = rows.map { "{\"text\": \"\($1)\", \"count\": \($0)}" }
        try lines.joined(separator: "\n")
            .write(to: Self.folder.appending(path: "d.jsonl"), atomically: true, encoding: .utf8)
    }

    private func dspex(_ arguments: [String]) throws -> Command {
        let named = ProcessInfo.processInfo.environment["DSPEX_VENV"].map { ["DSPEX_VENV": $0] } ?? [:]
        return try Command.dspex(arguments, environment: named, in: Self.folder.path)
    }

    private static let task = [
        "--signature", "text -> count: int", "--instructions", "Extract the number in the text.", "--data", "d.jsonl",
    ]

    @Test(arguments: ["native", "python"])
    func `evaluate scores each example, and tells how sure the mean is`(route: String) throws {
        let json = try dspex(["evaluate"] + Self.task + ["--route", route, "--json"])
        #expect(json.status == 0, "\(json.errors)")
        let result = try PythonValue(json: json.output)
        #expect(result["score"]?.double == 1)
        #expect(result["interval"]?["method"] == "wilson")
        #expect(result["results"]?.elements?.map { $0["line"] } == [1, 2, 3])
        #expect(result["results"]?.elements?.allSatisfy { $0["route"]?.string?.hasPrefix(route) == true } == true)
        #expect((result["tokens"]?.int ?? 0) > 0)
        #expect(json.errors.contains("3/3 · exact 1"))
    }

    @Test func `what optimize saves is read by program load and evaluate`() throws {
        let optimised = try dspex(
            ["optimize", "--optimizer", "LabeledFewShot", "--argument", "k=2", "--output", "p.json"] + Self.task)
        #expect(optimised.status == 0, "\(optimised.errors)")
        #expect(optimised.output.contains("saved as p.json"))
        let shown = try dspex(["program", "show", "p.json", "--json"])
        #expect(try PythonValue(json: shown.output)["predictors"]?[0]?["demos"]?.elements?.count == 2)
        let loaded = try dspex([
            "program", "load", "p.json", "--signature", "text -> count: int", "--input", "text=We saw 5 dogs.",
            "--route",
            "native", "--json",
        ])
        #expect(loaded.status == 0, "\(loaded.errors)")
        #expect(try PythonValue(json: loaded.output)["output"] == ["count": 5])
        let again = try dspex(["evaluate", "--program", "p.json", "--route", "native", "--json"] + Self.task)
        #expect(try PythonValue(json: again.output)["examples"] == 3)
    }

    @Test func `dspy list and show tell what is installed`() throws {
        let list = try dspex(["dspy", "list", "--category", "optimization", "--json"])
        #expect(list.status == 0, "\(list.errors)")
        let names = try PythonValue(json: list.output).elements?.compactMap { $0["name"]?.string } ?? []
        #expect(Set(names).isSuperset(of: ["BootstrapFewShot", "MIPROv2", "GEPA", "SIMBA", "COPRO"]))
        let show = try dspex(["dspy", "show", "ReAct"])
        #expect(show.output.contains("max_iters: int = 20"))
        #expect(try dspex(["dspy", "show", "Reactt"]).errors.contains("ReAct"))
        #expect(try dspex(["dspy", "list", "--category", "x"]).status == 2)
    }
}
