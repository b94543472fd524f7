/// A Swift type that stands for one kind of Python object.
///
/// The types of this folder are views of what the standard converters send. A type of your own that stands for a class of yours reads and writes
/// the payload of the converter that is registered for it: see ``PythonClass``.
public protocol PythonValueConvertible: Sendable, Hashable {
    /// Reads the value; nil when it is of another kind.
    init?(_ value: PythonValue)

    /// The value that Python makes its object of.
    var pythonValue: PythonValue { get }
}

extension PythonValue {
    /// What the converter of this name made of an object; nil when this is anything else.
    public func payload(of name: String) -> PythonValue? {
        guard case .extended(name, let payload) = unshared else { return Optional<PythonValue>.none }
        return payload.unshared
    }

    /// The numbers in the payload of a converter, if it is a tuple of as many 64-bit ints.
    func numbers(of name: String, count: Int) -> [Int]? {
        guard let elements = payload(of: name)?.elements, elements.count == count else { return nil }
        let numbers = elements.compactMap(\.int)
        return numbers.count == count ? numbers : nil
    }
}

extension PythonValueConvertible {
    /// A tuple of ints, as most payloads are.
    static func tuple(_ numbers: Int...) -> PythonValue { .tuple(numbers.map { .int($0) }) }
}
