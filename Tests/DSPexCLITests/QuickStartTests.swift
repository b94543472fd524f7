import DSPex
import Testing

@testable import DSPexCLI

@Suite struct QuickStartTests {
    static let route = Route(implementation: .python, pool: "general", model: "m", timeout: .seconds(1), reason: "")

    private func result(_ outputs: PythonDictionary) throws -> TaskResult {
        let task = try #require(try QuickStart.tasks().first { $0.name == "number" })
        let prediction = Prediction(
            outputs: outputs, usage: .init(inputTokens: 30, outputTokens: 5, totalTokens: 35), route: Self.route,
            model: "smol",
            worker: 42, duration: .milliseconds(1_234.6))
        return TaskResult(task: task, prediction: prediction)
    }

    @Test func `the tasks cover every kind that is promised`() throws {
        let tasks = try QuickStart.tasks()
        #expect(tasks.count >= 5)
        #expect(Set(tasks.map(\.name)).isSuperset(of: ["number", "person", "city", "sentiment", "sum"]))
        let sum = try #require(tasks.first { $0.reasons })
        #expect(sum.demos.count == 3)
        #expect(sum.demos.allSatisfy { $0["reasoning"] != nil })
        for task in tasks {
            #expect(task.inputs.keys == task.signature.inputs.map { .string($0.name) })
            #expect(task.expected.keys == task.signature.outputs.map { .string($0.name) })
            #expect(!task.question.isEmpty)
        }
    }

    @Test func `the JSON of a task has the promised keys`() throws {
        let json = try result(["count": 7]).json
        #expect(
            json == [
                "name": "number", "question": "There are 7 apples in the box.", "expected": ["count": 7],
                "output": ["count": 7], "route": "python/general", "worker": 42, "model": "smol", "tokens": 35,
                "ms": 1235,
            ])
    }

    @Test func `a task for a person shows question, typed answer and how it was had`() throws {
        let right = try result(["count": 7])
        #expect(right.isAsExpected)
        #expect(
            right.report == """
                ✓ number     There are 7 apples in the box.
                             count: int = 7
                             python/general · worker 42 · smol · 35 tokens · 1235 ms
                """)
        let wrong = try result(["count": 8])
        #expect(!wrong.isAsExpected)
        #expect(wrong.report.contains("✗ number"))
        #expect(wrong.report.contains("expected {count: 7}"))
    }

    @Test func `a task without an answer is no right one`() throws {
        let task = try #require(try QuickStart.tasks().first)
        let result = TaskResult(task: task, error: "the model failed")
        #expect(!result.isAsExpected)
        #expect(result.json["error"] == "the model failed")
        #expect(result.json["output"] == [:])
        #expect(result.json["worker"] == PythonValue.none)
        #expect(result.report.contains("the model failed"))
    }

    @Test func `reasoning beside the answer does not make it another one`() throws {
        #expect(try result(["reasoning": "…", "count": 7]).isAsExpected)
        #expect(try !result(["count": "7"]).isAsExpected)
    }

    @Test func `a model's text cannot drive the terminal`() {
        #expect(Typed.text(.string("\u{1B}[31mred")) == #"'\x1b[31mred'"#)
    }
}
