public import Marshalling
public import Signatures

extension LiteralValue {
    /// The constant as Python holds it.
    public var pythonValue: PythonValue {
        switch self {
        case .string(let text): .string(text)
        case .int(let number): .int(number)
        case .bool(let flag): .bool(flag)
        case .float(let number): .float(number)
        case .bytes(let bytes): .bytes(bytes)
        case .none: PythonValue.none
        }
    }

    /// The constant as JSON has it: bytes are a text.
    var jsonValue: PythonValue {
        guard case .bytes(let bytes) = self else { return pythonValue }
        return .string(String(decoding: bytes, as: UTF8.self))
    }
}

extension LiteralValue {
    /// The constant that a value of Python's is; nil for what is no constant.
    init?(_ value: PythonValue) {
        switch value.unshared {
        case .none: self = .none
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .float(let number): self = .float(number)
        case .string(let text): self = .string(text)
        case .bytes(let bytes): self = .bytes(bytes)
        default: return nil
        }
    }
}
