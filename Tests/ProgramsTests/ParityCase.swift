import Foundation
import Marshalling
import Signatures

@testable import Programs

/// A case of the parity corpus with what DSPy makes of it; `parity/reference.py` defines the form.
struct ParityCase {
    enum Kind: String, CaseIterable {
        case signature
        case prompt
        case parse
    }

    let id: String
    let kind: Kind
    /// Why Swift refuses, or reads otherwise, what DSPy takes; nil when both are to agree.
    let deviation: String?
    private let given: PythonValue
    private let expected: PythonValue

    init?(_ value: PythonValue) {
        guard let kind = value["kind"]?.string.flatMap(Kind.init), let expected = value["expected"] else { return nil }
        id = value["id"]?.string ?? ""
        self.kind = kind
        deviation = value["deviation"]?.string
        given = value
        self.expected = expected
    }

    /// Runs DSPy over the whole corpus. It takes some ten seconds.
    static func all() throws -> [ParityCase] {
        try withFile { output in
            try python("reference.py", [output.path])
            return try values(in: output).compactMap { ParityCase($0) }
        }
    }

    /// Makes so many random cases of a seed and runs DSPy over them.
    static func random(_ count: Int, seed: Int) throws -> [ParityCase] {
        try withFile { cases in
            try withFile { results in
                try python("hypothesis_cases.py", ["--count", "\(count)", "--seed", "\(seed)"], output: cases)
                try python("reference.py", [], input: cases, output: results)
                return try zip(values(in: cases), values(in: results)).compactMap { given, result in
                    var (whole, expected) = (given.dict ?? [:], result.dict ?? [:])
                    expected["id"] = nil
                    whole["expected"] = .dict(expected)
                    return ParityCase(.dict(whole))
                }
            }
        }
    }

    private static func values(in file: URL) throws -> [PythonValue] {
        try String(contentsOf: file, encoding: .utf8).utf8.split(separator: 0x0A).map {
            try PythonValue(pythonJSON: String(decoding: $0, as: UTF8.self))
        }
    }

    private static func withFile<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "parity-\(UUID().uuidString).jsonl")
        try Data().write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file)
    }

    /// Runs a script of the corpus with the venv's Python.
    private static func python(
        _ script: String, _ arguments: [String], input: URL? = nil, output: URL? = nil
    ) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "parity")
        let venv = ProcessInfo.processInfo.environment["DSPEX_VENV"] ?? ".venv"
        let process = Process()
        process.executableURL = URL(filePath: venv + "/bin/python")
        process.arguments = ["-B", folder.appending(path: script).path] + arguments
        if let input { process.standardInput = try FileHandle(forReadingFrom: input) }
        if let output { process.standardOutput = try FileHandle(forWritingTo: output) }
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
    }

    struct Failure: Error { let status: Int32 }

    /// How Swift and DSPy differ; nil when they do not, or are expected to.
    var difference: String? {
        if deviation != nil { return nil }
        let signature: Signature
        do {
            signature = try Signature(
                given["signature"]?.string ?? "", instructions: given["instructions"]?.string)
        } catch {
            let refused = expected["accepted"]?.bool == false || expected["error"] != nil
            return refused ? nil : "Swift refuses \(source): \(error.message)"
        }
        switch kind {
        case .signature: return signatureDifference(signature)
        case .prompt: return promptDifference(signature)
        case .parse: return parseDifference(signature)
        }
    }

    private var source: String { given["signature"]?.string ?? "" }

    /// What this package reads beyond DSPy's strings; a word and a colon before a whole field are a label.
    private var isExtension: Bool {
        ["?", "\"desc\"", "Literal[-", "'->'", "NoneType"].contains { source.contains($0) }
            || source.prefixMatch(of: /\s*\w+\s*:\s*\w+\s*:/) != nil
    }

    private func signatureDifference(_ signature: Signature) -> String? {
        guard expected["accepted"]?.bool == true else {
            return isExtension ? nil : "Swift takes \(source), which DSPy refuses"
        }
        let fields = signature.inputs.map { ($0, "input") } + signature.outputs.map { ($0, "output") }
        let read: PythonValue = [
            "accepted": true, "instructions": .string(Instructions.clean(signature.effectiveInstructions)),
            "fields": .list(
                fields.map { field, side in
                    ["name": .string(field.name), "side": .string(side), "type": .string(field.type.promptName)]
                }),
        ]
        guard read == expected else { return "\(source)\n  Swift \(Self.json(read))\n  DSPy  \(Self.json(expected))" }
        let again = try? Signature(signature.description, instructions: signature.instructions)
        return again == signature ? nil : "'\(signature)' does not read back to itself"
    }

    private func promptDifference(_ signature: Signature) -> String? {
        // Where DSPy raises, there is nothing to compare with.
        guard let messages = expected["messages"], let adapter else { return nil }
        var inputs = given["inputs"]?.dict ?? [:]
        if let turns = given["history"], !turns.isNone,
            let field = signature.inputs.first(where: { $0.type == .dspy(.history) })
        {
            inputs[.string(field.name)] = turns
        }
        let demos = given["demos"]?.elements?.map { $0.dict ?? [:] } ?? []
        let written = Prompt(signature, adapter: adapter).messages(inputs: inputs, demos: demos, mode: .compatible)
        return Self.difference(Self.json(.list(written.map(\.pythonValue))), Self.json(messages), source)
    }

    private func parseDifference(_ signature: Signature) -> String? {
        guard let adapter, let text = given["text"]?.string else { return "there is no text" }
        let outputs = try? Prompt(signature, adapter: adapter).parse(text, mode: .compatible)
        guard let outputs else {
            return expected["error"] != nil ? nil : "Swift refuses \(Self.json(.string(text))) for \(source)"
        }
        guard let fields = expected["fields"] else {
            return
                "Swift takes \(Self.json(.string(text))) for \(source) as \(Self.json(signature.plainOutputs(outputs)))"
        }
        return Self.difference(
            Self.json(signature.plainOutputs(outputs)), Self.json(fields), "\(source) \(Self.json(.string(text)))")
    }

    private var adapter: PromptAdapter? { given["adapter"]?.string.flatMap(PromptAdapter.init) }

    private static func json(_ value: PythonValue) -> String { (try? value.pythonJSONText()) ?? "\(value)" }

    /// Where two texts begin to differ; nil when they do not.
    private static func difference(_ swift: String, _ dspy: String, _ what: String) -> String? {
        guard !swift.utf8.elementsEqual(dspy.utf8) else { return nil }
        let same = zip(swift.unicodeScalars, dspy.unicodeScalars).prefix { $0 == $1 }.count
        func cut(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.dropFirst(max(0, same - 60)).prefix(200)))
        }
        return "\(what)\n  Swift …\(cut(swift))\n  DSPy  …\(cut(dspy))"
    }
}
