import Marshalling

extension PythonValue {
    /// Whether both are the same to the last bit: unlike `==` this tells signed zeros and NaNs apart, the order of a
    /// set, strings that Unicode calls equivalent, and what is shared from what is merely equal; and arrays are the
    /// same when their elements are, wherever they lie.
    func isIdentical(to other: PythonValue) -> Bool {
        var comparison = IdentityComparison()
        return comparison.areIdentical(self, other)
    }
}

private struct IdentityComparison {
    /// Which object here is which object there.
    private var counterparts: [PythonShared: PythonShared] = [:]
    private var reverse: [PythonShared: PythonShared] = [:]

    mutating func areIdentical(_ left: PythonValue, _ right: PythonValue) -> Bool {
        switch (left, right) {
        case (.none, .none): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.bigInt(let left), .bigInt(let right)): left == right
        case (.float(let left), .float(let right)): left.bitPattern == right.bitPattern
        case (.complex(let left), .complex(let right)):
            left.real.bitPattern == right.real.bitPattern && left.imaginary.bitPattern == right.imaginary.bitPattern
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.surrogateString(let left), .surrogateString(let right)): left == right
        case (.bytes(let left), .bytes(let right)), (.bytearray(let left), .bytearray(let right)): left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): areIdentical(left, right)
        case (.set(let left), .set(let right)), (.frozenset(let left), .frozenset(let right)):
            areIdentical(left.elements, right.elements)
        case (.dict(let left), .dict(let right)):
            areIdentical(left.keys, right.keys) && areIdentical(left.values, right.values)
        case (.extended(let leftName, let left), .extended(let rightName, let right)):
            leftName.utf8.elementsEqual(rightName.utf8) && areIdentical(left, right)
        case (.reference(let left), .reference(let right)): left == right
        case (.array(let left), .array(let right)):
            left.dtype == right.dtype && left.shape == right.shape
                && elements(left).map { $0 == elements(right) } ?? false
        case (.shared(let left), .shared(let right)): areIdentical(left, right)
        default: false
        }
    }

    private mutating func areIdentical(_ left: [PythonValue], _ right: [PythonValue]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { areIdentical($0, $1) }
    }

    private mutating func areIdentical(_ left: PythonShared, _ right: PythonShared) -> Bool {
        if let known = counterparts[left] { return known == right }
        guard reverse[right] == nil, let leftValue = left.value, let rightValue = right.value else { return false }
        counterparts[left] = right
        reverse[right] = left
        return areIdentical(leftValue, rightValue)
    }

    /// The elements one after the other; nil while somebody writes them.
    private func elements(_ array: SharedArray) -> [UInt8]? {
        guard array.byteCount > 0 else { return [] }
        guard let data = unsafe try? array.block.beginReading() else { return nil }
        defer { array.block.endReading() }
        return unsafe [UInt8](unsafeUninitializedCapacity: array.byteCount) { bytes, count in
            // Sound: there are as many bytes as the elements have.
            unsafe array.layout.gather(from: data, into: bytes.baseAddress!)
            count = array.byteCount
        }
    }
}
