/// The elements of a Python `set` or `frozenset`, in the order in which Python iterated them. Two are equal when they hold
/// the same elements in any order.
public struct PythonSet: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// The elements, none twice.
    public var elements: [PythonValue]

    /// Takes elements as they are; Python drops what is there twice.
    public init(_ elements: [PythonValue]) { self.elements = elements }

    /// Takes elements as they are; Python drops what is there twice.
    public init(arrayLiteral elements: PythonValue...) { self.elements = elements }

    /// Whether both hold the same elements, in whatever order.
    public static func == (left: PythonSet, right: PythonSet) -> Bool { PythonValue.set(left) == .set(right) }

    /// Hashes the elements regardless of their order.
    public func hash(into hasher: inout Hasher) { PythonValue.set(self).hash(into: &hasher) }
}
