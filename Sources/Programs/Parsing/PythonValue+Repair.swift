internal import Marshalling

extension PythonValue {
    /// Python's `bool(value)`, for the kinds of value that JSON has.
    var isTruthy: Bool {
        switch self {
        case .none: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .float(let value): value != 0
        case .string(let text): !text.isEmpty
        case .list(let elements): !elements.isEmpty
        case .dict(let entries): !entries.isEmpty
        default: true
        }
    }

    /// Whether this is an empty text, list or dict.
    var isEmptyContainer: Bool {
        switch self {
        case .string, .list, .dict: !isTruthy
        default: false
        }
    }

    /// Whether this is a list or a dict.
    var isContainer: Bool {
        switch self {
        case .list, .dict: true
        default: false
        }
    }

    /// Whether both have the same type, and containers the same keys and lengths with values of the same shape.
    func hasSameShape(as other: PythonValue) -> Bool {
        switch (self, other) {
        case (.none, .none), (.bool, .bool), (.float, .float): return true
        case (.int, .int), (.int, .bigInt), (.bigInt, .int), (.bigInt, .bigInt): return true
        case (.string, .string), (.string, .surrogateString), (.surrogateString, .string): return true
        case (.surrogateString, .surrogateString): return true
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.hasSameShape(as: $1) }
        case (.dict(let left), .dict(let right)):
            guard left.count == right.count else { return false }
            let right = JSONMembers(right)
            return left.allSatisfy { entry in right[entry.key].map { entry.value.hasSameShape(as: $0) } ?? false }
        default: return false
        }
    }
}
