/// A class as it is named on the wire.
public struct PythonClassName: Sendable, Hashable {
    /// The module, as in `geometry.shapes`.
    public let module: String
    /// The name within the module, as in `Outer.Inner`.
    public let qualifiedName: String
    /// Which of the classes of this name: the process that made it and its number there, for one that cannot be imported; else empty.
    let origin: [Int]

    /// Names a class that can be imported.
    public init(module: String, qualifiedName: String) {
        (self.module, self.qualifiedName, origin) = (module, qualifiedName, [])
    }

    /// Takes `module.Class`; nil without a point.
    public init?(_ path: String) {
        guard let point = path.lastIndex(of: "."), point != path.startIndex, path[point...] != "." else { return nil }
        self.init(module: String(path[..<point]), qualifiedName: String(path[point...].dropFirst()))
    }

    init?(_ value: PythonValue) {
        guard let parts = value.elements, parts.count == 2 || parts.count == 4, let module = parts[0].string,
            let name = parts[1].string
        else { return nil }
        (self.module, qualifiedName, origin) = (module, name, parts.dropFirst(2).compactMap(\.int))
        guard origin.count == parts.count - 2 else { return nil }
    }

    var pythonValue: PythonValue {
        .tuple([.string(module), .string(qualifiedName)] + origin.map { .int($0) })
    }
}

extension PythonClassName: CustomStringConvertible {
    /// `module.Class`
    public var description: String { "\(module).\(qualifiedName)" }
}
