import LanguageModels
import Marshalling
import Programs
import Signatures

/// A program, what it is called with, and what its model answers: the same for all contestants.
struct ProgramCase: Sendable {
    var name: String
    /// In DSPy's string form, which both sides read.
    var signature = simple
    var kind = ProgramKind.predict
    var adapter = PromptAdapter.chat
    /// Whether the model can be held to a schema.
    var hasSchema = false
    var inputs: PythonDictionary = ["question": "Who wrote the novel Dune, 1965?"]
    var demos: [PythonDictionary] = []
    /// What the program is to return.
    var outputs: PythonDictionary = ["answer": "Frank Herbert wrote it."]

    static let simple = "question -> answer"
    /// Three inputs, four outputs of different types.
    static let mixed =
        "question: str, context: list[str], k: int -> answer: str, label: Literal['yes', 'no'], score: float, sources: list[int]"

    static let all = [
        ProgramCase(name: "simple"),
        ProgramCase(name: "simple.cot").reasoning,
        ProgramCase(name: "simple.demos").shown(8),
        ProgramCase(name: "simple.json", adapter: .json),
        mixedCase("mixed"),
        mixedCase("mixed.cot").reasoning,
        mixedCase("mixed.json", .json),
        mixedCase("mixed.schema", .json, hasSchema: true),
    ]

    private static func mixedCase(
        _ name: String, _ adapter: PromptAdapter = .chat, hasSchema: Bool = false
    ) -> ProgramCase {
        ProgramCase(
            name: name, signature: mixed, adapter: adapter, hasSchema: hasSchema, inputs: Values.small.askedInputs,
            outputs: ["answer": "Frank Herbert wrote it.", "label": "yes", "score": 0.75, "sources": [1, 2]])
    }

    private var reasoning: ProgramCase {
        var other = self
        other.kind = .chainOfThought
        other.outputs = PythonDictionary(
            [.init(key: "reasoning", value: "Both passages name him as the author.")] + outputs.map { $0 })
        return other
    }

    private func shown(_ count: Int) -> ProgramCase {
        var other = self
        other.demos = (1...count).map { number in
            ["question": .string("Who wrote the novel number \(number)?"), "answer": .string("Author \(number) did.")]
        }
        return other
    }

    /// What the model writes, in the adapter's form.
    var answer: String {
        get throws {
            guard adapter == .chat else { return try PythonValue.dict(outputs).jsonText() }
            let sections = try outputs.map { output in
                "[[ ## \(output.key.string ?? "") ## ]]\n\(try output.value.string ?? output.value.jsonText())"
            }
            return sections.joined(separator: "\n\n") + "\n\n[[ ## completed ## ]]\n"
        }
    }

    /// As `dspex_bench.programs` takes it.
    private var description: PythonValue {
        get throws {
            [
                "kind": .string(kind.name), "signature": .string(signature), "adapter": .string(adapter.rawValue),
                "schema": .bool(hasSchema), "inputs": .dict(inputs), "demos": .list(demos.map(PythonValue.dict)),
                "answer": .string(try answer), "outputs": .dict(outputs),
            ]
        }
    }

    /// All cases as `dspex_bench.programs` takes them.
    static func json() throws -> String {
        try PythonValue.dict(
            PythonDictionary(all.map { .init(key: .string($0.name), value: try $0.description) })
        ).jsonText()
    }
}

extension PythonValue {
    /// The inputs of the mixed signature in the small value that is measured elsewhere.
    fileprivate var askedInputs: PythonDictionary {
        PythonDictionary((dict ?? [:]).filter { ["question", "context", "k"].contains($0.key) })
    }
}
