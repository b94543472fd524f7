import DSPex
import Foundation
import Testing

@Suite struct CommandTests {
    @Test(arguments: [
        ["--help"], ["run", "--help"], ["predict", "-h"], ["help", "call"], ["--version"], ["doctor", "--help"],
    ])
    func `help that was asked for is an answer`(arguments: [String]) throws {
        let command = try run(arguments)
        #expect(command.status == 0)
        #expect(!command.output.isEmpty)
        #expect(command.errors.isEmpty)
    }

    @Test(arguments: [
        ["bogus"], ["run", "--bogus"], ["run", "extra"], ["predict"], ["predict", "--signature"], ["call"],
        ["predict", "--signature", "q"], ["predict", "--signature", "-> a"],
        ["predict", "--signature", "q -> a: Nope"],
        ["predict", "--signature", "q -> a"], ["predict", "--signature", "q -> a", "--input", "q"],
        ["predict", "--signature", "q: int -> a", "--input", "q=x"],
        ["predict", "--signature", "q -> a", "--input", "q=x", "r=y"],
        ["predict", "--signature", "q -> a", "--input", "q=x", "--model", "nope"],
        ["predict", "--signature", "q -> a", "--input", "q=x", "--max-tokens", "0"],
        ["predict", "--signature", "q -> a", "--input", "q=x", "--temperature", "9"],
        ["call", "math.hypot", "3"], ["call", "math.hypot", "[3"], ["call", "math.hypot", "'x'"],
        ["call", "hypot", "[]"],
        ["call", ".x", "[]"], ["call", "a.b", "[]", "[]"], ["doctor", "x"], ["->"],
        ["profile", "marshal", "hypot"], ["profile", "marshal", "math.hypot", "3"],
        ["profile", "marshal", "--count", "0"],
        ["profile", "marshal", "--payload", "huge"], ["profile", "bogus"],
    ])
    func `bad usage ends with 2, says what is wrong, and prints nothing on stdout`(arguments: [String]) throws {
        let command = try run(arguments)
        #expect(command.status == 2)
        #expect(command.output.isEmpty)
        #expect(command.errors.lowercased().contains("error"))
    }

    @Test func `an argument that begins with an arrow is a value`() throws {
        let command = try run(["predict", "--signature", "-> answer"])
        #expect(command.errors.contains("there are no inputs"), "it was read as a signature")
    }

    @Test(arguments: [
        ["run"], ["run", "--json"], ["predict", "--signature", "q -> a", "--input", "q=x"],
        ["call", "math.hypot", "[3, 4]"], ["profile", "marshal"],
        ["doctor"], ["doctor", "--json"],
    ])
    func `without its environment every command ends with 3 and names the remedy`(arguments: [String]) throws {
        let command = try run(arguments, ["DSPEX_VENV": "/nonexistent"])
        #expect(command.status == 3)
        #expect((command.output + command.errors).contains("/nonexistent"))
        #expect((command.output + command.errors).contains("venv"))
    }

    @Test(arguments: [["run"], ["predict", "--signature", "q -> a", "--input", "q=x"], ["call", "a.b"], ["doctor"]])
    func `a malformed setting ends with 3 and is named with its variable`(arguments: [String]) throws {
        let command = try run(arguments, ["DSPEX_POOLS_GENERAL_SIZE": "many", "DSPEX_VENV": "/nonexistent"])
        #expect(command.status == 3)
        #expect((command.output + command.errors).contains("DSPEX_POOLS_GENERAL_SIZE) is 'many'"))
    }

    @Test func `the doctor's JSON names each check, its state and its remedy`() throws {
        let command = try run(
            ["doctor", "--json"], ["DSPEX_VENV": "/nonexistent", "DSPEX_WORKER": "/nonexistent/worker"])
        let report = try PythonValue(json: command.output)
        #expect(report["ok"] == false)
        let checks = try #require(report["checks"]?.elements)
        let names = checks.compactMap { $0["name"]?.string }
        for name in [
            "configuration", "swift", "libpython", "worker executable", "virtual environment", "package dspy",
            "package dspex-worker", "model weights", "shared memory", "open files", "processes", "memory", "processor",
        ] { #expect(names.contains(name)) }
        for check in checks {
            let isOK = check["status"] == "ok"
            #expect((check["remedy"]?.string == nil) == isOK, "\(check)")
        }
        let worker = try #require(checks.first { $0["name"] == "worker executable" })
        #expect(worker["status"] == "missing")
        #expect(worker["found"]?.string?.contains("/nonexistent/worker") == true)
    }

    @Test func `the doctor works where there is nothing at all`() throws {
        let command = try run(
            ["doctor"], ["PATH": "", "DSPEX_VENV": "/nonexistent", "DSPEX_CONFIG": "/nonexistent.yaml"])
        #expect(command.status == 3)
        #expect(command.output.contains("no 'swift' on PATH"))
        #expect(command.output.contains("/nonexistent.yaml"))
    }

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) throws -> Command {
        // A folder without a dspex.yaml or a .venv of somebody's.
        let folder = FileManager.default.temporaryDirectory.appending(path: "dspex-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Command.dspex(arguments, environment: environment, in: folder.path)
    }
}
