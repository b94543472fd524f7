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
