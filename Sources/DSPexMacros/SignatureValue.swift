/// Makes a struct or enum a type for the properties of a `@Signature`.
///
/// ```swift
/// @SignatureValue enum Mood { case good, bad }
///
/// @SignatureValue struct Person {
///     /// As it is spelled in the text.
///     var name: String
///     @Guide("In years.", .range(0...150)) var age: Int?
///     var mood: Mood = .good
/// }
/// ```
///
/// - A struct is a record: its stored properties are the fields, with ``PythonKey(_:)`` for another name, comments `///` as their
///   descriptions, and constraints by ``Guide(_:_:)``. A `let` with a value is no field.
/// - An enum is a choice of its raw values, or of its cases' names where it has none.
@attached(
    extension, conformances: SignatureValue, names: named(describe(in:)), named(fieldValue()), named(init(from:)))
public macro SignatureValue() = #externalMacro(module: "DSPexMacrosPlugin", type: "SignatureValueMacro")

/// What the model is told about a property of a `@SignatureValue` struct, and what its values must be.
///
/// - Parameters:
///   - description: A string literal.
///   - constraints: What its values must be.
@attached(peer)
public macro Guide(_ description: String, _ constraints: FieldConstraint...) =
    #externalMacro(module: "DSPexMacrosPlugin", type: "GuideMacro")

/// What the values of a property of a `@SignatureValue` struct must be; the comment `///` before it is its description.
@attached(peer)
public macro Guide(_ constraints: FieldConstraint...) =
    #externalMacro(module: "DSPexMacrosPlugin", type: "GuideMacro")
