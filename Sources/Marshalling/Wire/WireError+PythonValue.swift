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
        case .invalid(let offset, let detail): .tuple(["invalid", .int(offset), .string(detail)])
        }
    }

    /// Reads what ``value`` made; nil for anything else.
    package init?(_ value: PythonValue) {
        switch (value[0]?.string, value[1], value[2], value[3]) {
        case ("noWireForm", .string(let type), .string(let path), nil): self = .noWireForm(type: type, path: path)
        case ("tooDeep", .int(let limit), nil, nil): self = .tooDeep(limit: limit)
        case ("tooLarge", .int(let bytes), .int(let limit), nil): self = .tooLarge(bytes: bytes, limit: limit)
        case ("truncated", .int(let offset), nil, nil): self = .truncated(offset: offset)
        case ("lyingLength", .int(let offset), .int(let claimed), .int(let available)):
            self = .lyingLength(offset: offset, claimed: claimed, available: available)
        case ("unknownTag", .int(let offset), .int(let tag), nil):
            self = .unknownTag(offset: offset, tag: UInt8(truncatingIfNeeded: tag))
        case ("invalidUTF8", .int(let offset), nil, nil): self = .invalidUTF8(offset: offset)
        case ("trailingBytes", .int(let offset), nil, nil): self = .trailingBytes(offset: offset)
        case ("invalid", .int(let offset), .string(let detail), nil): self = .invalid(offset: offset, detail: detail)
        default: return nil
        }
    }
}
