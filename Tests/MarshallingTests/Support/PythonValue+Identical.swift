import Marshalling

extension PythonValue {
    /// Whether both are the same to the last bit: unlike `==` this tells signed zeros and NaNs apart, the order of a
    /// set, and strings that Unicode calls equivalent.
    func isIdentical(to other: PythonValue) -> Bool {
        switch (self, other) {
        case (.none, .none): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.bigInt(let left), .bigInt(let right)): left == right
        case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.bytes(let left), .bytes(let right)): left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): Self.identical(left, right)
        case (.set(let left), .set(let right)), (.frozenset(let left), .frozenset(let right)):
            Self.identical(left.elements, right.elements)
        case (.dict(let left), .dict(let right)):
            Self.identical(left.keys, right.keys) && Self.identical(left.values, right.values)
        case (.extended(let leftName, let left), .extended(let rightName, let right)):
            leftName.utf8.elementsEqual(rightName.utf8) && left.isIdentical(to: right)
        default: false
        }
    }

    private static func identical(_ left: [PythonValue], _ right: [PythonValue]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { $0.isIdentical(to: $1) }
    }
}
