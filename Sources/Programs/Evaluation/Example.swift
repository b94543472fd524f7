public import Marshalling
public import Signatures

/// One row of a data set: inputs of a program, what is expected of its outputs, and whatever a metric wants to know besides.
public struct Example: Sendable, Hashable {
    /// The values by the names of their columns.
    public var fields: PythonDictionary
    /// The line of the file from which it was read, counted from 1; nil when it was not read from a file.
    public var line: Int?

    /// Makes an example.
    public init(_ fields: PythonDictionary, line: Int? = nil) {
        self.fields = fields
        self.line = line
    }

    /// The value of a column; nil when there is none.
    public subscript(name: String) -> PythonValue? { fields[.string(name)] }

    /// The values of a signature's inputs, in its order.
    public func inputs(of signature: Signature) -> PythonDictionary {
        PythonDictionary(
            signature.inputs.compactMap { field in
                self[field.name].map { .init(key: .string(field.name), value: $0) }
            })
    }
}

extension Example: ExpressibleByDictionaryLiteral {
    /// An example of these values.
    public init(dictionaryLiteral elements: (PythonValue, PythonValue)...) {
        self.init(PythonDictionary(elements.map { .init(key: $0.0, value: $0.1) }))
    }
}

extension Example {
    /// The example of a task that is declared as a struct.
    public init(_ example: some TypedSignature) { self.init(PythonDictionary(example)) }
}
