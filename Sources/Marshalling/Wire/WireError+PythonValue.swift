/// An error of the wire form that happened on one side is told to the other as a value.
extension WireError {
    /// The error as a tuple: its name, then what it carries.
    package var value: PythonValue {
        switch self {
        case .noWireForm(let type, let path): .tuple(["noWireForm", .string(type), .string(path)])
        case .tooDeep(let limit): .tuple(["tooDeep", .int(limit)])
        case .tooLarge(let bytes, let limit): .tuple(["tooLarge", .int(bytes), .int(limit)])
        case .truncated(let offset): .tuple(["truncated", .int(offset)])
        case .lyingLength(let offset, let claimed, let available):
            .tuple(["lyingLength", .int(offset), .int(claimed), .int(available)])
        case .unknownTag(let offset, let tag): .tuple(["unknownTag", .int(offset), .int(Int(tag))])
        case .invalidUTF8(let offset): .tuple(["invalidUTF8", .int(offset)])
        case .trailingBytes(let offset): .tuple(["trailingBytes", .int(offset)])
        case .mismatch(let path, let expected, let found):
            .tuple(["mismatch", .string(path), .string(expected), .string(found)])
        case .invalid(let offset, let detail): .tuple(["invalid", .int(offset), .string(detail)])
        }
    }

    /// Reads what ``value`` made; nil for anything else.
    package init?(_ value: PythonValue) {
        guard case .tuple(let parts) = value, let name = parts.first?.string else { return nil }
        let numbers = parts.dropFirst().compactMap(\.int)
        let texts = parts.dropFirst().compactMap(\.string)
        guard numbers.count + texts.count == parts.count - 1 else { return nil }
        switch (name, numbers.count, texts.count) {
        case ("noWireForm", 0, 2): self = .noWireForm(type: texts[0], path: texts[1])
        case ("tooDeep", 1, 0): self = .tooDeep(limit: numbers[0])
        case ("tooLarge", 2, 0): self = .tooLarge(bytes: numbers[0], limit: numbers[1])
        case ("truncated", 1, 0): self = .truncated(offset: numbers[0])
        case ("lyingLength", 3, 0):
            self = .lyingLength(offset: numbers[0], claimed: numbers[1], available: numbers[2])
        case ("unknownTag", 2, 0): self = .unknownTag(offset: numbers[0], tag: UInt8(truncatingIfNeeded: numbers[1]))
        case ("invalidUTF8", 1, 0): self = .invalidUTF8(offset: numbers[0])
        case ("trailingBytes", 1, 0): self = .trailingBytes(offset: numbers[0])
        case ("mismatch", 0, 3): self = .mismatch(path: texts[0], expected: texts[1], found: texts[2])
        case ("invalid", 1, 1): self = .invalid(offset: numbers[0], detail: texts[0])
        default: return nil
        }
    }
}
