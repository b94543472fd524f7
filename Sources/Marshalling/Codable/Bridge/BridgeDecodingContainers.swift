/// A `dict` as `Decodable` code sees it.
struct BridgeKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let decoder: BridgeDecoder
    let entries: BridgeEntries

    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { entries.names.compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { entries.place(of: key.stringValue) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try inner(key).isNone() }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try inner(key, expected: "\(type)").value(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try inner(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try inner(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try inner(BridgeKey("super")) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try inner(key) }

    private func inner(_ key: any CodingKey, expected: String = "a value") throws(WireError) -> BridgeDecoder {
        guard let place = entries.place(of: key.stringValue) else {
            throw .mismatch(path: BridgePath.text(codingPath + [key]), expected: expected, found: "no such key")
        }
        return decoder.inner(at: place, key)
    }
}

/// A `list`, `tuple`, `set` or `frozenset` as `Decodable` code sees it.
struct BridgeUnkeyedContainer: UnkeyedDecodingContainer {
    let decoder: BridgeDecoder
    let places: [BridgePlace]
    private(set) var currentIndex = 0

    init(decoder: BridgeDecoder, places: [BridgePlace]) {
        self.decoder = decoder
        self.places = places
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { places.count }
    var isAtEnd: Bool { currentIndex >= places.count }

    mutating func decodeNil() throws -> Bool {
        guard try inner(expected: "None").isNone() else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let value = try inner(expected: "\(type)").value(type)
        currentIndex += 1
        return value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try inner(expected: "a dict").container(keyedBy: type)
        currentIndex += 1
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let container = try inner(expected: "a list").unkeyedContainer()
        currentIndex += 1
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        let decoder = try inner(expected: "a value")
        currentIndex += 1
        return decoder
    }

    private func inner(expected: String) throws(WireError) -> BridgeDecoder {
        let key = BridgeKey(index: currentIndex)
        guard !isAtEnd else {
            throw .mismatch(
                path: BridgePath.text(codingPath + [key]), expected: expected, found: "the end of the list")
        }
        return decoder.inner(at: places[currentIndex], key)
    }
}

/// One value as `Decodable` code sees it.
struct BridgeSingleContainer: SingleValueDecodingContainer {
    let decoder: BridgeDecoder

    var codingPath: [any CodingKey] { decoder.codingPath }

    // The protocol has no way to say that the bytes are broken; that they are whole was proved before.
    func decodeNil() -> Bool { (try? decoder.isNone()) ?? false }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value(type) }
}
