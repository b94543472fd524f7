import Marshalling
import Signatures
import Testing

@testable import Programs

/// Data sets from JSON lines and CSV.
@Suite struct DataSetTests {
    private let signature: Signature

    init() throws {
        signature = try Signature("question, year: Optional[int] -> answer: float, tags: set[str]")
    }

    private func read(_ text: String, _ format: DataSet.Format) throws(DataSetError) -> [Example] {
        try DataSet(text, format: format, signature: signature, name: "data").examples
    }

    @Test func `JSON lines are of the signature's types, and other columns stay as they are`() throws {
        let examples = try read(
            """
            {"question": "a", "answer": 3, "tags": ["x", "y"], "source": {"n": 1}}

            {"question": "b", "year": 1999}\r
            """, .jsonLines)
        #expect(examples.map(\.line) == [1, 3])
        #expect(examples[0]["answer"] == .float(3))
        #expect(examples[0]["tags"] == .set(PythonSet(["x", "y"])))
        #expect(examples[0]["source"] == ["n": 1])
        #expect(examples[1].inputs(of: signature) == ["question": "b", "year": 1999])
    }

    @Test func `CSV is of the signature's types, and an empty place is no value`() throws {
        let examples = try read(
            "\u{FEFF}question,year,answer,note\r\n\"a, \"\"quoted\"\"\nline\",,2.5,\r\nb,1999,,x\n", .csv)
        #expect(examples[0]["question"] == "a, \"quoted\"\nline")
        #expect(examples[0]["year"] == PythonValue.none)
        #expect(examples[0]["answer"] == .float(2.5))
        #expect(examples[0]["note"] == "")
        #expect(examples[1]["year"] == 1999)
        #expect(examples[1]["answer"] == nil)
        #expect(examples.map(\.line) == [2, 4])
    }

    @Test(arguments: [
        ("{\"question\": \"a\"}\n{\"question\": }", "data, line 2, column 14: no JSON: expected"),
        ("{\"question\": \"a\"}\n\n[1]", "data, line 3: each line must be one JSON object, and this is list"),
        ("{\"question\": \"a\", \"answer\": \"high\"}", "data, line 1: answer: expected float"),
        ("{\"question\": 3}", "data, line 1: question: expected str, got int"),
        ("{\"answer\": 3}", "data, line 1: the input 'question' is missing; expected str"),
        ("{\"question\": null}", "data, line 1: the input 'question' is missing"),
        (" \n\n", "data: there are no examples"),
    ])
    func `what is wrong with JSON lines names the line`(text: String, expected: String) {
        let error = #expect(throws: DataSetError.self) { try read(text, .jsonLines) }
        #expect(error.map { "\($0)" }?.hasPrefix(expected) == true, "\(error as Any)")
    }

    @Test(arguments: [
        ("question,year\na,b", "data, line 2, column 2: year: expected"),
        ("question,year\na", "data, line 2: 1 values, but the first line names 2 columns"),
        ("question,question\na,b", "data, line 1, column 2: two columns are called 'question'"),
        ("question,\na,b", "data, line 1, column 2: the column has no name"),
        ("question\n\"a", "data, line 2, column 1: a quote is opened here and never closed"),
        ("question,note\n\"a\nb\"c,d", "data, line 3, column 3: expected a comma"),
        ("note\na", "data, line 2: the input 'question' is missing"), ("", "data: there are no examples"),
        ("question", "data: there are no examples"),
    ])
    func `what is wrong with CSV names line and column`(text: String, expected: String) {
        let error = #expect(throws: DataSetError.self) { try read(text, .csv) }
        #expect(error.map { "\($0)" }?.hasPrefix(expected) == true, "\(error as Any)")
    }

    @Test(arguments: [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]), ("a,b\r\nc,\r\n", [["a", "b"], ["c", ""]]), ("a\rb\r", [["a"], ["b"]]),
        ("\"\",\"x\"\"\"\n", [["", "x\""]]), ("a,", [["a", ""]]), (",", [["", ""]]), ("\n\n a b \n", [[" a b "]]),
        ("x\"y,z", [["x\"y", "z"]]), ("é,🎈\n", [["é", "🎈"]]), ("", []),
    ])
    func `the values of CSV are those of RFC 4180`(text: String, expected: [[String]]) throws {
        var reader = CSVReader(text, name: "t")
        var records: [[String]] = []
        while let record = try reader.next() { records.append(record.values) }
        #expect(records == expected)
    }

    @Test func `a file that is not there is named`() {
        let error = #expect(throws: DataSetError.self) {
            try DataSet(file: "/nonexistent.csv", signature: signature)
        }
        #expect(error?.name == "/nonexistent.csv")
    }
}
