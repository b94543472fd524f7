import Testing

@testable import Programs

@Suite struct XMLContentTests {
    /// A tree in one line: `tag[name=value](text|child …)tail`.
    private func picture(_ element: XMLElement) -> String {
        let attributes = element.attributes.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
        let inside = [element.text] + element.children.map(picture)
        return element.tag + (attributes.isEmpty ? "" : "[\(attributes)]") + "(\(inside.joined(separator: "|")))"
            + element.tail
    }

    private func read(_ content: String) throws -> String { picture(try XMLElement(content: content)) }

    @Test(arguments: [
        ("", "dspy_root()"),
        ("plain", "dspy_root(plain)"),
        ("Sure!\n<answer>\nParis\n</answer>\nDone.", "dspy_root(Sure!\n|answer(\nParis\n)\nDone.)"),
        ("<a/><b /><c></c><d\n></d >", "dspy_root(|a()|b()|c()|d())"),
        ("<a>x<b>y</b>z<b/>w</a>", "dspy_root(|a(x|b(y)z|b()w))"),
        ("<dspy_root>x</dspy_root>", "dspy_root(|dspy_root(x))"),
        (#"<entry key="a b" k='"'>1</entry>"#, #"dspy_root(|entry[key=a b,k="](1))"#),
        ("<a x = '1'\n y\t=\n'2' />", "dspy_root(|a[x=1,y=2]())"),
        // References
        ("5 &lt; 6 &amp;&gt; &quot;&apos;", "dspy_root(5 < 6 &> \"')"),
        ("&#65;&#x42;&#x1F600;&#00067;&#x85;", "dspy_root(AB\u{1F600}C\u{85})"),
        ("&amp;lt;", "dspy_root(&lt;)"),
        // Comments and instructions leave no trace, sections only their text
        ("x<!-- <y> & -->z<?pi x?>w<a/>b<!----><?q?>d", "dspy_root(xzw|a()bd)"),
        ("a<![CDATA[<b>&amp;]]]><![CDATA[]]>c", "dspy_root(a<b>&amp;]c)"),
        ("a]]b]>&gt;]]&gt;", "dspy_root(a]]b]>>]]>)"),
        // Ends of lines, and white space in attributes
        ("a\r\nb\rc\n\rd<![CDATA[\r\n]]>", "dspy_root(a\nb\nc\n\nd\n)"),
        ("<a x='1\r\n2\t3\r4\n5&#10;&#13;&#9;6'/>", "dspy_root(|a[x=1 2 3 4 5\n\r\t6]())"),
        // Names and namespaces
        ("<日本 é='1'/><a·b-.1/>", "dspy_root(|日本[é=1]()|a·b-.1())"),
        ("<a xmlns='u'><b c='1'/></a><b/>", "dspy_root(|{u}a(|{u}b[c=1]())|b())"),
        ("<a xmlns='u'><b xmlns=''/><c/></a>", "dspy_root(|{u}a(|b()|{u}c()))"),
        ("<p:a xmlns:p='u' p:x='1' x='2'/>", "dspy_root(|{u}a[{u}x=1,x=2]())"),
        ("<a xml:lang='en'/>", "dspy_root(|a[{http://www.w3.org/XML/1998/namespace}lang=en]())"),
        ("<a x='&#x7D;' xmlnsfoo='1'/>", "dspy_root(|a[x=},xmlnsfoo=1]())"),
        ("\u{7F}\u{85}\u{FEFF}\u{FFFD}\u{1FFFE}", "dspy_root(\u{7F}\u{85}\u{FEFF}\u{FFFD}\u{1FFFE})"),
    ])
    func `content reads as ElementTree reads it`(content: String, expected: String) throws {
        #expect(Array(try read(content).unicodeScalars) == Array(expected.unicodeScalars))
    }

    /// The messages are those of CPython 3.11.2 with expat 2.5.0.
    @Test(arguments: [
        ("5 < 6 & x", "not well-formed (invalid token): line 1, column 14"),
        ("\n\n5 & 6", "not well-formed (invalid token): line 3, column 3"),
        ("é日😀 <", "not well-formed (invalid token): line 1, column 16"),
        ("a ]]> b", "not well-formed (invalid token): line 1, column 15"),
        ("\u{0}", "not well-formed (invalid token): line 1, column 11"),
        ("\u{1}", "not well-formed (invalid token): line 1, column 11"),
        ("<a>\u{FFFE}</a>", "not well-formed (invalid token): line 1, column 14"),
        ("<!DOCTYPE x>", "not well-formed (invalid token): line 1, column 13"),
        ("<!-- a -- b -->", "not well-formed (invalid token): line 1, column 20"),
        ("<?XML?>", "not well-formed (invalid token): line 1, column 16"),
        ("<1/>", "not well-formed (invalid token): line 1, column 12"),
        ("<·a/>", "not well-formed (invalid token): line 1, column 12"),
        ("<:a/>", "not well-formed (invalid token): line 1, column 12"),
        ("<a:b:c/>", "not well-formed (invalid token): line 1, column 15"),
        ("<a x/>", "not well-formed (invalid token): line 1, column 15"),
        ("<a x=1/>", "not well-formed (invalid token): line 1, column 16"),
        ("<a x='<'/>", "not well-formed (invalid token): line 1, column 17"),
        ("<a x='1'y='2'/>", "not well-formed (invalid token): line 1, column 19"),
        ("&#xG;", "not well-formed (invalid token): line 1, column 14"),
        ("&#X41;", "not well-formed (invalid token): line 1, column 13"),
        ("<![cdata[x]]>", "not well-formed (invalid token): line 1, column 14"),
        ("<?xml version='1.0'?>", "XML or text declaration not at start of entity: line 1, column 11"),
        ("<!-- x", "unclosed token: line 1, column 11"),
        ("a <?pi x", "unclosed token: line 1, column 13"),
        ("<![CDATA[abc", "unclosed CDATA section: line 1, column 35"),
        ("</a>", "mismatched tag: line 1, column 13"),
        ("<a>\n<b></a>", "mismatched tag: line 2, column 5"),
        ("<answer>x", "mismatched tag: line 1, column 22"),
        ("<é></e\u{301}>", "mismatched tag: line 1, column 16"),
        ("<dspy_root>", "no element found: line 1, column 34"),
        ("<a x='1' x='2'/>", "duplicate attribute: line 1, column 20"),
        ("<a xmlns:p='u' xmlns:q='u' p:x='' q:x=''/>", "duplicate attribute: line 1, column 11"),
        ("&nbsp;", "undefined entity: line 1, column 11"),
        ("<a x='&foo;'/>", "undefined entity: line 1, column 11"),
        ("&#0;", "reference to invalid character number: line 1, column 11"),
        ("&#xD800;", "reference to invalid character number: line 1, column 11"),
        ("&#x110000;", "reference to invalid character number: line 1, column 11"),
        ("&#99999999999999999999999;", "reference to invalid character number: line 1, column 11"),
        ("<a\n x='&#xFFFF;'/>", "reference to invalid character number: line 2, column 4"),
        ("<p:a/>", "unbound prefix: line 1, column 11"),
        ("<a p:x=''/>", "unbound prefix: line 1, column 11"),
        ("<p:a xmlns:p='u'/><p:a/>", "unbound prefix: line 1, column 29"),
        ("<a xmlns:p=''/>", "must not undeclare prefix: line 1, column 11"),
        ("<a xmlns='a}b'/>", "syntax error: line 1, column 11"),
        (
            "<a xmlns:xml='q'/>",
            "reserved prefix (xml) must not be undeclared or bound to another namespace name: line 1, column 11"
        ),
        ("<a xmlns:xmlns='q'/>", "reserved prefix (xmlns) must not be declared or undeclared: line 1, column 11"),
        (
            "<a xmlns:q='http://www.w3.org/2000/xmlns/'/>",
            "prefix must not be bound to one of the reserved namespace names: line 1, column 11"
        ),
        // After the root's end
        ("a</dspy_root>", "not well-formed (invalid token): line 1, column 25"),
        ("a</dspy_root><x>", "junk after document element: line 1, column 24"),
        ("a</dspy_root> <!-- c --> <?pi?><?xml?>", "junk after document element: line 1, column 42"),
        ("a</dspy_root>hey", "not well-formed (invalid token): line 1, column 27"),
        ("a</dspy_root>hey ho", "junk after document element: line 1, column 24"),
        ("a</dspy_root><!-- ", "unclosed token: line 1, column 24"),
    ])
    func `what Python refuses is refused at the same place`(content: String, expected: String) {
        let error = #expect(throws: XMLError.self) { try XMLElement(content: content) }
        #expect(error?.pythonMessage == expected)
    }

    @Test(arguments: [
        ("5 < 6", "line 1, column 4: ' ' cannot stand here; write '&lt;' and '&amp;' in text"),
        ("x <", "line 1, column 4: the end of the text cannot stand here; write '&lt;' and '&amp;' in text"),
        ("\u{1B}[31m", "line 1, column 1: U+1B cannot stand here; write '&lt;' and '&amp;' in text"),
        ("\r\n<a>\r<b>", "line 3, column 6: the text ends while '<b>' is open"),
        ("<a></b>", "line 1, column 6: found '</b>' while '<a>' is open"),
        ("&nbsp;", "line 1, column 1: the entity '&nbsp;' is not known"),
        (
            "<\(String(repeating: "n", count: 90))>",
            "line 1, column 95: the text ends while '<\(String(repeating: "n", count: 80))>' is open"
        ),
    ])
    func `errors say what was found`(content: String, expected: String) {
        let error = #expect(throws: XMLError.self) { try XMLElement(content: content) }
        #expect(error?.description == expected)
    }

    @Test(arguments: [
        ("<a></a>", "<a />"),
        (
            "<a x='&amp;&lt;>&#34;&apos;&#10;&#13;&#9;'>&amp;&lt;></a>t>",
            "<a x=\"&amp;&lt;&gt;&quot;'&#10;&#13;&#09;\">&amp;&lt;&gt;</a>t&gt;"
        ),
        ("<a><b/>x<c>y</c></a>\n", "<a><b />x<c>y</c></a>\n"),
        ("<a><![CDATA[<]]><!-- c --></a>", "<a>&lt;</a>"),
        (
            "<a xmlns='u'><b xmlns='v' xmlns:p='u' p:c=''/></a>",
            "<ns0:a xmlns:ns0=\"u\" xmlns:ns1=\"v\"><ns1:b ns0:c=\"\" /></ns0:a>"
        ),
        ("<a xml:lang='en'/>", "<a xml:lang=\"en\" />"),
        (
            "<a xmlns='http://www.w3.org/1999/xhtml' xmlns:p='u'><p:b/></a>",
            "<html:a xmlns:html=\"http://www.w3.org/1999/xhtml\" xmlns:ns1=\"u\"><ns1:b /></html:a>"
        ),
        (
            "<a xmlns='\u{301}é'><b xmlns='\u{301}e\u{301}'/></a>",
            "<ns0:a xmlns:ns0=\"\u{301}é\" xmlns:ns1=\"\u{301}e\u{301}\"><ns1:b /></ns0:a>"
        ),
    ])
    func `an element writes as ElementTree writes it`(content: String, expected: String) throws {
        let child = try #require(try XMLElement(content: content).children.first)
        #expect(Array(child.serialized().unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test func `prefixes are declared in the order of their letters`() throws {
        let inner = (0..<11).map { "<n\($0):x xmlns:n\($0)='u\($0)'/>" }.joined()
        let child = try #require(try XMLElement(content: "<a>\(inner)</a>").children.first)
        #expect(
            child.serialized().hasPrefix("<a xmlns:ns0=\"u0\" xmlns:ns1=\"u1\" xmlns:ns10=\"u10\" xmlns:ns2=\"u2\""))
    }

    @Test func `attributes are found by code points`() throws {
        let child = try #require(try XMLElement(content: "<a é='1' key='2'/>").children.first)
        #expect(child.attribute("é") == "1")
        #expect(child.attribute("e\u{301}") == nil)
        #expect(child.attribute("key") == "2")
    }

    // MARK: Limits

    @Test(arguments: [(256, true), (257, false), (100_000, false)])
    func `nesting is bounded`(depth: Int, isRead: Bool) async {
        let content = String(repeating: "<a>", count: depth) + "x" + String(repeating: "</a>", count: depth)
        let result: Result<String, XMLError> = await onSmallStack {
            do throws(XMLError) {
                let element = try XMLElement(content: content)
                let copy = element
                return copy == element ? .success(element.children.first?.serialized() ?? "") : .success("")
            } catch { return .failure(error) }
        }
        let error = XMLError(problem: .tooDeep(limit: 256), line: 1, column: 256 * 3 + 1)
        #expect(result == (isRead ? .success(content) : .failure(error)))
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("<a>", false), ("<", false), ("&amp;", true), ("]", true), ("<a/>", true), ("<!---->", true),
            ("</dspy_root>", false),
            ("&", false), ("\r\n", true), ("<a b='c'>x</a>\n", true), ("<a xmlns='u'/>", true), ("<![CDATA[]]>", true),
            ("<a xmlns:p='u' p:b=''/>", true), ("😀", true), ("<!", false), ("<?", false), ("&#", false),
        ])
    func `a megabyte of one thing is read in a moment`(part: String, isRead: Bool) {
        let content = String(repeating: part, count: 1_000_000 / part.utf8.count)
        #expect(((try? XMLElement(content: content)) != nil) == isRead)
    }

    @Test(.timeLimit(.minutes(1)))
    func `large tags are read in a moment`() throws {
        let value = String(repeating: "x&lt;\n", count: 150_000)
        let one = try #require(try XMLElement(content: "<a b='\(value)'/>").children.first)
        #expect(one.attributes.first?.value.utf8.count == 450_000)
        let names = (0..<60_000).map { " a\($0)='\($0)'" }.joined()
        #expect(try XMLElement(content: "<a\(names)/>").children.first?.attributes.count == 60_000)
        let name = String(repeating: "n", count: 500_000)
        #expect(try XMLElement(content: "<\(name)></\(name)>").children.first?.tag == name)
    }

    @Test func `a long namespace cannot be multiplied`() throws {
        let uri = String(repeating: "u", count: 500_000)
        let content = "<a xmlns:p='\(uri)'>" + String(repeating: "<p:b/>", count: 80_000) + "</a>"
        let error = #expect(throws: XMLError.self) { try XMLElement(content: content) }
        #expect(error?.problem == .tooManyNamespaceBytes(limit: 65_536 + 16 * content.utf8.count))
        let usual = String(repeating: "u", count: 64)
        let many = "<a xmlns='\(usual)'>" + String(repeating: "<b/>", count: 50_000) + "</a>"
        #expect(try XMLElement(content: many).children.first?.children.count == 50_000)
    }
}
