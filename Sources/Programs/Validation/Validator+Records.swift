internal import Marshalling
internal import Signatures

extension Validator {
    /// A record, as a pydantic model of its fields is made of a dictionary: fields that are not there get their defaults, what is no field is
    /// dropped, and the fields come in the declared order.
    mutating func record(_ value: PythonValue, _ record: Record, at path: String) -> PythonValue? {
        guard case .dict(let entries) = value else { return fail(value, as: .record(record), at: path) }
        lower(to: .strict)
        var validated: [PythonDictionary.Entry] = []
        var given = 0
        for field in record.fields {
            let key = PythonValue.string(field.name)
            let place = "\(path).\(field.name)"
            guard let found = entries.value(named: field.name) else {
                if let filler = field.filler {
                    validated.append(.init(key: key, value: filler))
                } else {
                    problems.add(place, .missing(expected: field.type.expectedWords))
                }
                continue
            }
            guard let found = validate(found, as: field.type, at: place) else {
                if isAborted { return nil }
                continue
            }
            given += 1
            guard check(found, field.constraints, at: place, isUnion: field.type.isPlainUnion) else { continue }
            validated.append(.init(key: key, value: found))
        }
        guard validated.count == record.fields.count else { return nil }
        count(fields: given)
        return .dict(PythonDictionary(validated))
    }

    /// Notes that a record has been given so many of its fields.
    mutating func count(fields: Int) { fieldsSet = (fieldsSet ?? 0) + fields }
}

extension Field {
    /// What the field gets when it is left out: its default, or `None` when that is one of its values; nil when it must be there.
    var filler: PythonValue? {
        if let value = defaultValue { return value.pythonValue }
        return type.isOptional ? PythonValue.none : Optional<PythonValue>.none
    }
}

extension PythonDictionary {
    /// The value at a text, which is compared by its code points as Python does it.
    func value(named name: String) -> PythonValue? {
        first { entry in
            guard case .string(let key) = entry.key.unshared else { return false }
            return key.utf8.elementsEqual(name.utf8)
        }?.value.unshared
    }
}
