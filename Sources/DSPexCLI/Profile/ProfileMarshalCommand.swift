import ArgumentParser
import DSPex
import Foundation

/// `dspex profile marshal`: what each step of a call into Python takes.
struct ProfileMarshalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "marshal",
        abstract: "Calls a Python function many times and shows what each step of a call takes.",
        discussion: """
            Without a function, one that gives its argument back is called with a payload.

            dspex profile marshal
            dspex profile marshal --payload rows --svg call.svg
            dspex profile marshal math.hypot '[3, 4]' --count 10000
            """)

    @Argument(help: "The function with its module, as in math.hypot.")
    var function: String?

    @Argument(help: "A JSON array of positional arguments, or a JSON object of keyword arguments.")
    var arguments = "[]"

    @Option(
        help: "What is given to and fro when no function is named: small, rows (3,000 records) or floats (100,000).")
    var payload = Payload.small

    @Option(help: "How many calls are counted.")
    var count = 1000

    @Option(help: "Also draw the picture into this SVG file.")
    var svg: String?

    @Flag(help: "Print the durations as JSON, in microseconds.")
    var json = false

    func validate() throws {
        guard count > 0 else { throw ValidationError("--count is at least 1") }
    }

    func run() async throws {
        let (target, positional, keywords) = try call()
        var pool = try await Platform.Configuration.load().general
        pool.size = 1
        let profile = try await withPythonPool(pool, logger: .quiet) { python in
            try await python.profile(target, positional, keywords, count: count)
        }
        let picture = CallPicture(profile)
        if let svg {
            do { try picture.svg.write(toFile: svg, atomically: true, encoding: .utf8) } catch {
                throw Failure(.failed, "\(svg) cannot be written: \(error.localizedDescription)")
            }
        }
        Console.print(json ? try picture.json.jsonOutput() : picture.text)
    }

    private func call() throws -> (target: String, positional: [PythonValue], keywords: PythonDictionary) {
        // `typing.cast` gives its second argument back and does nothing else.
        guard let function else { return ("typing.cast", [.none, payload.value], [:]) }
        let (positional, keywords) = try CallCommand.split(arguments)
        try CallCommand.check(function)
        return (function, positional, keywords)
    }
}
