extension PythonValue: Hashable {
    /// Whether both have the same content; what is shared, and where, does not count. As in Swift a NaN equals nothing.
    ///
    /// Ends for values that contain themselves, too: they are equal when no walk through both finds a difference.
    public static func == (left: PythonValue, right: PythonValue) -> Bool {
        var comparison = ValueComparison()
        return comparison.areEqual(left, right)
    }

    /// Hashes the beginning of the content, so a value that contains itself has a hash too.
    public func hash(into hasher: inout Hasher) {
        var hashing = ValueHashing(parts: 1024)
        hashing.feed(self, to: &hasher)
    }
}

/// Walks two values side by side. Pairs of which one is shared are compared once: without that, thirty lists of twice the one before would
/// take a thousand million steps, and a cycle forever.
private struct ValueComparison {
    /// What such a pair was found to be; while it is being compared it is taken for equal.
    private var known: [Pair: Bool] = [:]

    private struct Pair: Hashable {
        var left: Place
        var right: Place
    }

    /// Where a value lies in memory. Two kinds of container may lie on one array.
    private struct Place: Hashable {
        var address: UInt
        var kind: Int
    }

    mutating func areEqual(_ left: PythonValue, _ right: PythonValue) -> Bool {
        switch (left, right) {
        case (.none, .none): true
        case (.bool(let left), .bool(let right)): left == right
        case (.int(let left), .int(let right)): left == right
        case (.bigInt(let left), .bigInt(let right)): left == right
        case (.float(let left), .float(let right)): left == right
        case (.complex(let left), .complex(let right)): left == right
        case (.string(let left), .string(let right)): left == right
        case (.surrogateString(let left), .surrogateString(let right)): left == right
        case (.bytes(let left), .bytes(let right)), (.bytearray(let left), .bytearray(let right)): left == right
        case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)): areEqual(left, right)
        case (.set(let left), .set(let right)), (.frozenset(let left), .frozenset(let right)):
            holdTheSame(left.elements, right.elements)
        case (.dict(let left), .dict(let right)): areEqual(left, right)
        case (.extended(let leftName, let left), .extended(let rightName, let right)):
            leftName == rightName && areEqual(left, right)
        case (.hosted(let left), .hosted(let right)): left == right
        case (.reference(let left), .reference(let right)): left == right
        case (.shared, _), (_, .shared): areEqualSharing(left, right)
        default: false
        }
    }

    private mutating func areEqual(_ left: [PythonValue], _ right: [PythonValue]) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where !areEqual(left[index], right[index]) { return false }
        return true
    }

    private mutating func areEqual(_ left: PythonDictionary, _ right: PythonDictionary) -> Bool {
        guard left.count == right.count else { return false }
        for (left, right) in zip(left, right) {
            guard areEqual(left.key, right.key), areEqual(left.value, right.value) else { return false }
        }
        return true
    }

    private mutating func holdTheSame(_ left: [PythonValue], _ right: [PythonValue]) -> Bool {
        guard left.count == right.count else { return false }
        var candidates = Dictionary(grouping: right, by: \.hashValue)
        for element in left {
            let hash = element.hashValue
            let place = candidates[hash]?.firstIndex { areEqual(element, $0) }
            guard let place else { return false }
            candidates[hash]?.remove(at: place)
        }
        return true
    }

    private mutating func areEqualSharing(_ left: PythonValue, _ right: PythonValue) -> Bool {
        if case .shared(let leftShared) = left, case .shared(let rightShared) = right, leftShared == rightShared {
            return true
        }
        guard let leftPlace = Self.place(of: left), let rightPlace = Self.place(of: right) else {
            return areEqual(left.unshared, right.unshared)
        }
        let pair = Pair(left: leftPlace, right: rightPlace)
        if let known = known[pair] { return known }
        known[pair] = true
        let equal = areEqual(left.unshared, right.unshared)
        known[pair] = equal
        return equal
    }

    /// Where a container's elements lie: they stay there, as both values are alive for the whole comparison. Nil for what has no parts.
    private static func place(of value: PythonValue) -> Place? {
        switch value {
        case .shared(let shared):
            shared.storage.map { Place(address: UInt(bitPattern: ObjectIdentifier($0)), kind: 0) }
        case .list(let elements): Place(address: address(of: elements), kind: 1)
        case .tuple(let elements): Place(address: address(of: elements), kind: 2)
        case .set(let set): Place(address: address(of: set.elements), kind: 3)
        case .frozenset(let set): Place(address: address(of: set.elements), kind: 4)
        case .dict(let entries): Place(address: address(of: entries.entries), kind: 5)
        case .extended(_, let payload): place(of: payload).map { Place(address: $0.address, kind: $0.kind + 6) }
        default: nil
        }
    }

    /// Only compared with others, never followed.
    private static func address<Element>(of elements: [Element]) -> UInt {
        unsafe elements.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }
}

/// Hashes as many parts of a value as were allowed, in an order that depends on nothing but its content.
private struct ValueHashing {
    /// Parts that may still be looked at.
    private var left: Int

    init(parts: Int) { left = parts }

    mutating func feed(_ value: PythonValue, to hasher: inout Hasher) {
        guard left > 0 else { return }
        left -= 1
        switch value {
        case .none: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .int(let value): hasher.combine(value)
        case .bigInt(let value): hasher.combine(value)
        case .float(let value): hasher.combine(value)
        case .complex(let value): hasher.combine(value)
        case .string(let value): hasher.combine(value)
        case .surrogateString(let value): hasher.combine(value)
        case .bytes(let value), .bytearray(let value): hasher.combine(value)
        case .list(let elements): feed(elements, kind: 1, to: &hasher)
        case .tuple(let elements): feed(elements, kind: 2, to: &hasher)
        case .set(let set): feed(set, kind: 3, to: &hasher)
        case .frozenset(let set): feed(set, kind: 4, to: &hasher)
        case .dict(let entries):
            hasher.combine(5)
            hasher.combine(entries.count)
            for entry in entries where left > 0 {
                feed(entry.key, to: &hasher)
                feed(entry.value, to: &hasher)
            }
        case .extended(let name, let payload):
            hasher.combine(name)
            feed(payload, to: &hasher)
        case .hosted(let value): hasher.combine(value)
        case .reference(let value): hasher.combine(value)
        case .shared(let shared):
            left += 1  // to be shared or not makes no difference
            if let value = shared.value { feed(value, to: &hasher) } else { hasher.combine(0) }
        }
    }

    private mutating func feed(_ elements: [PythonValue], kind: Int, to hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(elements.count)
        for element in elements where left > 0 { feed(element, to: &hasher) }
    }

    /// A set's elements come in any order, so each is looked at as far as every other, and what they give is added up.
    private mutating func feed(_ set: PythonSet, kind: Int, to hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(set.elements.count)
        let each = left / max(set.elements.count, 1)
        left -= each * set.elements.count
        guard each > 0 else { return }
        var sum = 0
        for element in set.elements {
            var inner = ValueHashing(parts: each)
            var innerHasher = Hasher()
            inner.feed(element, to: &innerHasher)
            sum &+= innerHasher.finalize()
        }
        hasher.combine(sum)
    }
}
