extension XMLElement {
    /// The element with its tail as XML: the text of `ElementTree.tostring(element, encoding="unicode")` of CPython 3.11.
    ///
    /// Namespaces get the prefixes `ns0`, `ns1` … in the order in which they occur, but for those that ElementTree has names for.
    func serialized() -> String {
        let prefixes = XMLPrefixes(of: self)
        var result = ""
        write(to: &result, prefixes, isOutermost: true)
        return result
    }

    private func write(to result: inout String, _ prefixes: XMLPrefixes, isOutermost: Bool) {
        let name = prefixes.name(tag)
        result += "<" + name
        if isOutermost {
            for (prefix, uri) in prefixes.declared { result += " xmlns:\(prefix)=\"\(XMLText.escapedAttribute(uri))\"" }
        }
        for attribute in attributes {
            result += " \(prefixes.name(attribute.name))=\"\(XMLText.escapedAttribute(attribute.value))\""
        }
        if text.isEmpty && children.isEmpty {
            result += " />"
        } else {
            result += ">" + XMLText.escaped(text)
            for child in children { child.write(to: &result, prefixes, isOutermost: false) }
            result += "</" + name + ">"
        }
        result += XMLText.escaped(tail)
    }
}

/// The prefixes that a written element uses.
private struct XMLPrefixes {
    /// Namespaces by their bytes, as Swift's strings compare by canonical equivalence.
    private var prefixes: [[UInt8]: String] = [:]
    /// What the outermost tag declares, in the order of the prefixes.
    private(set) var declared: [(prefix: String, uri: String)] = []

    /// Gives a prefix to every namespace of an element and of those inside it.
    init(of element: XMLElement) {
        collect(element)
        declared.sort { $0.prefix < $1.prefix }
    }

    private mutating func collect(_ element: XMLElement) {
        add(element.tag)
        for attribute in element.attributes { add(attribute.name) }
        for child in element.children { collect(child) }
    }

    /// A name with its prefix.
    func name(_ expanded: String) -> String {
        guard let (uri, local) = Self.split(expanded), let prefix = prefixes[Array(uri.utf8)] else { return expanded }
        return "\(prefix):\(local)"
    }

    private mutating func add(_ name: String) {
        guard let (uri, _) = Self.split(name), prefixes[Array(uri.utf8)] == nil else { return }
        let prefix = Self.wellKnown[String(uri)] ?? "ns\(declared.count)"
        prefixes[Array(uri.utf8)] = prefix
        // That of XML itself needs no declaration.
        if prefix != "xml" { declared.append((prefix, String(uri))) }
    }

    private static func split(_ name: String) -> (uri: Substring, local: Substring)? {
        let utf8 = name.utf8
        guard utf8.first == UInt8(ascii: "{"), let brace = utf8.firstIndex(of: UInt8(ascii: "}")) else { return nil }
        return (name[utf8.index(after: utf8.startIndex)..<brace], name[utf8.index(after: brace)...])
    }

    private static let wellKnown = [
        "http://www.w3.org/XML/1998/namespace": "xml",
        "http://www.w3.org/1999/xhtml": "html",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
        "http://schemas.xmlsoap.org/wsdl/": "wsdl",
        "http://www.w3.org/2001/XMLSchema": "xs",
        "http://www.w3.org/2001/XMLSchema-instance": "xsi",
        "http://purl.org/dc/elements/1.1/": "dc",
    ]
}
