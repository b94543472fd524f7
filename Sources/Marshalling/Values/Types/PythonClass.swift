/// A class of yours that is to cross by a converter of your own name, as a `dict` of some of its attributes.
///
/// ```swift
/// struct Point: PythonValueConvertible {
///     static let python = PythonClass(name: "point", path: "geometry.Point", fields: ["x", "y"])
///     var x, y: Double
///     …
/// }
/// ```
///
/// The workers of a pool learn of it by the pool's configuration (`converters`). Then objects of the class arrive as ``PythonValue/extended(name:payload:)``, and such a value
/// is made an object by calling the class with the entries as keyword arguments.
public struct PythonClass: Sendable, Hashable, Codable {
    /// What the converter is called on the wire.
    public var name: String
    /// Where the class is: `module.Class`.
    public var path: String
    /// The attributes that travel.
    public var fields: [String]

    /// Describes a class.
    public init(name: String, path: String, fields: [String]) {
        (self.name, self.path, self.fields) = (name, path, fields)
    }

    /// The attributes of an object of this class; nil when the value is anything else.
    public func fields(of value: PythonValue) -> PythonDictionary? { value.payload(of: name)?.dict }

    /// The value that becomes an object with these attributes.
    public func value(_ fields: PythonDictionary) -> PythonValue { .extended(name: name, payload: .dict(fields)) }
}
