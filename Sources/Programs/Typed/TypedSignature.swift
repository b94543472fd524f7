public import Marshalling
public import Signatures

/// A task that is declared as a struct: its properties are the inputs and outputs, and an instance is a worked example.
/// `@Signature` of the module `DSPexMacros` writes the conformance.
///
/// ```swift
/// @Signature("Answer from the passages only.")
/// struct AnswerQuestion {
///     @Input var question: String
///     @Input("Best first.") var passages: [String]
///     @Output("One or two sentences.") var answer: String
///     @Output("How sure the answer is.", .range(0...1)) var confidence: Double
/// }
/// ```
public protocol TypedSignature: SignatureFields {
    /// The values that go in.
    associatedtype Input: SignatureFields
    /// The values that come out.
    associatedtype Output: SignatureOutput

    /// The one description that every form of a signature has.
    static var declaration: SignatureDeclaration { get }

    /// The two sides of a worked example.
    static func sides(of example: Self) -> (input: Input, output: Output)

    /// Makes a worked example of its two sides.
    init(_ input: Input, _ output: Output)
}

extension TypedSignature {
    /// What goes in and what comes out.
    public static var signature: Signature { declaration.signature }

    /// Sets one entry for each field of both sides.
    public func encode(into values: inout PythonDictionary) {
        let (input, output) = Self.sides(of: self)
        input.encode(into: &values)
        output.encode(into: &values)
    }

    /// Reads both sides.
    ///
    /// - Returns: nil when something is missing or of another type; the reader keeps everything in mind.
    public init?(from reader: inout FieldReader) {
        let input = Input(from: &reader)
        let output = Output(from: &reader)
        guard let input, let output else { return nil }
        self.init(input, output)
    }
}
