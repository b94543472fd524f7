/// Which program runs, by the name of DSPy's class.
///
/// What a name stands for, and who can run it, is for the ``ProgramRegistry`` to say.
public struct ProgramKind: Sendable, Hashable {
    /// DSPy's name, as in `ChainOfThought`; case matters.
    public let name: String

    /// The program of this name.
    public init(_ name: String) { self.name = name }

    /// `dspy.Predict`
    public static let predict = ProgramKind("Predict")
    /// `dspy.ChainOfThought`
    public static let chainOfThought = ProgramKind("ChainOfThought")
    /// `dspy.ReAct`
    public static let reAct = ProgramKind("ReAct")
}

extension ProgramKind: ExpressibleByStringLiteral {
    /// The program of this name.
    public init(stringLiteral name: String) { self.init(name) }
}

extension ProgramKind: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}
