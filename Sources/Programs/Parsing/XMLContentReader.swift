/// Builds the tree of an XML element from the tokens of its content. The open elements are a list, not calls in calls.
struct XMLContentReader {
    private struct Open {
        var element: XMLElement
        /// The name as its end tag must repeat it.
        let name: ArraySlice<UInt8>
        let scope: XMLNamespaces.Scope
    }

    private var scanner: XMLScanner
    private var namespaces: XMLNamespaces
    private var open: [Open]
    /// The text since the last tag.
    private var text: [UInt8] = []

    init(_ content: String) {
        scanner = XMLScanner(content: content)
        namespaces = XMLNamespaces(limit: XMLElement.Limits.namespaceBytes(contentLength: scanner.contentEnd))
        let root = XMLElement(tag: XMLElement.rootTag)
        open = [Open(element: root, name: ArraySlice(XMLElement.rootTag.utf8), scope: .init())]
    }

    mutating func read() throws(XMLError) -> XMLElement {
        while let token = try scanner.next() {
            switch token {
            case .text(let range): append(range)
            case .reference(let range):
                text.append(contentsOf: try replacement(of: range, undefinedAt: range.lowerBound))
            case .startTag(let name, let attributes, let isEmpty):
                try start(name, attributes)
                if isEmpty { _ = close() }
            case .endTag(let name):
                try check(name)
                if let root = close() {
                    try scanner.finish()
                    return root
                }
            case .nothing: break
            }
        }
        throw scanner.error(.unclosedElement(openName), at: scanner.position)
    }

    // MARK: Elements

    private mutating func start(_ name: Range<Int>, _ attributes: [XMLScanner.Attribute]) throws(XMLError) {
        guard open.count <= XMLElement.Limits.depth else {
            throw scanner.error(.tooDeep(limit: XMLElement.Limits.depth), at: scanner.tokenStart)
        }
        flush()
        var scope = XMLNamespaces.Scope()
        let kept = try declare(attributes, in: &scope)
        do {
            let names = try namespaces.expand(attributes: kept.map(\.name))
            let pairs = zip(names, kept).map { XMLElement.Attribute(name: $0, value: $1.value) }
            let element = XMLElement(tag: try namespaces.expand(tag: scanner.bytes[name]), attributes: pairs)
            open.append(Open(element: element, name: scanner.bytes[name], scope: scope))
        } catch {
            throw scanner.error(error, at: scanner.tokenStart)
        }
    }

    /// Declares the namespaces among the attributes, and returns the other attributes, their values normalised.
    private mutating func declare(
        _ attributes: [XMLScanner.Attribute], in scope: inout XMLNamespaces.Scope
    ) throws(XMLError) -> [(name: ArraySlice<UInt8>, value: String)] {
        var seen: Set<ArraySlice<UInt8>> = []
        var others: [(name: ArraySlice<UInt8>, value: String)] = []
        for attribute in attributes {
            let name = scanner.bytes[attribute.name]
            guard seen.insert(name).inserted else {
                throw scanner.error(.duplicateAttribute(XMLError.excerpt(name)), at: attribute.name.lowerBound)
            }
            let value = try value(attribute.value)
            guard let prefix = XMLNamespaces.declaredPrefix(name) else {
                others.append((name, String(decoding: value, as: UTF8.self)))
                continue
            }
            do { try namespaces.declare(prefix, as: value, in: &scope) } catch {
                throw scanner.error(error, at: scanner.tokenStart)
            }
        }
        return others
    }

    private func check(_ name: Range<Int>) throws(XMLError) {
        guard let expected = open.last?.name, expected != scanner.bytes[name] else { return }
        let isRoots = name.lowerBound >= scanner.contentEnd
        let found = isRoots ? nil : XMLError.excerpt(scanner.bytes[name])
        throw scanner.error(.mismatchedTag(open: openName, found: found), at: name.lowerBound)
    }

    /// Ends the innermost element, and returns it when it is the root.
    private mutating func close() -> XMLElement? {
        flush()
        guard let done = open.popLast() else { return nil }
        namespaces.leave(done.scope)
        guard !open.isEmpty else { return done.element }
        open[open.count - 1].element.children.append(done.element)
        return nil
    }

    private var openName: String { XMLError.excerpt(open.last?.name ?? []) }

    // MARK: Text

    /// Gives the collected text to where it belongs: before the first child, or after the last.
    private mutating func flush() {
        guard !text.isEmpty else { return }
        let string = String(decoding: text, as: UTF8.self)
        text.removeAll(keepingCapacity: true)
        let top = open.count - 1
        let child = open[top].element.children.count - 1
        if child < 0 { open[top].element.text = string } else { open[top].element.children[child].tail = string }
    }

    /// Collects characters; `\r\n` and `\r` are line ends.
    private mutating func append(_ range: Range<Int>) {
        let bytes = scanner.bytes[range]
        guard bytes.contains(0x0D) else { return text.append(contentsOf: bytes) }
        var afterReturn = false
        for byte in bytes {
            if byte == 0x0D { text.append(0x0A) } else if byte != 0x0A || !afterReturn { text.append(byte) }
            afterReturn = byte == 0x0D
        }
    }

    /// The value of an attribute: white space as it is written becomes spaces, `\r\n` one of them.
    private func value(_ range: Range<Int>) throws(XMLError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(range.count)
        var place = range.lowerBound
        while place < range.upperBound {
            let byte = scanner.bytes[place]
            if byte == UInt8(ascii: "&") {
                let end = try scanner.referenceEnd(place)
                result.append(contentsOf: try replacement(of: place..<end, undefinedAt: scanner.tokenStart))
                place = end
                continue
            }
            let endsPair = byte == 0x0A && place > range.lowerBound && scanner.bytes[place - 1] == 0x0D
            if !endsPair { result.append(XMLScanner.isSpace(byte) ? 0x20 : byte) }
            place += 1
        }
        return result
    }

    /// The bytes that `&…;` stands for.
    private func replacement(of range: Range<Int>, undefinedAt place: Int) throws(XMLError) -> [UInt8] {
        let name = scanner.bytes[range.lowerBound + 1..<range.upperBound - 1]
        guard name.first == UInt8(ascii: "#") else {
            for (entity, character) in Self.entities where name.elementsEqual(entity.utf8) { return [character] }
            throw scanner.error(.undefinedEntity(XMLError.excerpt(name)), at: place)
        }
        let isHexadecimal = name.dropFirst().first == UInt8(ascii: "x")
        // What is too large stays so, however many digits follow.
        let number = name.dropFirst(isHexadecimal ? 2 : 1).reduce(UInt32(0)) { number, digit in
            let value = UInt32(
                digit <= UInt8(ascii: "9") ? digit - UInt8(ascii: "0") : (digit | 0x20) - UInt8(ascii: "a") + 10)
            return min(number * (isHexadecimal ? 16 : 10) + value, 0x11_0000)
        }
        guard XMLScanner.isAllowed(number), let scalar = Unicode.Scalar(number) else {
            throw scanner.error(.invalidCharacterNumber(XMLError.excerpt(scanner.bytes[range])), at: range.lowerBound)
        }
        return Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private static let entities: [(name: String, character: UInt8)] = [
        ("amp", UInt8(ascii: "&")), ("lt", UInt8(ascii: "<")), ("gt", UInt8(ascii: ">")), ("quot", UInt8(ascii: "\"")),
        ("apos", UInt8(ascii: "'")),
    ]
}
