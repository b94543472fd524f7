import ArgumentParser
import DSPex
import Logging

/// `dspex run`: small tasks with known answers, on the embedded model.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs small tasks with known answers on the embedded model, and compares.",
        discussion: """
            DSPy's Predict and ChainOfThought run in a worker process, the model in another. Exits with 1 when an answer \
            differs from the expected one.
            """)

    @Flag(
        help: "Print one JSON object: {\"tasks\": [{\"name\", \"question\", \"expected\", \"output\", \"route\", …}]}.")
    var json = false

    func run() async throws {
        let tasks = try QuickStart.tasks()
        let configuration = try await Platform.Configuration.load()
        Console.note("starting Python and the model …")
        let results = try await DSPex.run(configuration, logger: .quiet) { platform in
            var results: [TaskResult] = []
            for task in tasks {
                let result = try await task.run(on: platform)
                results.append(result)
                if json {
                    Console.note("\(results.count)/\(tasks.count) \(task.name)")
                } else {
                    Console.print(result.report)
                }
            }
            return results
        }
        let right = results.count { $0.isAsExpected }
        if json {
            Console.print(try PythonValue.dict(["tasks": .list(results.map(\.json))]).jsonOutput())
        } else {
            let time = results.compactMap { $0.prediction?.duration }.reduce(.zero, +)
            Console.print("\n\(right) of \(results.count) answers as expected, in \(time.inSeconds)")
        }
        if right < results.count {
            let names = results.filter { !$0.isAsExpected }.map(\.task.name).joined(separator: ", ")
            throw Failure(.failed, "not as expected: \(names)", remedy: "dspex doctor")
        }
    }
}
