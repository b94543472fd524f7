internal import Marshalling
internal import Signatures

/// A program over a signature that is declared as a struct: inputs, outputs and demos are of the struct's types.
///
/// ```swift
/// var answer = platform.chainOfThought(AnswerQuestion.self)
/// answer.demos = [.init(question: "2 + 2?", passages: ["two and two is four"], answer: "4", confidence: 1)]
/// answer.model = "large"                     // every setting of the program
/// let result = try await answer(.init(question: "Who wrote Dune?", passages: passages))
/// ```
@dynamicMemberLookup
public struct Typed<Base: Program, Task: TypedSignature>: Sendable {
    /// The program that runs, over the same fields.
    public var base: Base

    /// Makes a program of one over ``TypedSignature/signature``, perhaps with other instructions.
    public init(_ base: Base, as task: Task.Type = Task.self) { self.base = base }

    /// A setting of the program.
    public subscript<Value>(dynamicMember path: WritableKeyPath<Base, Value>) -> Value {
        get { base[keyPath: path] }
        set { base[keyPath: path] = newValue }
    }

    /// Worked examples that the model is shown. Those of ``base`` that are no whole examples, as optimisers make them, are not
    /// among them, and setting these drops them.
    public var demos: [Task] {
        get { base.demos.compactMap { try? Task(example: $0) } }
        set { base.demos = newValue.map { PythonDictionary($0) } }
    }

    /// Runs the program once.
    ///
    /// - Parameters:
    ///   - input: What goes in.
    ///   - deadline: When the answer must be there at the latest. The program's own timeout holds as well.
    /// - Throws: ``ProgramError``; `SignatureError` for a declaration with a ``SignatureDeclaration/fault``; or
    ///   `CancellationError` when the task is cancelled.
    public func callAsFunction(
        _ input: Task.Input, deadline: ContinuousClock.Instant? = nil
    ) async throws -> TypedPrediction<Task> {
        if let fault = Task.declaration.fault { throw fault }
        let prediction = try await base(PythonDictionary(input), deadline: deadline)
        do { return TypedPrediction(try Task.output(of: prediction), prediction) } catch {
            throw ProgramError.output(error)
        }
    }
}
