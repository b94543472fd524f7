internal import LanguageModels
internal import Signatures

/// What a program that runs others asks of every program that it runs, however deep: the counterpart of `dspy.context` and
/// `Module.set_lm`. It travels with the task, so that modules of users' own need not hand it on.
struct CallScope: Sendable {
    /// How models write for programs that do not say; it comes before the runtime's own.
    var options = GenerationOptions()
    /// What the programs are told beside their inputs.
    var hints: Hints?
    /// Where the calls are written down; nil when nobody reads it.
    var trace: ProgramTrace?
    /// Where the tokens are counted.
    var ledger: Ledger

    @TaskLocal static var current: CallScope?

    /// A scope inside the current one, whose tokens count there too.
    static func inner() -> CallScope {
        guard var scope = current else { return CallScope(ledger: Ledger()) }
        scope.ledger = Ledger(in: scope.ledger)
        return scope
    }

    /// Runs a body whose programs see the scope.
    func run<Result>(
        isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Result
    ) async rethrows -> Result {
        try await Self.$current.withValue(self, operation: body, isolation: isolation)
    }
}

/// Advice for programs, which each gets as an input `hint_`.
struct Hints: Sendable {
    /// The advice by the names of the programs.
    var texts: [String: String]
    /// The names of the programs that the advice is about.
    var names: [PredictorIdentity: String]

    init(_ texts: [String: String], for predictors: [NamedPredictor]) {
        self.texts = texts
        names = Dictionary(predictors.map { (PredictorIdentity($0.program), $0.name) }) { _, later in later }
    }

    func text(for program: some Program) -> String {
        names[PredictorIdentity(program)].flatMap { texts[$0] } ?? "N/A"
    }
}

/// By what a program is known again while it runs: values have no identity, so two of one kind and signature are one.
struct PredictorIdentity: Sendable, Hashable {
    let kind: ProgramKind
    let signature: Signature

    init(_ program: some Program) {
        kind = type(of: program).kind
        signature = program.signature
    }
}
