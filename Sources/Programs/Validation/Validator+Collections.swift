internal import Marshalling
internal import Signatures

extension Validator {
    /// A list, set or tuple: also what else has elements one behind the other, but neither a text nor a dictionary.
    mutating func collection(_ value: PythonValue, as type: FieldType, at path: String) -> PythonValue? {
        guard let elements = value.iteratedElements else { return fail(value, as: type, at: path) }
        lower(to: value.isCollection(of: type) ? .exact : .lax)
        switch type {
        case .list(let element):
            // A list of anything is not looked into; in other collections `Any` makes a difference to unions.
            if element == .any || element == .unspecified { return .list(elements) }
            return all(elements, as: element, at: path).map { .list($0) }
        case .variadicTuple(let element): return all(elements, as: element, at: path).map { .tuple($0) }
        case .tuple(let types): return tuple(value, elements, types, at: path)
        case .set(let element): return distinct(elements, as: element, at: path).map { .set(PythonSet($0)) }
        case .frozenset(let element):
            return distinct(elements, as: element, at: path).map { .frozenset(PythonSet($0)) }
        default: return fail(value, as: type, at: path)
        }
    }

    /// Every element in its type's form; nil when one does not fit, and all are looked at.
    private mutating func all(_ elements: [PythonValue], as type: FieldType, at path: String) -> [PythonValue]? {
        var validated: [PythonValue] = []
        for (index, element) in elements.enumerated() {
            guard let found = validate(element, as: type, at: "\(path)[\(index)]") else {
                if isAborted { return nil }
                continue
            }
            validated.append(found)
        }
        return validated.count == elements.count ? validated : nil
    }

    private mutating func tuple(
        _ value: PythonValue, _ elements: [PythonValue], _ types: [FieldType], at path: String
    ) -> PythonValue? {
        var validated: [PythonValue] = []
        for (index, type) in types.enumerated() {
            let place = "\(path)[\(index)]"
            guard index < elements.count else {
                problems.add(place, .missing(expected: type.expectedWords))
                continue
            }
            guard let found = validate(elements[index], as: type, at: place) else {
                if isAborted { return nil }
                continue
            }
            validated.append(found)
        }
        guard elements.count <= types.count else {
            return fail(
                value, expected: FieldType.tuple(types).expectedWords,
                found: "\(value.typeName) of \(elements.count) elements", at: path)
        }
        return validated.count == types.count ? .tuple(validated) : nil
    }

    /// Every element in its type's form, once each.
    private mutating func distinct(_ elements: [PythonValue], as type: FieldType, at path: String) -> [PythonValue]? {
        var (validated, seen) = ([PythonValue](), Set<PythonKey>())
        var isComplete = true
        for (index, element) in elements.enumerated() {
            let place = "\(path)[\(index)]"
            guard let found = validate(element, as: type, at: place) else {
                if isAborted { return nil }
                isComplete = false
                continue
            }
            guard let key = type.key(of: found) else {
                problems.add(place, .mistyped(expected: "a hashable value", actual: found.typeName))
                isComplete = false
                continue
            }
            if seen.insert(key).inserted { validated.append(found) }
        }
        return isComplete ? validated : nil
    }

    /// A `dict` whose keys and values are of these types. Of keys that become equal the last value counts.
    mutating func dictionary(
        _ value: PythonValue, _ keyType: FieldType, _ valueType: FieldType, as type: FieldType, at path: String
    ) -> PythonValue? {
        guard case .dict(let entries) = value else { return fail(value, as: type, at: path) }
        var validated: [PythonDictionary.Entry] = []
        var places: [PythonKey: Int] = [:]
        var isComplete = true
        for entry in entries {
            let place = "\(path)[\(entry.key.shownInProblems)]"
            let key = validate(entry.key, as: keyType, at: "\(place) (key)")
            if isAborted { return nil }
            let found = validate(entry.value, as: valueType, at: place)
            if isAborted { return nil }
            guard let key, let found else {
                isComplete = false
                continue
            }
            guard let hashed = keyType.key(of: key) else {
                // Python raises a `TypeError` here.
                isAborted = true
                return fail(entry.key, expected: "a hashable value", at: "\(place) (key)")
            }
            if let known = places[hashed] {
                validated[known].value = found
            } else {
                places[hashed] = validated.count
                validated.append(.init(key: key, value: found))
            }
        }
        return isComplete ? .dict(PythonDictionary(validated)) : nil
    }

    /// A collection of `typing` or `collections`, in the form of the built-in one that pydantic makes of it or that is nearest to it.
    mutating func alias(
        _ value: PythonValue, _ alias: CollectionAlias, _ arguments: [FieldType], at path: String
    ) -> PythonValue? {
        let type = FieldType.alias(alias, arguments)
        let element = arguments.first ?? .unspecified
        switch alias {
        case .sequence: return sequence(value, of: element, as: type, at: path)
        case .iterable: return iterable(value, of: element, as: type, at: path)
        case .mutableSequence: return collection(value, as: .list(element), at: path)
        case .abstractSet: return collection(value, as: .frozenset(element), at: path)
        case .mutableSet: return collection(value, as: .set(element), at: path)
        case .deque:
            lower(to: .lax)
            return collection(value, as: .list(element), at: path)
        case .mapping, .mutableMapping, .orderedDict, .defaultDict, .counter:
            // A dictionary is none of the classes of `collections`, but becomes one.
            if alias != .mapping, alias != .mutableMapping { lower(to: .lax) }
            guard case .dict(let key, let content) = alias.base(arguments) else {
                return fail(value, as: type, at: path)
            }
            return dictionary(value, key, content, as: type, at: path)
        }
    }

    /// A `Sequence`: a list or a tuple, and it stays what it is. One of anything may also be a text or bytes.
    private mutating func sequence(
        _ value: PythonValue, of element: FieldType, as type: FieldType, at path: String
    ) -> PythonValue? {
        let isOfAnything = element == .any || element == .unspecified
        switch value {
        case .list(let elements):
            return isOfAnything ? value : all(elements, as: element, at: path).map { .list($0) }
        case .tuple(let elements):
            return isOfAnything ? value : all(elements, as: element, at: path).map { .tuple($0) }
        case .string, .surrogateString, .bytes, .bytearray:
            return isOfAnything ? value : fail(value, as: type, at: path)
        default: return fail(value, as: type, at: path)
        }
    }

    /// An `Iterable`: a list of what iterating gives, of a text its characters, of a dictionary its keys. Pydantic looks at the elements only when
    /// they are asked for, and fails then; here they are looked at once.
    private mutating func iterable(
        _ value: PythonValue, of element: FieldType, as type: FieldType, at path: String
    ) -> PythonValue? {
        let elements: [PythonValue]
        switch value {
        case .string(let text): elements = text.unicodeScalars.map { .string(String($0)) }
        case .bytes(let bytes), .bytearray(let bytes): elements = bytes.map { .int(Int($0)) }
        case .dict(let entries): elements = entries.keys
        default:
            guard let found = value.iteratedElements else { return fail(value, as: type, at: path) }
            elements = found
        }
        let (exactness, fieldsSet) = (exactness, fieldsSet)
        defer { (self.exactness, self.fieldsSet) = (exactness, fieldsSet) }
        return all(elements, as: element, at: path).map { .list($0) }
    }
}

extension PythonValue {
    /// The elements of what pydantic turns into lists, sets and tuples; an array gives its rows.
    fileprivate var iteratedElements: [PythonValue]? {
        if case .array(let array) = self { return try? array.asList().elements }
        return elements
    }

    fileprivate func isCollection(of type: FieldType) -> Bool {
        switch (self, type) {
        case (.list, .list), (.tuple, .tuple), (.tuple, .variadicTuple), (.set, .set), (.frozenset, .frozenset): true
        default: false
        }
    }
}

extension FieldType {
    /// The key of a value of this type; nil when Python cannot hash it. On this side records and DSPy's types are dictionaries or texts.
    fileprivate func key(of value: PythonValue) -> PythonKey? {
        switch unwrapped {
        case .dspy(.image), .dspy(.audio), .dspy(.file): .other(value)
        case .dspy, .record: value.isNone ? PythonKey(value) : nil
        default: PythonKey(value)
        }
    }
}
