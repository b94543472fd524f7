internal import Marshalling
internal import Signatures

/// Makes of given values what DSPy's adapters are given: attachments in their own form, dates as dates.
struct PromptInputs {
    private let fields: [Field]
    private let adapter: PromptAdapter
    private let mode: ParsingMode
    private let verbatim: Set<String>

    /// - Parameter verbatim: The inputs whose texts this package wrote, marks and all.
    init(_ fields: [Field], _ adapter: PromptAdapter, _ mode: ParsingMode, verbatim: Set<String> = []) {
        self.fields = fields
        self.adapter = adapter
        self.mode = mode
        self.verbatim = verbatim
    }

    func values(_ values: PythonDictionary) -> PythonDictionary {
        PythonDictionary(
            values.map { entry in
                guard let field = fields.first(where: { $0.name == entry.key.string }),
                    !verbatim.contains(field.name)
                else { return entry }
                let value = mode == .strict ? neutralised(entry.value) : entry.value
                return .init(key: entry.key, value: Self.converted(value, as: field.type))
            })
    }

    /// The value in the type's own form where the type has one besides plain values. What does not fit goes into the prompt as it
    /// is, as in DSPy.
    private static func converted(_ value: PythonValue, as type: FieldType) -> PythonValue {
        guard type.hasOwnForm else { return value }
        if type == .dspy(.history), value.elements != nil { return ["messages": value] }
        var ignored = FieldProblems()
        return type.validated(type.spelledOut(value), at: "", &ignored) ?? value
    }

    // MARK: What texts must not say

    /// The value with every mark in its texts broken up that the model, or who cuts attachments out, would take for one of ours.
    func neutralised(_ value: PythonValue) -> PythonValue {
        switch value.unshared {
        case .string(let text): return .string(neutralised(text))
        case .list(let elements): return .list(elements.map(neutralised))
        case .tuple(let elements): return .tuple(elements.map(neutralised))
        case .set(let set): return .set(PythonSet(set.elements.map(neutralised)))
        case .frozenset(let set): return .frozenset(PythonSet(set.elements.map(neutralised)))
        case .dict(let entries):
            return .dict(
                PythonDictionary(entries.map { .init(key: neutralised($0.key), value: neutralised($0.value)) }))
        default: return value
        }
    }

    private func neutralised(_ text: String) -> String {
        guard mayHoldMark(text) else { return text }
        var text = text.replacing(CustomTypeMarker.start, with: "<< CUSTOM-TYPE-START-IDENTIFIER >>")
            .replacing(CustomTypeMarker.end, with: "<< CUSTOM-TYPE-END-IDENTIFIER >>")
        if adapter == .chat || adapter == .json { text = text.replacing("[[ ##", with: "[ [ ##") }
        if adapter == .xml {
            for field in fields where text.contains(field.name) {
                text = text.replacing("<\(field.name)>", with: "< \(field.name)>")
                    .replacing("</\(field.name)>", with: "< /\(field.name)>")
            }
        }
        return text
    }

    /// Whether a text has how marks begin: two of a kind, `<<` or `[[`, and tags with one `<`. Nearly none has, and looking for whole
    /// marks takes longer than all the rest of writing a prompt.
    private func mayHoldMark(_ text: String) -> Bool {
        var before: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "<"), adapter == .xml || before == byte { return true }
            if byte == UInt8(ascii: "["), before == byte { return true }
            before = byte
        }
        return false
    }
}

extension FieldType {
    /// Whether values have a form of their own, which DSPy's users make before they call: attachments, dates and times.
    fileprivate var hasOwnForm: Bool {
        switch self {
        case .dspy: true
        case .standard(let type): [.date, .datetime, .time, .timedelta].contains(type)
        default: arguments.contains(where: \.hasOwnForm)
        }
    }

    /// The value with the short forms of attachments written out: the address alone for an image.
    fileprivate func spelledOut(_ value: PythonValue) -> PythonValue {
        switch (self, value.unshared) {
        case (.dspy(.image), .string(let address)): return ["url": .string(address)]
        case (.list(let element), .list(let elements)): return .list(elements.map(element.spelledOut))
        case (.dict(_, let element), .dict(let entries)):
            return .dict(
                PythonDictionary(entries.map { .init(key: $0.key, value: element.spelledOut($0.value)) }))
        case (.union(let members), _):
            return members.first { $0.hasOwnForm }.map { $0.spelledOut(value) } ?? value
        default: return value
        }
    }
}
