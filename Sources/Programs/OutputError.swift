public import LanguageModels
public import Marshalling

/// An answer that is not of the types that the signature declares, although the adapter took it.
public struct OutputError: Error, Sendable, Hashable {
    /// The signature that was to be served.
    public var signature: String
    /// Everything that is wrong, in the order of the fields; at most 50.
    public var problems: [FieldProblem]
    /// How many more problems there are.
    public var omitted: Int
    /// What Python returned, as it was.
    public var raw: PythonValue
    /// The tokens it took: they are paid for all the same.
    public var usage: LanguageModelUsage?

    /// Makes an error.
    public init(
        signature: String, problems: [FieldProblem], omitted: Int = 0, raw: PythonValue,
        usage: LanguageModelUsage? = nil
    ) {
        self.signature = signature
        self.problems = problems
        self.omitted = omitted
        self.raw = raw
        self.usage = usage
    }
}

extension OutputError: CustomStringConvertible {
    /// The signature and one line for each problem; the raw value is left to ``raw``.
    public var description: String {
        let lines = problems.map { "  - \($0)" } + (omitted > 0 ? ["  - and \(omitted) more"] : [])
        return "the answer does not fit '\(signature)':\n" + lines.joined(separator: "\n")
    }
}
