import Marshalling
import Testing

@testable import Programs

@Suite struct XMLTextTests {
    /// The expected texts are those of `XMLAdapter._value_to_xml` of DSPy 3.4.1.
    @Test(
        arguments: [
            (.none, "<t />"), (true, "<t>True</t>"), (false, "<t>False</t>"), (-3, "<t>-3</t>"), ("", "<t></t>"),
            ("a<b>&\"", "<t>a&lt;b>&amp;\"</t>"), ([], "<t />"), ([:], "<t></t>"),
            ([1, .none, [2.5], "x"], "<t><item>1</item><item /><item><item>2.5</item></item><item>x</item></t>"),
            (["a": 1, "b-c.d": ["x": []]], "<t><a>1</a><b-c.d><x /></b-c.d></t>"),
            (
                ["a b": 1, "": 2, "1": [3]],
                "<t><entry key=\"a b\">1</entry><entry key=\"\">2</entry><entry key=\"1\"><item>3</item></entry></t>"
            ),
            (["-a": .none, ".": [:]], "<t><entry key=\"-a\" /><entry key=\".\"></entry></t>"),
            (["é": 1, "日本": 2, "a·": 3, "·": 4], "<t><é>1</é><日本>2</日本><a·>3</a·><entry key=\"·\">4</entry></t>"),
            (["it's <\">\n\t\r&": 1], "<t><entry key=\"it's &lt;&quot;&gt;&#10;&#9;&#13;&amp;\">1</entry></t>"),
            (["say \"x\"": 1], "<t><entry key='say \"x\"'>1</entry></t>"),
            (
                [1: 2, true: 3, .none: 4, 0.5: 5],
                "<t><entry key=\"1\">2</entry><True>3</True><None>4</None><entry key=\"0.5\">5</entry></t>"
            ),
            (
                ["a\u{200D}": 1, "a\u{30FB}": 2],
                "<t><entry key=\"a\u{200D}\">1</entry><entry key=\"a\u{30FB}\">2</entry></t>"
            ),
        ] as [(PythonValue, String)])
    func `values are written as DSPy writes them`(value: PythonValue, expected: String) throws {
        #expect(try XMLText.write(value, tag: "t") == expected)
    }

    @Test(
        arguments: [
            (0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-2.5, "-2.5"), (0.1, "0.1"), (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (9_007_199_254_740_992, "9007199254740992.0"), (1.5e300, "1.5e+300"), (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (0.00012345, "0.00012345"), (.leastNonzeroMagnitude, "5e-324"), (.infinity, "inf"), (-.infinity, "-inf"),
            (.nan, "nan"),
            (123_456_789.125, "123456789.125"), (1.25e-7, "1.25e-07"),
        ] as [(Double, String)])
    func `floats are written as Python writes them`(number: Double, expected: String) throws {
        #expect(try XMLText.write(.float(number), tag: "t") == "<t>\(expected)</t>")
    }

    @Test func `large integers keep their digits, shared objects are written each time`() throws {
        let digits = "-123456789012345678901234567890"
        let number = try #require(PythonInteger(digits))
        let row = PythonShared(["n": PythonValue(number)])
        #expect(
            try XMLText.write([.shared(row), .shared(row)], tag: "t")
                == "<t><item><n>\(digits)</n></item><item><n>\(digits)</n></item></t>")
    }

    @Test func `what JSON does not have is refused`() throws {
        #expect(throws: XMLText.Failure.notJSON(typeName: "tuple")) { try XMLText.write([.tuple([1])], tag: "t") }
        #expect(throws: XMLText.Failure.notJSON(typeName: "bytes")) {
            try XMLText.write(.dict([.bytes([1]): 1]), tag: "t")
        }
    }

    @Test func `nesting is bounded`() async throws {
        let loop = PythonShared { itself in ["x": [.shared(itself)]] }
        let refused = await onSmallStack {
            #expect(throws: XMLText.Failure.tooDeep(limit: 256)) { try XMLText.write(.shared(loop), tag: "t") }
        }
        #expect(refused != nil)
        var deepest: PythonValue = 1
        for _ in 0..<256 { deepest = [deepest] }
        let value = deepest
        let written = await onSmallStack { try? XMLText.write(value, tag: "item") }
        let expected = String(repeating: "<item>", count: 257) + "1" + String(repeating: "</item>", count: 257)
        #expect(written == expected)
    }

    @Test(
        arguments: [
            ["answer": "a < b & c", "list": ["x", "y"], "map": ["k k": "v", "k-k": "w"]],
            ["text": "]]> <!-- &amp; \n", "empty": "", "deep": [["1"], ["2"]]],
        ] as [PythonValue])
    func `what is written reads back`(value: PythonValue) throws {
        let written = try XMLText.write(value, tag: "t").replacing("]]>", with: "]]&gt;")
        #expect(restored(try #require(try XMLElement(content: written).children.first)) == value)
    }

    private func restored(_ element: XMLElement) -> PythonValue {
        guard !element.children.isEmpty else { return .string(element.text) }
        if element.children.allSatisfy({ $0.tag == "item" }) { return .list(element.children.map(restored)) }
        return .dict(
            PythonDictionary(
                element.children.map { .init(key: .string($0.attribute("key") ?? $0.tag), value: restored($0)) }))
    }
}
