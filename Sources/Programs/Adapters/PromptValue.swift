internal import Marshalling
internal import Signatures

/// Values as DSPy's prompts write them (`dspy.adapters.utils`): what pydantic's JSON mode makes of a value by the value's own type.
/// Attachments, code and the like are dictionaries and texts here, so these are known by the type of their field.
enum PromptValue {
    /// The text of a field's value (`format_field_value`).
    static func text(_ value: PythonValue, of field: Field) -> String {
        // Several texts for one are a numbered list.
        if field.type == .str, case .list(let elements) = value.unshared { return numbered(elements) }
        let plain = jsonable(value, as: field.type, nested: false)
        switch plain {
        case .dict, .list: return json(plain)
        default: return plain.pythonText
        }
    }

    /// `json.dumps(value, ensure_ascii=False)` of what ``jsonable(_:as:nested:)`` gives.
    static func json(_ value: PythonValue, indent: Int? = nil) -> String {
        // What is nested deeper than JSON may be is shown as Python shows it, as in DSPy.
        (try? value.pythonJSONText(indent: indent)) ?? value.pythonRepresentation
    }

    /// Who reads the plain form of a value.
    enum Form {
        /// A model, as DSPy tells it.
        case prompt
        /// A person or a program that reads the outputs: infinities and NaN stay, and sets are in order.
        case output
    }

    /// The value of lists, dictionaries, texts, numbers, truth values and None (`serialize_for_json`).
    ///
    /// - Parameters:
    ///   - nested: whether it stands inside another, where pydantic has no place for infinities and NaN.
    ///   - form: whose form it is.
    static func jsonable(
        _ value: PythonValue, as type: FieldType, nested: Bool = true, for form: Form = .prompt
    ) -> PythonValue {
        if case .dspy(let kind) = type, let attachment = AttachmentText.value(value, of: kind) { return attachment }
        if case .union(let members) = type, let member = members.first(where: { $0.holdsAttachment(value) }) {
            return jsonable(value, as: member, nested: nested, for: form)
        }
        let kind = type.pythonType
        switch value.unshared {
        case .float(let number) where nested && form == .prompt && !number.isFinite: return PythonValue.none
        case .bytes(let bytes), .bytearray(let bytes):
            return .string(String(validating: bytes, as: UTF8.self) ?? value.pythonRepresentation)
        case .list(let elements), .tuple(let elements):
            return .list(
                elements.enumerated().map { jsonable($0.element, as: kind.element(at: $0.offset), for: form) })
        case .set(let set), .frozenset(let set):
            let elements = set.elements.map { jsonable($0, as: kind.element(at: 0), for: form) }
            return .list(form == .prompt ? elements : sorted(elements))
        case .dict(let entries):
            return .dict(
                PythonDictionary(
                    entries.map { entry in
                        let key = key(entry.key)
                        return .init(
                            key: .string(key), value: jsonable(entry.value, as: kind.value(at: key), for: form))
                    }))
        case .complex(let number): return .string(ComplexForm.text(number))
        case .extended: return extended(value)
        case .none, .shared: return PythonValue.none
        case .hosted, .array, .reference: return .string(value.pythonRepresentation)
        case .bool, .int, .bigInt, .float, .string, .surrogateString: return value.unshared
        }
    }

    /// The elements of a set in an order of their own: numbers by size, anything else by its text.
    private static func sorted(_ elements: [PythonValue]) -> [PythonValue] {
        let numbers = elements.compactMap(\.double)
        if numbers.count == elements.count {
            return zip(numbers, elements).sorted { $0.0 < $1.0 }.map(\.1)
        }
        return elements.map { (json($0), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private static func key(_ key: PythonValue) -> String {
        switch key.unshared {
        case .bool(let flag): flag ? "true" : "false"
        case .tuple(let elements): elements.map { jsonable($0, as: .any).pythonText }.joined(separator: ",")
        default: jsonable(key, as: .any, nested: false).pythonText
        }
    }

    /// Values of the standard library's types, in pydantic's forms.
    private static func extended(_ value: PythonValue) -> PythonValue {
        if let date = PythonDate(value) { return .string(ISO8601.text(date)) }
        if let moment = PythonDateTime(value) { return .string(ISO8601.text(moment)) }
        if let time = PythonTime(value) { return .string(ISO8601.text(time)) }
        if let duration = PythonTimeDelta(value) { return .string(ISO8601.text(duration)) }
        if let fraction = PythonFraction(value) {
            return .string("\(fraction.numerator)/\(fraction.denominator)")
        }
        if let path = PythonPath(value) { return .string(path.path) }
        if let record = PythonRecord(value) { return jsonable(.dict(record.fields), as: .any) }
        if let member = PythonEnumMember(value)?.name { return .string(member) }
        if case .extended(_, let payload) = value, payload.dict != nil { return jsonable(payload, as: .any) }
        return .string(value.pythonText)
    }

    // MARK: Several texts for one

    private static func numbered(_ elements: [PythonValue]) -> String {
        // DSPy looks for line breaks in texts only; in a list it would look for an element that is one.
        let texts = elements.map { $0.string.map(fenced) ?? "«\($0.pythonText)»" }
        switch texts.count {
        case 0: return "N/A"
        case 1: return texts[0]
        default: return texts.enumerated().map { "[\($0.offset + 1)] \($0.element)" }.joined(separator: "\n")
        }
    }

    private static func fenced(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0 == "\n" || $0 == "«" || $0 == "»" }) else { return "«\(text)»" }
        return "«««\n    \(PythonText.split(text).joined(separator: "\n    "))\n»»»"
    }
}

extension FieldType {
    /// The type of an element of a collection; `Any` when the type says nothing of it.
    fileprivate func element(at index: Int) -> FieldType {
        switch self {
        case .list(let element), .set(let element), .frozenset(let element), .variadicTuple(let element): element
        case .tuple(let elements): index < elements.count ? elements[index] : .any
        case .union(let members): members.first { $0.isCollection }?.element(at: index) ?? .any
        case .annotated(let base, _): base.element(at: index)
        default: .any
        }
    }

    /// The type of a value in a dictionary or record.
    fileprivate func value(at key: String) -> FieldType {
        switch self {
        case .dict(_, let value): value
        case .record(let record): record.fields.first { $0.name == key }?.type ?? .any
        case .union(let members):
            members.first { if case .record = $0 { true } else if case .dict = $0 { true } else { false } }?
                .value(at: key) ?? .any
        case .annotated(let base, _): base.value(at: key)
        default: .any
        }
    }

    private var isCollection: Bool {
        switch self {
        case .list, .set, .frozenset, .variadicTuple, .tuple: true
        default: false
        }
    }

    /// Whether it is a type of DSPy's that the value is one of.
    fileprivate func holdsAttachment(_ value: PythonValue) -> Bool {
        if case .dspy(let kind) = self { AttachmentText.value(value, of: kind) != nil } else { false }
    }
}
