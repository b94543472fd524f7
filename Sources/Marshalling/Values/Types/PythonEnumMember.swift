/// A member of a Python `enum.Enum`, or a combination of members of a `Flag`.
public struct PythonEnumMember: PythonValueConvertible {
    /// What tells which member it is.
    public enum Member: Sendable, Hashable {
        /// By name, for all but flags.
        case name(String)
        /// By the value of a flag, as a combination has no name.
        case flags(PythonInteger)
    }

    /// The enum.
    public var type: PythonClassName
    /// Which member.
    public var member: Member

    /// Names a member.
    public init(type: PythonClassName, member: Member) {
        (self.type, self.member) = (type, member)
    }

    /// Reads a member.
    public init?(_ value: PythonValue) {
        guard let parts = value.payload(of: "enum")?.elements, parts.count == 2, let type = PythonClassName(parts[0])
        else { return nil }
        if let name = parts[1].string {
            self.init(type: type, member: .name(name))
        } else if let flags = parts[1].integer {
            self.init(type: type, member: .flags(flags))
        } else {
            return nil
        }
    }

    /// The name of the member; nil for flags.
    public var name: String? { if case .name(let name) = member { name } else { nil } }

    /// The member.
    public var pythonValue: PythonValue {
        let which: PythonValue =
            switch member {
            case .name(let name): .string(name)
            case .flags(let value): PythonValue(value)
            }
        return .extended(name: "enum", payload: .tuple([type.pythonValue, which]))
    }
}
