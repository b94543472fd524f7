/// What `Encodable` code writes into.
struct BridgeEncoder: Encoder {
    let node: BridgeNode
    let codingPath: [any CodingKey]
    let sendableInfo: [CodingUserInfoKey: any Sendable]

    var userInfo: [CodingUserInfoKey: Any] { sendableInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.becomeDict()
        return KeyedEncodingContainer(Keyed<Key>(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.becomeList()
        return Unkeyed(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        node.becomeValue()
        return Single(encoder: self)
    }

    private func inner(_ node: BridgeNode, _ key: any CodingKey) -> BridgeEncoder {
        BridgeEncoder(node: node, codingPath: codingPath + [key], sendableInfo: sendableInfo)
    }

    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let encoder: BridgeEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        func encodeNil(forKey key: Key) { encoder.node.addNone(key.stringValue) }

        func encode(_ value: some Encodable, forKey key: Key) throws {
            try encoder.node.add(key.stringValue, value, in: encoder.inner(encoder.node, key))
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type, forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            encoder.inner(encoder.node.addChild(key.stringValue), key).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            encoder.inner(encoder.node.addChild(key.stringValue), key).unkeyedContainer()
        }

        func superEncoder() -> any Encoder { encoder.inner(encoder.node.addChild("super"), BridgeKey("super")) }

        func superEncoder(forKey key: Key) -> any Encoder {
            encoder.inner(encoder.node.addChild(key.stringValue), key)
        }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let encoder: BridgeEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }
        var count: Int { encoder.node.count }

        func encodeNil() { encoder.node.addNone(nil) }

        func encode(_ value: some Encodable) throws {
            try encoder.node.add(nil, value, in: encoder.inner(encoder.node, BridgeKey(index: count)))
        }

        func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
            next().container(keyedBy: type)
        }

        func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { next().unkeyedContainer() }

        func superEncoder() -> any Encoder { next() }

        private func next() -> BridgeEncoder {
            let key = BridgeKey(index: count)
            return encoder.inner(encoder.node.addChild(nil), key)
        }
    }

    private struct Single: SingleValueEncodingContainer {
        let encoder: BridgeEncoder
        var codingPath: [any CodingKey] { encoder.codingPath }

        func encodeNil() { encoder.node.addNone(nil) }

        func encode(_ value: some Encodable) throws { try encoder.node.add(nil, value, in: encoder) }
    }
}
