/// Inputs, or worked examples, that do not fit the signature. Nothing was sent to anyone.
public struct InputError: Error, Sendable, Hashable {
    /// The signature that was to be served.
    public var signature: String
    /// Everything that is wrong, in the order of the fields; at most 50.
    public var problems: [FieldProblem]
    /// How many more problems there are.
    public var omitted: Int

    /// Makes an error.
    public init(signature: String, problems: [FieldProblem], omitted: Int = 0) {
        self.signature = signature
        self.problems = problems
        self.omitted = omitted
    }
}

extension InputError: CustomStringConvertible {
    /// The signature and one line for each problem.
    public var description: String {
        let lines = problems.map { "  - \($0)" } + (omitted > 0 ? ["  - and \(omitted) more"] : [])
        return "the inputs do not fit '\(signature)':\n" + lines.joined(separator: "\n")
    }
}
