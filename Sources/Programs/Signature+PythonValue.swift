public import Marshalling
public import Signatures

// The form in which the Python half takes a signature: nested tuples, which Python can hash, so that a module is built once
// for each signature and kept.

extension Signature {
    /// `(name, instructions | None, inputs, outputs)`; each side is a tuple of `(name, type, description | None)`.
    public var pythonValue: PythonValue {
        .tuple([
            .string(name), instructions.map(PythonValue.string) ?? .none, .tuple(inputs.map(\.pythonValue)),
            .tuple(outputs.map(\.pythonValue)),
        ])
    }
}

extension Field {
    /// `(name, type, description | None)`
    var pythonValue: PythonValue {
        .tuple([.string(name), type.pythonValue, description.map(PythonValue.string) ?? .none])
    }
}

extension FieldType {
    /// `("int",)`, `("list", T)`, `("literal", (v, …))`, `("record", name, fields)` …
    var pythonValue: PythonValue {
        switch self {
        case .str: .tuple(["str"])
        case .int: .tuple(["int"])
        case .float: .tuple(["float"])
        case .bool: .tuple(["bool"])
        case .list(let element): .tuple(["list", element.pythonValue])
        case .optional(let wrapped): .tuple(["optional", wrapped.pythonValue])
        case .literal(let values): .tuple(["literal", .tuple(values.map(\.pythonValue))])
        case .record(let record):
            .tuple(["record", .string(record.name), .tuple(record.fields.map(\.pythonValue))])
        }
    }
}

extension LiteralValue {
    var pythonValue: PythonValue {
        switch self {
        case .string(let text): .string(text)
        case .int(let number): .int(number)
        case .bool(let flag): .bool(flag)
        }
    }
}
