import Foundation
import Marshalling
import Programs
import Testing

/// A case of `parity/composed_cases.py` with what DSPy asked and gave; `parity/composed.py` defines the form.
struct ComposedCase: Sendable, CustomTestStringConvertible {
    let id: String
    let adapter: PromptAdapter
    /// What the model says to each request, in order: text, or `{"error": …}`.
    let answers: [PythonValue]
    /// What DSPy asked: messages, temperature and form of the answer.
    let requests: [PythonValue]
    let result: PythonValue
    /// The whole case, for what only some have.
    let given: PythonValue

    var testDescription: String { id }

    init?(_ value: PythonValue) {
        guard let id = value["id"]?.string, let result = value["result"] else { return nil }
        self.id = id
        self.result = result
        adapter = value["adapter"]?.string.flatMap(PromptAdapter.init) ?? .chat
        answers = value["answers"]?.elements ?? []
        requests = value["requests"]?.elements ?? []
        given = value
    }

    /// Runs DSPy over all cases. It takes some seconds.
    static func all() throws -> [ComposedCase] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let output = FileManager.default.temporaryDirectory.appending(path: "composed-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: output) }
        let venv = ProcessInfo.processInfo.environment["DSPEX_VENV"] ?? ".venv"
        let process = Process()
        process.executableURL = URL(filePath: venv + "/bin/python")
        process.arguments = ["-B", folder.appending(path: "parity/composed.py").path, output.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw ParityCase.Failure(status: process.terminationStatus) }
        let text = try String(contentsOf: output, encoding: .utf8)
        return try text.utf8.split(separator: 0x0A).compactMap {
            ComposedCase(try PythonValue(pythonJSON: String(decoding: $0, as: UTF8.self)))
        }
    }
}
