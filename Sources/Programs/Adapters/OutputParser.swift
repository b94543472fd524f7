internal import Marshalling
internal import Signatures

/// What one of DSPy's adapters reads in a model's text (`Adapter.parse`).
protocol OutputParser: Sendable {
    /// The name of DSPy's class, for errors.
    var name: String { get }

    /// The outputs that are in the text, each of its type, in any order.
    func read(_ text: String, _ outputs: [Field], _ mode: ParsingMode) throws(UnreadableOutput) -> PythonDictionary
}

/// Why a text could not be read.
struct UnreadableOutput: Error {
    /// What is wrong, in words.
    var message: String
    /// The outputs that were read before.
    var parsed: [String] = []

    init(_ message: String, parsed: PythonDictionary = [:]) {
        self.message = message
        self.parsed = parsed.keys.compactMap(\.string)
    }
}

extension OutputParser {
    /// The outputs in the order of the signature; those that the model left out have their default, or None where the type
    /// allows it.
    ///
    /// - Throws: ``MalformedResponse`` when one cannot be read, or is missing without a default.
    func parse(_ text: String, _ outputs: [Field], _ mode: ParsingMode) throws(MalformedResponse) -> PythonDictionary {
        var message = ""
        var found: [String] = []
        do {
            let read = try read(text, outputs, mode)
            var complete = PythonDictionary()
            for field in outputs {
                let key = PythonValue.string(field.name)
                if let value = read[key] ?? field.defaultValue?.pythonValue {
                    complete[key] = value
                } else if field.type.isOptional {
                    complete[key] = PythonValue.none
                }
            }
            found = complete.keys.compactMap(\.string)
            let missing = outputs.map(\.name).filter { !found.contains($0) }
            if missing.isEmpty { return complete }
            message = "the text has no \(missing.joined(separator: ", "))"
        } catch {
            message = error.message
            found = error.parsed
        }
        throw MalformedResponse(
            text: text, adapter: name, expected: outputs.map(\.name), parsed: found, message: message)
    }

    /// The value of a field, read from what the model wrote for it.
    func value(
        _ written: PythonValue, of field: Field, _ mode: ParsingMode, parsed: PythonDictionary
    ) throws(UnreadableOutput) -> PythonValue {
        var problems = FieldProblems()
        if let value = field.parsed(written, mode, &problems) { return value }
        let found = problems.listed.map(\.description).joined(separator: "; ")
        throw UnreadableOutput("the output \(field.name) cannot be read: \(found)", parsed: parsed)
    }
}
