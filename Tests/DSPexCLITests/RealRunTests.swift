import Foundation
import Testing

/// The command line on real Python and the real model.
@Suite struct RealRunTests {
    /// The environment of the tests names the virtual environment, if it is not where the command finds it.
    private static func dspex(_ arguments: [String]) throws -> Command {
        let named = ProcessInfo.processInfo.environment["DSPEX_VENV"].map { ["DSPEX_VENV": $0] } ?? [:]
        return try Command.dspex(arguments, environment: named, in: NSTemporaryDirectory())
    }

    private struct Report: Decodable {
        struct Task: Decodable {
            var name, question, route, model: String
            var worker, tokens: Int
            var ms: Double
        }
        var tasks: [Task]
    }

    @Test func `run --json reports every task with all that a program may want to know`() throws {
        let run = try Self.dspex(["run", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(run.output.utf8))
        #expect(report.tasks.count >= 5)
        for task in report.tasks {
            #expect(task.worker > 0 && task.tokens > 0 && task.ms > 0 && !task.route.isEmpty && !task.question.isEmpty)
        }
        #expect(Set(report.tasks.map(\.name)).isSuperset(of: ["number", "person", "city", "sentiment", "sum"]))
        #expect(Set(report.tasks.map(\.model)) == ["smollm2-135m-instruct"])
    }

    @Test func `profile marshal names every step, as a table, as JSON and as a picture`() throws {
        let table = try Self.dspex(["profile", "marshal", "--count", "20"])
        #expect(table.status == 0, "\(table.errors)")
        for step in [
            "encode the arguments", "the worker wakes up", "the function", "decode the result", "the whole call",
        ] {
            #expect(table.output.contains(step))
        }
        let file = NSTemporaryDirectory() + "/\(UUID().uuidString).svg"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let json = try Self.dspex([
            "profile", "marshal", "math.hypot", "[3, 4]", "--count", "20", "--json", "--svg", file,
        ])
        #expect(json.status == 0, "\(json.errors)")
        struct Profile: Decodable {
            struct Stage: Decodable { var name: String; var share: Double }
            var count: Int
            var stages: [Stage]
        }
        let profile = try JSONDecoder().decode(Profile.self, from: Data(json.output.utf8))
        #expect(profile.count == 20)
        #expect(profile.stages.count == 9)
        #expect(abs(profile.stages.map(\.share).reduce(0, +) - 1) < 1e-9)
        let svg = try String(contentsOfFile: file, encoding: .utf8)
        #expect(svg.hasPrefix("<svg") && svg.contains("math.hypot") && svg.contains("the function"))
        #expect(svg.components(separatedBy: "<g>").count == svg.components(separatedBy: "</g>").count)
    }

    @Test(arguments: [
        (["call", "math.hypot", "[3, 4]"], "5.0\n"),
        (["call", "builtins.dict", #"{"b": 1, "a": [true, null]}"#, "--json"], #"{"b":1,"a":[true,null]}"# + "\n"),
        (["call", "builtins.pow", "[2, 100]"], "1267650600228229401496703205376\n"),
    ])
    func `call prints the value as JSON`(_ arguments: [String], _ expected: String) throws {
        let run = try Self.dspex(arguments)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output == expected)
    }

    @Test(arguments: [
        (["call", "math.sqrt", "[-1]"], Int32(1), "math domain error"),
        (["call", "nosuchmodule.f"], 1, "nosuchmodule"),
        (["call", "os._exit", "[3]"], 1, "3"),
        (["call", "math.sqrt", "[1,"], 2, "column"),
    ])
    func `a failure ends with its code and says what happened`(_ arguments: [String], _ status: Int32, _ text: String)
        throws
    {
        let run = try Self.dspex(arguments)
        #expect(run.status == status)
        #expect(run.errors.contains(text), "\(run.errors)")
        #expect(run.output.isEmpty)
    }
}
