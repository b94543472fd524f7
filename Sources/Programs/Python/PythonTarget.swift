internal import Marshalling
public import Signatures

/// Something of DSPy's by its path, and what it is made with: a module, an adapter, a retriever.
public struct PythonTarget: Sendable {
    /// The class or function: `dspy.ReAct`. Only what DSPy's catalog has can be named (``DSPyCatalog``).
    public var path: String
    /// The signature, for classes that take one.
    public var signature: Signature?
    /// The other arguments of the constructor, by name.
    public var arguments: [String: PythonArgument]
    /// What is loaded into it once it is made.
    public var state: ProgramState?
    /// Whether another minor version of DSPy may have saved the state. Default false.
    public var allowsVersionMismatch: Bool

    /// Describes something of DSPy's.
    ///
    /// - Parameter path: With its module, or a name that DSPy exports: `ReAct` stands for `dspy.ReAct`.
    public init(
        _ path: String, signature: Signature? = nil, arguments: [String: PythonArgument] = [:],
        state: ProgramState? = nil, allowsVersionMismatch: Bool = false
    ) {
        self.path = path.contains(".") ? path : "dspy." + path
        self.signature = signature
        self.arguments = arguments
        self.state = state
        self.allowsVersionMismatch = allowsVersionMismatch
    }

    /// The same as DSPy would make a program of Swift's, with its worked examples.
    ///
    /// - Throws: ``ProgramStateError`` for a kind of program with examples whose state Swift cannot write.
    public init(_ program: some Program) throws(ProgramStateError) {
        self.init(
            type(of: program).kind.name, signature: program.signature,
            state: program.demos.isEmpty ? nil : try program.state())
    }

    /// The signature by which it is called: its own, else that of the first program among its arguments.
    public var callSignature: Signature? {
        if let signature { return signature }
        for (_, argument) in arguments.sorted(by: { $0.key < $1.key }) {
            if case .program(let inner) = argument, let signature = inner.callSignature { return signature }
        }
        return nil
    }

    /// The name of the class.
    var name: String { path.split(separator: ".").last.map(String.init) ?? path }
}
