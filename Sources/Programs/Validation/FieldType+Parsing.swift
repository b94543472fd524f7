internal import Marshalling
internal import Signatures

extension FieldType {
    /// What a model wrote, in this type, as `parse_value` of `dspy.adapters.utils` (3.4.1) makes it.
    ///
    /// A text for another type than `str` is read as JSON with every leniency, else as a literal of Python, else taken as it is; the value must
    /// then fit the type as pydantic sees it.
    ///
    /// - Returns: the value; nil when it does not fit, and `problems` say why.
    func parsed(
        _ value: PythonValue, _ mode: ParsingMode, at path: String, _ problems: inout FieldProblems
    ) -> PythonValue? {
        var value = value.unshared
        switch self {
        case .annotated(let base, _):
            // DSPy looks at the bare type; pydantic keeps the constraints of a field apart from it.
            return base.parsed(value, mode, at: path, &problems)
        case .str: return value.isSurrogate ? value : .string(value.pythonText)
        case .enumeration(let enumeration):
            if let found = enumeration.value(named: value) { return found }
            problems.add(path, .mistyped(expected: expectedWords, actual: value.shownInProblems))
            return nil
        case .literal(let allowed):
            if allowed.contains(where: { $0.equals(value) }) { return value }
            if case .string(let text) = value {
                value = .string(Self.withoutQuotes(text))
                if allowed.contains(where: { $0.equals(value) }) { return value }
            }
        default: break
        }
        guard case .string(let text) = value else { return validated(value, at: path, &problems) }
        if case .union(let members) = self, members.contains(.null), members.contains(.str) {
            let isNull = mode == .strict && ["null", "None"].contains(text.trimmingPythonSpace)
            return validated(isNull ? PythonValue.none : value, at: path, &problems)
        }
        guard let candidate = Self.candidate(text) else {
            problems.add(path, .mistyped(expected: expectedWords, actual: value.shownInProblems))
            return nil
        }
        return validated(candidate, orText: value, at: path, &problems)
    }

    /// The value that a text spells; nil when json_repair gives up.
    private static func candidate(_ text: String) -> PythonValue? {
        do throws(JSONRepairError) {
            let found = try JSONRepair.value(of: text)
            guard found.string == "", !text.isEmpty else { return found }
            return PythonLiteral.value(of: text) ?? .string(text)
        } catch {
            return nil
        }
    }

    /// DSPy's own types get a second chance with the text itself, as some read it in their own way.
    private func validated(
        _ candidate: PythonValue, orText text: PythonValue, at path: String, _ problems: inout FieldProblems
    ) -> PythonValue? {
        var validator = Validator(problems: problems)
        if let found = validator.validate(candidate, as: self, at: path) { return found }
        if case .dspy(let type) = self, type != .history, !validator.isAborted {
            var ignored = FieldProblems()
            if let found = validated(text, at: path, &ignored) { return found }
        }
        problems = validator.problems
        return nil
    }

    /// The text without what models put around a choice: spaces, `Literal[…]`, quotes.
    private static func withoutQuotes(_ text: String) -> String {
        var scalars = text.trimmingPythonSpace.unicodeScalars
        if scalars.last == "]",
            scalars.starts(with: "Literal[".unicodeScalars) || scalars.starts(with: "str[".unicodeScalars),
            let bracket = scalars.firstIndex(of: "[")
        {
            scalars = scalars[scalars.index(after: bracket)...].dropLast()
        }
        if scalars.count > 1, let first = scalars.first, first == scalars.last, first == "\"" || first == "'" {
            scalars = scalars.dropFirst().dropLast()
        }
        return String(scalars)
    }
}

extension Enumeration {
    /// The value of a member that was written as its value or, if there is no such value, as its name (`find_enum_member` of DSPy).
    fileprivate func value(named value: PythonValue) -> PythonValue? {
        let member =
            members.first { $0.value.equals(value) }
            ?? members.first { member in value.string.map { $0.utf8.elementsEqual(member.name.utf8) } ?? false }
        return member?.value.pythonValue
    }
}

extension LiteralValue {
    /// Whether Python's `==` holds between them.
    fileprivate func equals(_ value: PythonValue) -> Bool {
        guard let key = PythonKey(value) else { return false }
        return PythonKey(pythonValue) == key
    }
}

extension PythonValue {
    fileprivate var isSurrogate: Bool { if case .surrogateString = self { true } else { false } }
}
