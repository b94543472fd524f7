import DSPex

/// Reads `field=value` arguments by the types of a signature.
enum InputArgument {
    /// - Throws: ``Failure`` with ``Status/usage``, naming everything that is wrong.
    static func parse(_ arguments: [String], for signature: Signature) throws(Failure) -> PythonDictionary {
        var inputs = PythonDictionary()
        var problems: [String] = []
        let names = signature.inputs.map(\.name).joined(separator: ", ")
        for argument in arguments {
            guard let sign = argument.firstIndex(of: "=") else {
                problems.append("--input \(shown(argument)): expected field=value")
                continue
            }
            let name = String(argument[..<sign])
            let text = String(argument[argument.index(after: sign)...])
            guard let field = signature.inputs.first(where: { $0.name == name }) else {
                problems.append("--input \(shown(name)): no such input; there are \(names)")
                continue
            }
            guard inputs[.string(name)] == nil else {
                problems.append("--input \(name): given twice")
                continue
            }
            if let value = value(text, as: field.type) {
                inputs[.string(name)] = value
            } else {
                problems.append("--input \(name): expected \(field.type), got \(shown(text))")
            }
        }
        for field in signature.inputs where inputs[.string(field.name)] == nil && !field.type.isOptional {
            let given = arguments.contains { $0.hasPrefix(field.name + "=") }
            if !given { problems.append("--input \(field.name)=… is missing; expected \(field.type)") }
        }
        guard problems.isEmpty else { throw Failure(.usage, problems.joined(separator: "\n       ")) }
        return inputs
    }

    /// The value that a text stands for; nil when it stands for none of the type.
    static func value(_ text: String, as type: FieldType) -> PythonValue? {
        switch type {
        case .str: return .string(text)
        case .int:
            if let number = Int(text) { return .int(number) }
            return text.utf8.count <= 4_300 ? PythonInteger(text).map(PythonValue.bigInt) : nil
        case .float: return Double(text).map(PythonValue.float)
        case .bool:
            switch text.lowercased() {
            case "true", "yes", "1": return true
            case "false", "no", "0": return false
            default: return nil
            }
        case .literal(let values):
            return values.first { $0.description == text || $0.plain == text }.map(\.pythonValue)
        case .union(let members) where members.contains(.null) && ["None", "null"].contains(text):
            return PythonValue.none
        case .union where type.isOptional: return value(text, as: type.unwrapped)
        // Their parts are held against the signature before anything is sent. (A bare nil beside a value would be Python's None.)
        case .list, .tuple, .variadicTuple:
            guard let value = try? PythonValue(pythonJSON: text), value.elements != nil else { return Optional.none }
            return value
        case .record, .dict:
            guard let value = try? PythonValue(pythonJSON: text), value.dict != nil else { return Optional.none }
            return value
        default: return type.value(of: text)
        }
    }

    private static func shown(_ text: String) -> String {
        LiteralValue.string(String(text.prefix(60))).description
    }
}

extension LiteralValue {
    /// The value without quotes, as it is typed in a shell.
    fileprivate var plain: String { if case .string(let text) = self { text } else { description } }
}
