import LanguageModels
import Marshalling
import Programs
import Testing

/// Every case of `parity/composed_cases.py`: the programs that are made of others ask what their twins in DSPy ask, byte for byte
/// and in the same order, and give what those give. The models of Swift's side are behind HTTP.
@Suite(.timeLimit(.minutes(2))) struct ComposedParityTests {
    private static let cases = Result { try ComposedCase.all() }

    @Test func `there are cases of every program`() throws {
        let counts = Dictionary(grouping: try Self.cases.get()) { $0.id.prefix { $0 != "/" } }.mapValues(\.count)
        #expect(counts["react"] ?? 0 >= 15)
        #expect(counts["best"] ?? 0 >= 15)
        #expect(counts["refine"] ?? 0 >= 10)
        #expect(counts["comparison"] ?? 0 >= 5)
        #expect(counts["majority"] ?? 0 >= 5)
        #expect(counts["parallel"] ?? 0 >= 3)
    }

    @Test(arguments: try cases.get())
    func `Swift asks and gives what DSPy does`(example: ComposedCase) async throws {
        try await ScriptedModelServer.with(example.answers, adapter: example.adapter) { runtime, server in
            var prediction: Prediction?
            let result: PythonValue
            do { (result, prediction) = try await example.run(on: runtime) } catch {
                result = ["error": .string(Self.twin(of: error))]
            }
            let asked = server.requests.map(Self.plain)
            #expect(asked.count == example.requests.count)
            for (index, (swift, dspy)) in zip(asked, example.requests).enumerated() {
                let difference = Self.difference(swift, dspy)
                #expect(difference == nil, "request \(index)")
            }
            #expect(Self.json(result) == Self.json(example.result))
            if let prediction {
                #expect(prediction.attempts == asked.count)
                let answered = example.answers.prefix(asked.count).count { $0.string != nil }
                #expect(prediction.usage?.totalTokens == 11 * answered)
            }
        }
    }

    /// DSPy's class for an error.
    private static func twin(of error: any Error) -> String {
        switch error {
        case ProgramError.malformedResponse: "AdapterParseError"
        case ProgramError.model(let failure) where failure.error.code == .contextLength: "ContextWindowExceededError"
        case ProgramError.input: "AssertionError"
        case is TooManyFailures: "Exception"
        default: "\(error)"
        }
    }

    /// A request as `composed.py` writes it.
    private static func plain(_ body: PythonValue) -> PythonValue {
        [
            "messages": body["messages"] ?? .none, "temperature": body["temperature"] ?? .none,
            "response_format": body["response_format"]?["type"] ?? .none,
        ]
    }

    private static func json(_ value: PythonValue) -> String { (try? value.pythonJSONText()) ?? "\(value)" }

    /// Where two requests begin to differ.
    private static func difference(_ swift: PythonValue, _ dspy: PythonValue) -> String? {
        let (left, right) = (json(swift), json(dspy))
        guard !left.utf8.elementsEqual(right.utf8) else { return nil }
        let same = zip(left.unicodeScalars, right.unicodeScalars).prefix { $0 == $1 }.count
        func cut(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.dropFirst(max(0, same - 80)).prefix(300)))
        }
        return "Swift …\(cut(left))\nDSPy  …\(cut(right))"
    }
}
