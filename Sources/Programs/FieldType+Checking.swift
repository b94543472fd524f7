internal import Marshalling
internal import Signatures

extension FieldType {
    /// Holds a value against the type and collects what is wrong with it.
    ///
    /// - Returns: the value in the type's own form: a whole number given for a `float` becomes a float, a tuple given for a
    ///   list a list, a record's fields come in the declared order.
    func check(_ value: PythonValue, at path: String, _ problems: inout FieldProblems) -> PythonValue {
        switch (self, value) {
        case (.str, .string(let text)):
            if CustomTypeMarker.isIn(text) { problems.add(path, .fencedText) }
        case (.int, .int), (.int, .bigInt), (.float, .float), (.bool, .bool), (.optional, .none): break
        case (.float, .int(let number)): return .float(Double(number))
        case (.optional(let wrapped), _): return wrapped.check(value, at: path, &problems)
        case (.list(let element), .list(let values)), (.list(let element), .tuple(let values)):
            return .list(
                values.enumerated().map { element.check($0.element, at: "\(path)[\($0.offset)]", &problems) })
        case (.literal(let allowed), _) where allowed.contains { $0.pythonValue == value }: break
        case (.record(let record), .dict(let entries)):
            return .dict(record.fields.check(entries, at: path + ".", &problems))
        default: problems.add(path, .mistyped(expected: expectation, actual: Self.shown(value, for: self)))
        }
        return value
    }

    /// The type in words that a reader of an error needs: for a `Literal` the values, for a record its fields.
    var expectation: String {
        switch self {
        case .literal(let values): "one of \(values.map(\.description).joined(separator: ", "))"
        case .record(let record): "\(record.name) {\(record.fields.map(\.source).joined(separator: ", "))}"
        default: description
        }
    }

    /// Only a value that was to be one of a few is shown; others may be long or private.
    private static func shown(_ value: PythonValue, for type: FieldType) -> String {
        guard case .literal = type else { return value.typeName }
        switch value {
        case .string(let text):
            let cut = String(text.prefix(60))
            return LiteralValue.string(cut).description + (cut.utf8.count < text.utf8.count ? "…" : "")
        case .int(let number): return String(number)
        case .bool(let flag): return LiteralValue.bool(flag).description
        default: return value.typeName
        }
    }
}

extension [Field] {
    /// Holds a dictionary against fields: every one must be there but for optional ones, and no other.
    ///
    /// - Parameters:
    ///   - prefix: What comes before a field's name in paths.
    ///   - partial: Whether fields may be left out, as in worked examples.
    /// - Returns: the fields in their order; an optional one that was left out is `None`, unless `partial`.
    func check(
        _ entries: PythonDictionary, at prefix: String = "", partial: Bool = false, _ problems: inout FieldProblems
    ) -> PythonDictionary {
        var checked: [PythonDictionary.Entry] = []
        for field in self {
            let key = PythonValue.string(field.name)
            if let value = entries[key] {
                checked.append(.init(key: key, value: field.type.check(value, at: prefix + field.name, &problems)))
            } else if !partial {
                if !field.type.isOptional {
                    problems.add(prefix + field.name, .missing(expected: field.type.expectation))
                }
                checked.append(.init(key: key, value: .none))
            }
        }
        let names = map(\.name)
        for entry in entries {
            guard case .string(let name) = entry.key else {
                problems.add("\(prefix)<\(entry.key.typeName)>", .unknown(known: names))
                continue
            }
            if !names.contains(name) { problems.add(prefix + name.prefix(60), .unknown(known: names)) }
        }
        return PythonDictionary(checked)
    }
}
