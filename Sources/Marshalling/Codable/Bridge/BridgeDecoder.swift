/// What `Decodable` code reads from.
struct BridgeDecoder: Decoder {
    let source: BridgeSource
    let place: WirePlace
    let codingPath: [any CodingKey]
    let sendableInfo: [CodingUserInfoKey: any Sendable]
    /// Whether it stands in a container that is meant again.
    var isRepeated = false

    var userInfo: [CodingUserInfoKey: Any] { sendableInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(BridgeKeyedContainer<Key>(decoder: self, entries: try entries()))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { try elements() }

    func singleValueContainer() -> any SingleValueDecodingContainer { BridgeSingleContainer(decoder: self) }

    /// The decoder of a part.
    func inner(at place: BridgePlace, _ key: any CodingKey) -> BridgeDecoder {
        BridgeDecoder(
            source: source, place: place.place, codingPath: codingPath + [key], sendableInfo: sendableInfo,
            isRepeated: place.isRepeated)
    }

    /// The value, by its own code, or ours when it has it.
    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard let direct = type as? any PythonDecodable.Type else { return try type.init(from: self) }
        guard let value = try decode(direct) as? Value else { throw mismatch(expected: "\(type)") }
        return value
    }

    private func decode<Direct: PythonDecodable>(_ type: Direct.Type) throws(WireError) -> Direct {
        try read { (decoder) throws(WireError) in try decoder.decode(type) }
    }

    /// Whether the value is `None`.
    func isNone() throws(WireError) -> Bool { try read { (decoder) throws(WireError) in try decoder.peek() == .none } }

    func mismatch(expected: String) -> WireError {
        do throws(WireError) {
            return try source.read(at: place, depth: 0) { $0.mismatch(expected: expected) }.within(codingPath)
        } catch { return error }
    }

    /// Reads at the value's place, with the path in what is thrown.
    private func read<Result>(
        _ body: (inout WireDecoder) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        do throws(WireError) { return try source.read(at: place, depth: codingPath.count, body) } catch {
            throw error.within(codingPath)
        }
    }

    /// Looks through a container, which may be one that is meant again.
    private func readContainer<Result>(
        _ body: (inout WireDecoder, _ isRepeated: Bool) throws(WireError) -> Result
    ) throws(WireError) -> Result {
        try read { (decoder) throws(WireError) in
            let isRepeated = try decoder.passPrefix() != nil || isRepeated
            let start = decoder.offset
            let result = try body(&decoder, isRepeated)
            if isRepeated { try source.chargeAgain(decoder.offset - start) }
            return result
        }
    }

    /// The entries of a `dict` by their keys' texts.
    private func entries() throws(WireError) -> BridgeEntries {
        try readContainer { (decoder, isRepeated) throws(WireError) in
            guard try decoder.peek() == .dict else { throw decoder.mismatch(expected: "a dict") }
            var left = try decoder.openDict(for: BridgeEntries.self)
            let entries = BridgeEntries()
            while left > 0 {
                switch try decoder.peek() {
                case .str8, .str32:
                    let name = try decoder.str()
                    entries.append(name, at: BridgePlace(place: decoder.place, isRepeated: isRepeated))
                case .int8, .int32, .int64:
                    let name = "\(try decoder.int(Int.self))"
                    entries.append(name, at: BridgePlace(place: decoder.place, isRepeated: isRepeated))
                default: try decoder.skip()
                }
                try decoder.skip()
                left -= 1
            }
            return entries
        }
    }

    private func elements() throws(WireError) -> BridgeUnkeyedContainer {
        try readContainer { (decoder, isRepeated) throws(WireError) in
            switch try decoder.peek() {
            case .list, .tuple, .set, .frozenset: break
            case .floatList:
                let numbers = try [Double](from: &decoder)
                return BridgeUnkeyedContainer(
                    decoder: BridgeDecoder(
                        source: BridgeSource(unpacking: numbers, depth: source.depth),
                        place: WirePlace(position: 0, marks: 0), codingPath: codingPath, sendableInfo: sendableInfo),
                    places: numbers.indices.map {
                        BridgePlace(place: WirePlace(position: $0 * 9, marks: 0), isRepeated: false)
                    })
            default: throw decoder.mismatch(expected: "a list")
            }
            _ = try decoder.tag()
            try decoder.open()
            let count = try decoder.count(unit: 1)
            var places: [BridgePlace] = []
            places.reserveCapacity(WireDecoder.firstCapacity(count, of: BridgePlace.self))
            for _ in 0..<count {
                places.append(BridgePlace(place: decoder.place, isRepeated: isRepeated))
                try decoder.skip()
            }
            return BridgeUnkeyedContainer(decoder: self, places: places)
        }
    }
}

/// Where a part of a container stands.
struct BridgePlace {
    let place: WirePlace
    let isRepeated: Bool
}

/// The entries of a `dict`, looked up from where the last one was found: code asks for keys mostly in their order.
final class BridgeEntries {
    private(set) var names: [String] = []
    private var places: [BridgePlace] = []
    private var next = 0

    func append(_ name: String, at place: BridgePlace) {
        names.append(name)
        places.append(place)
    }

    /// Where the value of a key is; nil when there is none.
    func place(of name: String) -> BridgePlace? {
        for index in [next..<names.count, 0..<next].joined() where names[index] == name {
            next = index
            return places[index]
        }
        return nil
    }
}
