internal import Marshalling
internal import Signatures

extension Validator {
    /// One of the values of a `Literal`. As in pydantic one of the same type comes first, then one that Python finds equal: `True` is 1. It is the
    /// literal's value that is returned.
    mutating func literal(_ value: PythonValue, _ allowed: [LiteralValue], at path: String) -> PythonValue? {
        guard let found = Self.choice(value, among: allowed) else {
            return fail(value, as: .literal(allowed), at: path)
        }
        return found.pythonValue
    }

    /// The value of a member of an enumeration, given as that value. The name of a member is none of its values here.
    mutating func member(_ value: PythonValue, of enumeration: Enumeration, at path: String) -> PythonValue? {
        let values = enumeration.members.map(\.value)
        guard let found = Self.choice(value, among: values) ?? value.member(of: enumeration)?.value else {
            return fail(value, as: .enumeration(enumeration), at: path)
        }
        return take(found.pythonValue, .lax)
    }

    private static func choice(_ value: PythonValue, among allowed: [LiteralValue]) -> LiteralValue? {
        guard let key = PythonKey(value) else { return nil }
        let equal = allowed.filter { PythonKey($0.pythonValue) == key }
        guard equal.count > 1 else { return equal.first }
        // Pydantic's tables in their order; in each of them the last of equal ones counts.
        return equal.first { $0.isOfType(of: value) } ?? equal.last { $0.isOtherThanPrimitive } ?? equal.last
    }
}

extension LiteralValue {
    fileprivate func isOfType(of value: PythonValue) -> Bool {
        switch (self, value) {
        case (.int, .int), (.bool, .bool): true
        default: false
        }
    }

    fileprivate var isOtherThanPrimitive: Bool {
        switch self {
        case .string, .int, .bool: false
        case .float, .bytes, .none: true
        }
    }
}

extension PythonValue {
    /// The member that a Python member of an enumeration of this name is.
    fileprivate func member(of enumeration: Enumeration) -> Enumeration.Member? {
        guard let member = PythonEnumMember(self) else { return nil }
        return enumeration.members.first { $0.name == member.name }
    }
}
