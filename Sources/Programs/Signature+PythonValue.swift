public import Marshalling
public import Signatures

// The form in which the Python half takes a signature: nested tuples, which Python can hash, so that a module is built once
// for each signature and kept.

extension Signature {
    /// `(name, instructions | None, inputs, outputs)`; each side is a tuple of fields.
    public var pythonValue: PythonValue {
        .tuple([
            .string(name), instructions.map(PythonValue.string) ?? .none, .tuple(inputs.map(\.pythonValue)),
            .tuple(outputs.map(\.pythonValue)),
        ])
    }
}

extension Field {
    /// `(name, type, description | None)`, and, when there are any, `(default,) | None` and `((keyword, value), …)`.
    var pythonValue: PythonValue {
        var parts: [PythonValue] = [
            .string(name), type.pythonValue, description.map(PythonValue.string) ?? .none,
        ]
        let constraints = allConstraints
        if defaultValue != nil || !constraints.isEmpty {
            parts.append(defaultValue.map { .tuple([$0.pythonValue]) } ?? .none)
            parts.append(.tuple(constraints.map(\.pythonValue)))
        }
        return .tuple(parts)
    }
}

extension Constraint {
    /// `(keyword, value)`
    fileprivate var pythonValue: PythonValue { .tuple([.string(keyword), argument.pythonValue]) }
}

extension FieldType {
    /// `("int",)`, `("list", T)`, `("literal", (v, …))`, `("record", name, fields)` …
    var pythonValue: PythonValue {
        func named(_ name: PythonValue, _ types: [FieldType]) -> PythonValue {
            .tuple([name] + types.map(\.pythonValue))
        }
        switch self {
        case .str: return .tuple(["str"])
        case .int: return .tuple(["int"])
        case .float, .probability, .confidence: return .tuple(["float"])
        case .bool: return .tuple(["bool"])
        case .bytes: return .tuple(["bytes"])
        case .complex: return .tuple(["complex"])
        case .null: return .tuple(["none"])
        case .any: return .tuple(["any"])
        case .unspecified: return .tuple(["unspecified"])
        case .standard(let type): return .tuple(["standard", .string(type.source)])
        case .list(let element): return named("list", [element])
        case .set(let element): return named("set", [element])
        case .frozenset(let element): return named("frozenset", [element])
        case .variadicTuple(let element): return named("variadic_tuple", [element])
        case .dict(let key, let value): return named("dict", [key, value])
        case .tuple(let elements): return .tuple(["tuple", .tuple(elements.map(\.pythonValue))])
        case .alias(let alias, let arguments):
            return .tuple(["alias", .string(alias.source), .tuple(arguments.map(\.pythonValue))])
        case .union(let members):
            // The form of an optional type is older than that of a union; both are one in Python.
            if members.count == 2, members[1] == .null { return named("optional", [members[0]]) }
            return .tuple(["union", .tuple(members.map(\.pythonValue))])
        case .literal(let values): return .tuple(["literal", .tuple(values.map(\.pythonValue))])
        case .enumeration(let enumeration):
            let members = enumeration.members.map { PythonValue.tuple([.string($0.name), $0.value.pythonValue]) }
            return .tuple(["enum", .string(enumeration.name), .tuple(members)])
        case .record(let record):
            return .tuple(["record", .string(record.name), .tuple(record.fields.map(\.pythonValue))])
        case .dspy(.code(let language?)): return .tuple(["dspy", "Code", .string(language)])
        case .dspy(let type): return .tuple(["dspy", .string(type.className)])
        case .annotated(let base, let constraints):
            return .tuple(["annotated", base.pythonValue, .tuple(constraints.map(\.pythonValue))])
        case .embedding, .tensor: return pythonType.pythonValue
        }
    }
}
