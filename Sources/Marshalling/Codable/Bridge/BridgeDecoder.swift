/// What `Decodable` code reads from.
struct BridgeDecoder: Decoder {
    let source: BridgeSource
    let position: Int
    let codingPath: [any CodingKey]
    let sendableInfo: [CodingUserInfoKey: any Sendable]

    var userInfo: [CodingUserInfoKey: Any] { sendableInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(BridgeKeyedContainer<Key>(decoder: self, entries: try entries()))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try elements() }

    func singleValueContainer() -> any SingleValueDecodingContainer { BridgeSingleContainer(decoder: self) }

    /// The decoder of a part.
    func inner(at position: Int, _ key: any CodingKey) -> BridgeDecoder {
        BridgeDecoder(source: source, position: position, codingPath: codingPath + [key], sendableInfo: sendableInfo)
    }

    /// The value, by its own code, or ours when it has it.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let direct = type as? any PythonDecodable.Type else { return try type.init(from: self) }
        let value = try read { (decoder) throws(WireError) in try direct.init(from: &decoder) }
        guard let value = value as? Value else { throw mismatch(expected: "\(type)") }
        return value
    }

    /// Whether the value is `None`.
    func isNone() throws(WireError) -> Bool { try read { (decoder) throws(WireError) in try decoder.peek() == .none } }

    func mismatch(expected: String) -> WireError {
        do throws(WireError) {
            return try source.read(at: position, depth: 0) { $0.mismatch(expected: expected) }.within(codingPath)
        } catch { return error }
    }

    /// Reads at the value's place, with the path in what is thrown.
    private func read<Result>(
        _ body: (inout WireDecoder) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        do throws(WireError) { return try source.read(at: position, depth: codingPath.count, body) } catch {
            throw error.within(codingPath)
        }
    }

    /// The entries of a `dict` by their keys' texts.
    private func entries() throws(WireError) -> BridgeEntries {
        try read { (decoder) throws(WireError) in
            var left = try decoder.openDict(for: [String: PythonValue].self)
            let entries = BridgeEntries()
            while left > 0 {
                switch try decoder.peek() {
                case .str8, .str32:
                    let name = try decoder.str()
                    entries.append(name, at: decoder.offset)
                case .int8, .int32, .int64:
                    let name = "\(try decoder.int(Int.self))"
                    entries.append(name, at: decoder.offset)
                default: try decoder.skip()
                }
                try decoder.skip()
                left -= 1
            }
            return entries
        }
    }

    private func elements() throws(WireError) -> BridgeUnkeyedContainer {
        try read { (decoder) throws(WireError) in
            switch try decoder.peek() {
            case .list, .tuple, .set, .frozenset: break
            case .floatList:
                let numbers = try [Double](from: &decoder)
                return BridgeUnkeyedContainer(
                    decoder: BridgeDecoder(
                        source: BridgeSource(unpacking: numbers, depth: source.depth), position: 0,
                        codingPath: codingPath, sendableInfo: sendableInfo),
                    positions: numbers.indices.map { $0 * 9 })
            default: throw decoder.mismatch(expected: "a list")
            }
            _ = try decoder.tag()
            try decoder.open()
            let count = try decoder.count(unit: 1)
            var positions: [Int] = []
            positions.reserveCapacity(WireDecoder.firstCapacity(count, of: Int.self))
            for _ in 0..<count {
                positions.append(decoder.offset)
                try decoder.skip()
            }
            return BridgeUnkeyedContainer(decoder: self, positions: positions)
        }
    }
}

/// The entries of a `dict`, looked up from where the last one was found: code asks for keys mostly in their order.
final class BridgeEntries {
    private(set) var names: [String] = []
    private var positions: [Int] = []
    private var next = 0

    func append(_ name: String, at position: Int) {
        names.append(name)
        positions.append(position)
    }

    /// Where the value of a key is; nil when there is none.
    func position(of name: String) -> Int? {
        for index in [next..<names.count, 0..<next].joined() where names[index] == name {
            next = index
            return positions[index]
        }
        return nil
    }
}
