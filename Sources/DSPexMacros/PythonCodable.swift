@_exported public import Marshalling

/// Writes a struct or enum straight to the wire form and back, with no tree between: ``PythonEncodable``, ``PythonDecodable`` and
/// ``PythonDescribable``.
///
/// ```swift
/// @PythonCodable struct Weather {
///     /// In degrees Celsius.
///     var temperature: Double
///     @PythonKey("class") var kind: Kind = .mixed
///     var warning: String?
/// }
/// ```
///
/// - A struct is a `dict` with the stored properties' names as keys. When it is read, entries may come in any order and unknown ones are
///   skipped; a missing one leaves an optional property nil and a `var` with a value at that value, else the error says what is missing. A `let`
///   with a value does not travel.
/// - An enum with raw values is its raw value; one whose cases hold nothing is the `str` of the case's name.
/// - An enum whose cases hold values is a `dict` with the case's name at the key `tag`, and each value at its label, the only one without a
///   label at `value`: `.circle(radius: 1)` is `{"type": "circle", "radius": 1.0}`.
/// - A generic type conforms where its parameters do.
///
/// A conformance that the type declares itself is left to it. Comments `///` become the descriptions of the JSON Schema.
///
/// - Parameter tag: the key of the case's name, for an enum whose cases hold values.
@attached(
    extension, conformances: PythonEncodable, PythonDecodable, PythonDescribable,
    names: named(init(from:)), named(encode(to:)), named(describe(in:)))
public macro PythonCodable(tag: StaticString = "type") =
    #externalMacro(module: "DSPexMacrosPlugin", type: "PythonCodableMacro")

/// Names the key of a property, or the `str` of an enum's case, where it differs from the Swift name.
///
/// - Parameter key: a plain string literal of at most 255 bytes of UTF-8.
@attached(peer)
public macro PythonKey(_ key: StaticString) = #externalMacro(module: "DSPexMacrosPlugin", type: "PythonKeyMacro")
