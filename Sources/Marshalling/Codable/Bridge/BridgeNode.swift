/// A value that `Encodable` code is writing. Its containers may be filled by turns, so each keeps its own bytes until all are known.
final class BridgeNode {
    private enum Kind { case nothing, value, list, dict }

    private var kind = Kind.nothing
    private(set) var count = 0
    private var bytes = WireEncoder(capacity: 64)
    /// Values that stand between the bytes, in order.
    private var children: [(offset: Int, node: BridgeNode)] = []
    private let depth: Int

    init(depth: Int) {
        self.depth = depth
        bytes.depth = depth
    }

    func becomeValue() { kind = .value }
    func becomeList() { kind = .list }
    func becomeDict() { kind = .dict }

    /// Adds a value, or nothing when its code throws.
    func add(_ key: String?, _ value: some Encodable, in encoder: BridgeEncoder) throws {
        let start = bytes.count
        if let key { bytes.str(key) }
        do {
            if let value = value as? any PythonEncodable {
                try value.encode(to: &bytes)
            } else {
                let child = try child()
                try value.encode(
                    to: BridgeEncoder(node: child, codingPath: encoder.codingPath, sendableInfo: encoder.sendableInfo))
                children.append((bytes.count, child))
            }
            count += 1
        } catch {
            bytes.used = start
            bytes.depth = depth
            throw error
        }
    }

    /// Adds `None`.
    func addNone(_ key: String?) {
        if let key { bytes.str(key) }
        bytes.tag(.none)
        count += 1
    }

    /// Adds a value that is written later.
    func addChild(_ key: String?) -> BridgeNode {
        if let key { bytes.str(key) }
        let child = BridgeNode(depth: depth + 1)
        children.append((bytes.count, child))
        count += 1
        return child
    }

    private func child() throws(WireError) -> BridgeNode {
        guard depth < WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
        return BridgeNode(depth: depth + 1)
    }

    func write(to encoder: inout WireEncoder) throws(WireError) {
        switch kind {
        case .nothing: throw .mismatch(path: "", expected: "a value", found: "an encode(to:) that wrote none")
        case .value: break
        case .list: encoder.header(.list, count: count)
        case .dict: encoder.header(.dict, count: count)
        }
        guard depth <= WireLimit.depth else { throw .tooDeep(limit: WireLimit.depth) }
        var written = 0
        for (offset, node) in children {
            copy(written..<offset, to: &encoder)
            try node.write(to: &encoder)
            written = offset
        }
        copy(written..<bytes.count, to: &encoder)
    }

    private func copy(_ range: Range<Int>, to encoder: inout WireEncoder) {
        unsafe bytes.withBytes { unsafe encoder.raw(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
}
