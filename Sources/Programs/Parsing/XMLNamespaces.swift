/// The prefixes in scope while a text is read, and the names that they make.
struct XMLNamespaces {
    /// What the declarations of one element replaced.
    struct Scope {
        fileprivate var replaced: [(prefix: ArraySlice<UInt8>, namespace: Int?)] = []
    }

    /// A name without its prefix, in the namespace of that number.
    private struct Name: Hashable {
        let namespace: Int
        let local: ArraySlice<UInt8>
    }

    /// The number of each namespace, so that long ones are compared once.
    private var numbers: [[UInt8]: Int] = [:]
    private var uris: [[UInt8]] = []
    /// The namespace of each prefix; the default one has an empty prefix.
    private var bound: [ArraySlice<UInt8>: Int] = [:]
    /// How many bytes of namespaces all names hold so far.
    private var bytes = 0
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
        bound[Self.xml] = number(Array(Self.xmlNamespace))
    }

    // MARK: Declarations

    /// The prefix that an attribute of this name declares, empty for the default namespace; nil for an ordinary attribute.
    static func declaredPrefix(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard name.starts(with: xmlns) else { return nil }
        let rest = name.dropFirst(xmlns.count)
        return rest.isEmpty ? rest : rest.first == UInt8(ascii: ":") ? rest.dropFirst() : nil
    }

    /// Binds a prefix until the scope is left.
    mutating func declare(
        _ prefix: ArraySlice<UInt8>, as uri: [UInt8], in scope: inout Scope
    ) throws(XMLError.Problem) {
        if uri.isEmpty && !prefix.isEmpty { throw .emptyNamespace(prefix: XMLError.excerpt(prefix)) }
        if prefix == Self.xmlns { throw .reservedPrefix(XMLError.excerpt(prefix)) }
        if uri.contains(UInt8(ascii: "}")) { throw .braceInNamespace(XMLError.excerpt(uri)) }
        let isXML = uri.elementsEqual(Self.xmlNamespace)
        if prefix == Self.xml && !isXML { throw .reservedPrefix(XMLError.excerpt(prefix)) }
        if prefix != Self.xml && isXML || uri.elementsEqual(Self.xmlnsNamespace) {
            throw .reservedNamespace(XMLError.excerpt(uri))
        }
        scope.replaced.append((prefix, bound[prefix]))
        bound[prefix] = uri.isEmpty ? nil : number(uri)
    }

    /// Undoes the declarations of an element.
    mutating func leave(_ scope: Scope) {
        for (prefix, namespace) in scope.replaced.reversed() { bound[prefix] = namespace }
    }

    private mutating func number(_ uri: [UInt8]) -> Int {
        if let known = numbers[uri] { return known }
        uris.append(uri)
        numbers[uri] = uris.count - 1
        return uris.count - 1
    }

    // MARK: Names

    /// The name of an element, as `{uri}local` when it has a namespace.
    mutating func expand(tag name: ArraySlice<UInt8>) throws(XMLError.Problem) -> String {
        guard let resolved = try resolve(name) ?? bound[[]].map({ Name(namespace: $0, local: name) }) else {
            return String(decoding: name, as: UTF8.self)
        }
        return try string(resolved)
    }

    /// The names of an element's attributes. The default namespace is not theirs.
    mutating func expand(attributes: [ArraySlice<UInt8>]) throws(XMLError.Problem) -> [String] {
        var seen: Set<Name> = []
        var result: [String] = []
        for name in attributes {
            guard let resolved = try resolve(name) else {
                result.append(String(decoding: name, as: UTF8.self))
                continue
            }
            guard seen.insert(resolved).inserted else { throw .duplicateAttribute(XMLError.excerpt(name)) }
            result.append(try string(resolved))
        }
        return result
    }

    /// A name with a prefix, resolved; nil for a name without one.
    private func resolve(_ name: ArraySlice<UInt8>) throws(XMLError.Problem) -> Name? {
        guard let colon = name.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        guard let namespace = bound[name[..<colon]] else { throw .unboundPrefix(XMLError.excerpt(name[..<colon])) }
        return Name(namespace: namespace, local: name[(colon + 1)...])
    }

    private mutating func string(_ name: Name) throws(XMLError.Problem) -> String {
        let uri = uris[name.namespace]
        bytes += uri.count
        guard bytes <= limit else { throw .tooManyNamespaceBytes(limit: limit) }
        return String(decoding: [UInt8(ascii: "{")] + uri + [UInt8(ascii: "}")] + name.local, as: UTF8.self)
    }

    private static let xml = ArraySlice("xml".utf8)
    private static let xmlns = ArraySlice("xmlns".utf8)
    private static let xmlNamespace = "http://www.w3.org/XML/1998/namespace".utf8
    private static let xmlnsNamespace = "http://www.w3.org/2000/xmlns/".utf8
}
