/// Why text is not the content of an XML element.
struct XMLError: Error, Sendable, Hashable {
    /// What is wrong. Names are cut to 80 characters.
    enum Problem: Error, Sendable, Hashable {
        /// A character where no rule of XML allows it; `found` is nil at the end of the text.
        case invalidToken(found: String?)
        /// A tag, comment, reference or instruction that begins here and does not end.
        case unclosedToken
        /// A CDATA section without its end.
        case unclosedCDATASection
        /// The end tag of another element than the open one; `found` is nil at the end of the text.
        case mismatchedTag(open: String, found: String?)
        /// An element that is still open where everything ends.
        case unclosedElement(String)
        /// Something after the end of the root element.
        case textAfterRoot
        /// An attribute that its tag has twice.
        case duplicateAttribute(String)
        /// A reference to an entity other than `amp`, `lt`, `gt`, `quot` and `apos`.
        case undefinedEntity(String)
        /// A reference to a character that XML does not allow.
        case invalidCharacterNumber(String)
        /// `<?xml …?>` inside the text.
        case misplacedDeclaration
        /// A prefix that no `xmlns:` attribute declares.
        case unboundPrefix(String)
        /// A prefix declared as the empty namespace.
        case emptyNamespace(prefix: String)
        /// A declaration of `xml` or `xmlns`, which XML keeps to itself.
        case reservedPrefix(String)
        /// A declaration of a namespace that belongs to `xml` or `xmlns`.
        case reservedNamespace(String)
        /// A namespace with `}` in it, which ElementTree separates names with.
        case braceInNamespace(String)
        /// More open elements than ``XMLElement/Limits/depth``.
        case tooDeep(limit: Int)
        /// More than ``XMLElement/Limits/namespaceBytes(contentLength:)``.
        case tooManyNamespaceBytes(limit: Int)
    }

    /// What is wrong.
    var problem: Problem
    /// The line of the content, from 1.
    var line: Int
    /// The place in the line, in Unicode scalars from 1.
    var column: Int

    /// Text for a problem, cut to 80 characters.
    static func excerpt(_ bytes: some Sequence<UInt8>) -> String {
        let text = String(decoding: Array(bytes.prefix(400)), as: UTF8.self)
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(80)))
    }
}

extension XMLError: CustomStringConvertible {
    /// What is wrong and where.
    var description: String { "line \(line), column \(column): \(message)" }

    /// What is wrong, in one sentence.
    var message: String {
        switch problem {
        case .invalidToken(let found):
            "\(found ?? "the end of the text") cannot stand here; write '&lt;' and '&amp;' in text"
        case .unclosedToken: "what begins here is never closed"
        case .unclosedCDATASection: "a CDATA section is never closed"
        case .mismatchedTag(let open, let found?): "found '</\(found)>' while '<\(open)>' is open"
        case .mismatchedTag(let open, nil): "the text ends while '<\(open)>' is open"
        case .unclosedElement(let name): "everything ends while '<\(name)>' is open"
        case .textAfterRoot: "the root element has ended before this"
        case .duplicateAttribute(let name): "the attribute '\(name)' is there twice"
        case .undefinedEntity(let name): "the entity '&\(name);' is not known"
        case .invalidCharacterNumber(let written): "'\(written)' is no character that XML allows"
        case .misplacedDeclaration: "an XML declaration cannot stand inside the text"
        case .unboundPrefix(let prefix): "the prefix '\(prefix)' is not declared"
        case .emptyNamespace(let prefix): "the prefix '\(prefix)' is declared as nothing"
        case .reservedPrefix(let prefix): "the prefix '\(prefix)' cannot be declared"
        case .reservedNamespace(let uri): "the namespace '\(uri)' cannot be declared"
        case .braceInNamespace(let uri): "the namespace '\(uri)' holds '}'"
        case .tooDeep(let limit): "elements nest deeper than the limit of \(limit)"
        case .tooManyNamespaceBytes(let limit): "namespaces would take more than the limit of \(limit) bytes"
        }
    }

    /// The text of the `ElementTree.ParseError` that Python raises for DSPy's XMLAdapter: its lines count from 1, its columns from 0,
    /// with the root's start tag in the first line. For a limit of ours, which Python does not have, it is ``message`` with that
    /// place.
    var pythonMessage: String {
        let offset = line == 1 ? XMLElement.rootTag.utf8.count + 2 : 0
        return "\(pythonProblem ?? message): line \(line), column \(column - 1 + offset)"
    }

    /// What expat calls the problem; nil for limits of ours.
    private var pythonProblem: String? {
        switch problem {
        case .invalidToken: "not well-formed (invalid token)"
        case .unclosedToken: "unclosed token"
        case .unclosedCDATASection: "unclosed CDATA section"
        case .mismatchedTag: "mismatched tag"
        case .unclosedElement: "no element found"
        case .textAfterRoot: "junk after document element"
        case .duplicateAttribute: "duplicate attribute"
        case .undefinedEntity: "undefined entity"
        case .invalidCharacterNumber: "reference to invalid character number"
        case .misplacedDeclaration: "XML or text declaration not at start of entity"
        case .unboundPrefix: "unbound prefix"
        case .emptyNamespace: "must not undeclare prefix"
        case .reservedPrefix("xmlns"): "reserved prefix (xmlns) must not be declared or undeclared"
        case .reservedPrefix: "reserved prefix (xml) must not be undeclared or bound to another namespace name"
        case .reservedNamespace: "prefix must not be bound to one of the reserved namespace names"
        case .braceInNamespace: "syntax error"
        case .tooDeep, .tooManyNamespaceBytes: nil
        }
    }
}
