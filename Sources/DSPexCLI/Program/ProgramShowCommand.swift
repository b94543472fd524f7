import ArgumentParser
import DSPex

/// `dspex program show`: what a saved program is made of.
struct ProgramShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows what a program is made of that DSPy has saved as JSON.")

    @Argument(help: "The file that DSPy's save(\"….json\") or dspex optimize has written.")
    var file: String

    @Flag(
        help:
            "Print one JSON object: {\"versions\": {…}, \"predictors\": [{\"name\", \"instructions\", \"fields\", \"demos\"}]}."
    )
    var json = false

    func run() throws {
        let state = try StateFile.read(file)
        Console.print(json ? try Self.listing(state).jsonOutput() : Self.report(state))
    }

    private static func listing(_ state: ProgramState) -> PythonValue {
        [
            "versions": .dict(
                PythonDictionary(
                    state.versions.map { .init(key: .string($0.package), value: .string($0.version)) })),
            "predictors": .list(
                state.predictors.map { name, predictor in
                    [
                        "name": .string(name), "instructions": .string(predictor.instructions),
                        "fields": .list(
                            predictor.fields.map {
                                ["prefix": .string($0.prefix), "description": .string($0.description)]
                            }),
                        "demos": .list(predictor.demos.map(PythonValue.dict)),
                    ]
                }),
        ]
    }

    static func report(_ state: ProgramState) -> String {
        let rows = state.predictors.map { name, predictor in
            [
                name.isEmpty ? "(the program)" : name, "\(predictor.demos.count)",
                predictor.fields.map { field in
                    field.description.hasPrefix("${") ? field.prefix : "\(field.prefix) \(field.description)"
                }.joined(separator: " · "),
                predictor.instructions,
            ]
        }
        let table = TextTable(
            [
                .init("predictor", isFixed: true), .init("demos", isRightAligned: true, isFixed: true), .init("fields"),
                .init("instructions"),
            ], rows: rows)
        let versions = state.versions.map { "\($0.package) \($0.version)" }.joined(separator: ", ")
        return table.text(width: Terminal.width) + "\n\nsaved by "
            + (versions.isEmpty ? "an unknown version" : versions)
    }
}
