import Foundation
import Marshalling
import Programs
import Signatures

/// Programs that real DSPy has saved, and what it makes of those that Swift writes; `parity/states.py` is its side.
struct SavedPrograms {
    let folder: URL
    let cases: PythonValue

    /// Runs DSPy once for all tests.
    static let shared = Result { try SavedPrograms() }

    private init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "states-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Self.python("save", folder)
        cases = try PythonValue(json: String(contentsOf: folder.appending(path: "cases.json"), encoding: .utf8))
    }

    /// The names of those that have a native twin.
    var names: [String] { cases["programs"]?.dict?.keys.compactMap(\.string) ?? [] }

    /// The text of a file.
    func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    /// The native twin of a program, without its state.
    func program(_ name: String, on runtime: ProgramRuntime) throws -> any Program {
        let described = cases["programs"]?[.string(name)]
        let signature = try Signature(described?["signature"]?.string ?? "")
        if described?["module"] == "ChainOfThought" { return ChainOfThought(signature, on: runtime) }
        return Predict(signature, on: runtime)
    }

    /// Has DSPy load and save each `NAME.swift.json`.
    func loadIntoDSPy() throws { try Self.python("load", folder) }

    struct Failure: Error { let status: Int32 }

    private static func python(_ mode: String, _ folder: URL) throws {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "parity/states.py")
        let process = Process()
        let venv = ProcessInfo.processInfo.environment["DSPEX_VENV"] ?? ".venv"
        process.executableURL = URL(filePath: venv + "/bin/python")
        process.arguments = ["-B", script.path, mode, folder.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    }
}
