internal import Marshalling
internal import Signatures

extension FieldType {
    /// Holds a value against the type and collects what is wrong with it.
    ///
    /// - Returns: the value in the type's own form: a whole number given for a `float` becomes a float, a tuple given for a
    ///   list a list, a record's fields come in the declared order.
    func check(_ value: PythonValue, at path: String, _ problems: inout FieldProblems) -> PythonValue {
        switch (pythonType, value.unshared) {
        case (.str, .string(let text)):
            if CustomTypeMarker.isIn(text) { problems.add(path, .fencedText) }
        case (.any, _), (.unspecified, _), (.null, .none), (.int, .int), (.int, .bigInt), (.float, .float),
            (.bool, .bool),
            (.bytes, .bytes), (.complex, .complex):
            break
        case (.float, .int(let number)): return .float(Double(number))
        case (.annotated(let base, _), _): return base.check(value, at: path, &problems)
        case (.union(let members), _): return check(value, among: members, at: path, &problems)
        case (.list(let element), .list(let values)), (.list(let element), .tuple(let values)):
            return .list(element.check(values, at: path, &problems))
        case (.variadicTuple(let element), .list(let values)), (.variadicTuple(let element), .tuple(let values)):
            return .tuple(element.check(values, at: path, &problems))
        case (.tuple(let types), .list(let values)) where types.count == values.count,
            (.tuple(let types), .tuple(let values)) where types.count == values.count:
            return .tuple(
                zip(types, values).enumerated().map { index, pair in
                    pair.0.check(pair.1, at: "\(path)[\(index)]", &problems)
                })
        case (.set(let element), .set(let set)):
            return .set(PythonSet(element.check(set.elements, at: path, &problems)))
        case (.frozenset(let element), .frozenset(let set)), (.frozenset(let element), .set(let set)):
            return .frozenset(PythonSet(element.check(set.elements, at: path, &problems)))
        case (.dict(let key, let value), .dict(let entries)):
            return .dict(
                PythonDictionary(
                    entries.map { entry in
                        let shown = entry.key.string ?? entry.key.pythonRepresentation
                        let key = key.check(entry.key, at: "\(path) key \(shown.prefix(60))", &problems)
                        return .init(
                            key: key, value: value.check(entry.value, at: "\(path).\(shown.prefix(60))", &problems))
                    }))
        case (.literal(let allowed), _) where allowed.contains { $0.pythonValue == value }: break
        case (.enumeration(let enumeration), _) where enumeration.members.contains { $0.value.pythonValue == value }:
            break
        case (.record(let record), .dict(let entries)):
            return .dict(record.fields.check(entries, at: path + ".", &problems))
        case (.standard(let kind), let given) where kind.admits(given): break
        case (.dspy(let kind), _) where AttachmentText.value(value, of: kind) != nil: break
        default: problems.add(path, .mistyped(expected: expectation, actual: Self.shown(value, for: self)))
        }
        return value
    }

    private func check(_ values: [PythonValue], at path: String, _ problems: inout FieldProblems) -> [PythonValue] {
        values.enumerated().map { check($0.element, at: "\(path)[\($0.offset)]", &problems) }
    }

    /// The first member that takes the value as it is; of an optional type the problems are those of the type itself.
    private func check(
        _ value: PythonValue, among members: [FieldType], at path: String, _ problems: inout FieldProblems
    ) -> PythonValue {
        for member in members {
            var found = FieldProblems()
            let checked = member.check(value, at: path, &found)
            if found.isEmpty { return checked }
        }
        let real = members.filter { $0 != .null }
        if real.count == 1 { return real[0].check(value, at: path, &problems) }
        problems.add(path, .mistyped(expected: expectation, actual: value.typeName))
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
        case .int, .bool: return value.pythonRepresentation
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
                if !field.isOptional {
                    problems.add(prefix + field.name, .missing(expected: field.type.expectation))
                }
                checked.append(.init(key: key, value: field.defaultValue?.pythonValue ?? PythonValue.none))
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

extension StandardType {
    /// Whether the value is one of the type, or a text, which pydantic reads.
    fileprivate func admits(_ value: PythonValue) -> Bool {
        if value.string != nil { return true }
        return switch self {
        case .date: PythonDate(value) != nil
        case .datetime: PythonDateTime(value) != nil
        case .time: PythonTime(value) != nil
        case .timedelta: PythonTimeDelta(value) != nil || value.double != nil
        case .decimal: PythonDecimal(value) != nil || value.double != nil
        case .fraction: PythonFraction(value) != nil || value.double != nil
        case .uuid: PythonUUID(value) != nil
        case .path: PythonPath(value) != nil
        }
    }
}
