import DSPex
import Foundation
import Testing

/// The code of the article `EvaluateAndOptimise`, run as it stands there on the embedded model.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ArticleTests {
    @Test func `evaluate, optimise, save`() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "text,count\nThere are 7 apples in the box.,7\nWe saw 42 birds.,42\nI have 3 cats.,3\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        try await DSPex.run { platform in
            var count = try platform.predict("text -> count: int", instructions: "Extract the number in the text.")
            count.options = GenerationOptions(maxTokens: 96, temperature: 0, seed: 7)

            let data = try DataSet(file: path, signature: count.signature)
            let evaluation = Evaluation(data, metric: .exact(), concurrency: 2)
            let result = try await evaluation(count) { print($0.done, $0.total, $0.score) }
            print(result)  // exact 1 (95 % interval 0.439 to 1, Wilson) on 3 examples · 150 tokens · 1.20 s
            print(result.table(for: count.signature).text(width: 100))
            #expect("\(result)".hasPrefix("exact 1 (95 % interval 0.439 to 1, Wilson) on 3 examples · "))

            let optimiser = Optimiser("LabeledFewShot", arguments: ["k": 2])
            let better = try await platform.optimise(
                count, by: .init(optimiser, on: data.examples, metric: .exact(), threads: 1)
            ) { event in print(event.phase, event.step, event.best ?? 0) }
            print(better.baseline ?? 0, better.score ?? 0)
            #expect(better.baseline == 1)

            let text = try better.state?.jsonText() ?? ""
            let served = try count.loading(try ProgramState(json: text))
            #expect(served.demos.count == 2)
            #expect(try served.state(updating: better.state).jsonText() == text)
        }
    }
}
