@_exported public import Programs
@_exported public import Signatures

/// Makes a struct a task for a language model: its properties are what goes in and what comes out, and an instance is a worked
/// example.
///
/// ```swift
/// @Signature("Answer from the passages only; say so when they do not hold the answer.")
/// struct AnswerQuestion {
///     @Input var question: String
///     @Input("Best first.") var passages: [String]
///     @Output("One or two sentences.") var answer: String
///     @Output("How sure the answer is.", .range(0...1)) var confidence: Double
/// }
/// ```
///
/// It writes the nested types `Input`, `Output` and `Output.Partial`, the ``TypedSignature`` conformance with what turns them into Python's
/// values and back, and a memberwise initialiser. Every stored property is an `@Input` or an `@Output`.
///
/// - Without a text, the comment `///` before the struct is the instruction; without that, DSPy writes one.
/// - A comment `///` before a property is its description, unless the marker has one.
/// - Names go to the model as they are written; `name:` of the marker sets another.
/// - Types are those that conform to ``SignatureValue``. Enums and structs of your own get that from `@SignatureValue`.
/// - The value of an input is used when it is left out. The value of an output, which must be a literal or a case, is used when the model leaves
///   it out.
///
/// What is wrong is an error at its place in the source. What one struct cannot know is the declaration's
/// ``SignatureDeclaration/fault``.
///
/// - Parameter instructions: What the model is to do: a string literal without interpolation.
@attached(member, names: named(Input), named(Output), named(declaration), named(sides(of:)), named(init))
@attached(extension, conformances: TypedSignature)
public macro Signature(_ instructions: String) =
    #externalMacro(module: "DSPexMacrosPlugin", type: "SignatureMacro")

/// Makes a struct a task for a language model, whose instruction is the comment `///` before the struct.
@attached(member, names: named(Input), named(Output), named(declaration), named(sides(of:)), named(init))
@attached(extension, conformances: TypedSignature)
public macro Signature() = #externalMacro(module: "DSPexMacrosPlugin", type: "SignatureMacro")

/// What goes into a `@Signature`.
///
/// - Parameters:
///   - description: What the model is told about the property: a string literal.
///   - constraints: What its values must be.
///   - name: The field's name where it differs from the property's: a string literal.
@attached(peer)
public macro Input(_ description: String, _ constraints: FieldConstraint..., name: String = "") =
    #externalMacro(module: "DSPexMacrosPlugin", type: "InputMacro")

/// What goes into a `@Signature`, described by the comment `///` before it or not at all.
@attached(peer)
public macro Input(_ constraints: FieldConstraint..., name: String = "") =
    #externalMacro(module: "DSPexMacrosPlugin", type: "InputMacro")

/// What comes out of a `@Signature`.
///
/// - Parameters:
///   - description: What the model is told about the property: a string literal.
///   - constraints: What its values must be.
///   - name: The field's name where it differs from the property's: a string literal.
@attached(peer)
public macro Output(_ description: String, _ constraints: FieldConstraint..., name: String = "") =
    #externalMacro(module: "DSPexMacrosPlugin", type: "OutputMacro")

/// What comes out of a `@Signature`, described by the comment `///` before it or not at all.
@attached(peer)
public macro Output(_ constraints: FieldConstraint..., name: String = "") =
    #externalMacro(module: "DSPexMacrosPlugin", type: "OutputMacro")

/// A signature in DSPy's string form that the compiler checks: `#signature("question, context: list[str] -> answer: bool")`.
///
/// A mistake is an error at its column in the string, and the nearest known name comes as a fix-it.
///
/// - Parameters:
///   - source: A string literal without interpolation, in the grammar of `Signature(_:name:instructions:types:)`, without names of types of yours.
///   - instructions: What the model is to do. Default what DSPy writes.
@freestanding(expression)
public macro signature(_ source: String, instructions: String? = nil) -> Signature =
    #externalMacro(module: "DSPexMacrosPlugin", type: "SignatureStringMacro")
