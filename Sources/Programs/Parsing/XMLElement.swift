/// One element of XML, as Python's `xml.etree.ElementTree.Element` holds it.
///
/// Strings here compare as Swift's do, by canonical equivalence; Python compares code points. Who groups elements by their tags
/// as Python does must compare their `unicodeScalars`.
struct XMLElement: Sendable, Hashable {
    /// One attribute.
    struct Attribute: Sendable, Hashable {
        /// The name; `{uri}local` when it has a namespace.
        var name: String
        /// The value, with references replaced.
        var value: String
    }

    /// The name; `{uri}local` when it has a namespace.
    var tag: String
    /// In the order written, without the declarations of namespaces.
    var attributes: [Attribute] = []
    /// The text before the first child; empty where Python has `None`.
    var text = ""
    /// In the order written. Comments and processing instructions leave no trace.
    var children: [XMLElement] = []
    /// The text between the element's end and what comes after it; empty where Python has `None`.
    var tail = ""

    /// Reads text as the content of one root element, with the results and the refusals of CPython 3.11's
    /// `ElementTree.fromstring("<dspy_root>" + content + "</dspy_root>")` on expat 2.5.0.
    ///
    /// The content may hold the root's end tag, which then ends the root. Time and memory are linear in the content's length.
    ///
    /// - Throws: ``XMLError`` where Python refuses, and also when ``Limits`` are exceeded.
    init(content: String) throws(XMLError) {
        var reader = XMLContentReader(content)
        self = try reader.read()
    }

    init(tag: String, attributes: [Attribute] = []) {
        self.tag = tag
        self.attributes = attributes
    }

    /// The value of the attribute with that name, compared code point by code point.
    func attribute(_ name: String) -> String? {
        attributes.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }
}

extension XMLElement {
    /// What bounds the cost of hostile content. Python has neither limit.
    enum Limits {
        /// How many elements may be open at a time, besides the root.
        static let depth = 256
        /// How many bytes of namespaces all names together may hold: 64 KiB and 16 times the length of the content, which
        /// namespaces of up to 64 bytes never reach. Without it, a long namespace and many names need memory by the square of the
        /// length, here and where they are written again.
        static func namespaceBytes(contentLength: Int) -> Int { 65_536 + 16 * contentLength }
    }

    /// The name of the root element that DSPy puts around a model's answer.
    static let rootTag = "dspy_root"
}
