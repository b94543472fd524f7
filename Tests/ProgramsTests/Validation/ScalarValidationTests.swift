import Marshalling
import Testing

@testable import Programs

@Suite struct ScalarValidationTests {
    @Test(arguments: [
        ValidationCase("int", "8", 8), .init("int", " 8\n", 8), .init("int", "+8", 8), .init("int", "-8", -8),
        .init("int", "1_000", 1_000), .init("int", "8.0", 8), .init("int", "8.5", nil), .init("int", "007", 7),
        .init("int", "0-5", -5), .init("int", "+-1", nil), .init("int", "1__0", nil), .init("int", "5.", nil),
        .init("int", "1e3", nil), .init("int", "١", nil), .init("int", "", nil), .init("int", "\u{3000}1", 1),
        .init("int", 8.0, 8), .init("int", 8.5, nil), .init("int", 1e19, nil), .init("int", .float(.nan), nil),
        .init("int", true, 1), .init("int", .none, nil), .init("int", .bytes([0x35]), 5), .init("int", [1], nil),
        .init("int", PythonDecimal("5.0")?.pythonValue ?? .none, 5),
        .init("int", PythonDecimal("5.5")?.pythonValue ?? .none, nil),
    ])
    func `whole numbers are read from texts, floats and truth values`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test func `integers have up to 4300 digits`() throws {
        let digits = String(repeating: "7", count: 4_300)
        #expect(try validation(of: .string(digits), as: "int").value?.integer?.description == digits)
        #expect(try validation(of: .string("-" + digits), as: "int").value?.integer?.description == "-" + digits)
        #expect(try validation(of: .string(digits + "7"), as: "int").value == nil)
        #expect(try validation(of: .string(String(repeating: "0", count: 5_000) + "7"), as: "int").value == 7)
    }

    @Test(arguments: [
        ValidationCase("float", "0.5", 0.5), .init("float", " .5 ", 0.5), .init("float", "5.", 5.0),
        .init("float", "1e400", .float(.infinity)), .init("float", "-INF", .float(-.infinity)),
        .init("float", "nan", .float(.nan)), .init("float", "1_0.5", 10.5), .init("float", " 1_0", nil),
        .init("float", "1__0", nil), .init("float", "0x1p3", nil), .init("float", "e5", nil), .init("float", "", nil),
        .init("float", 3, 3.0), .init("float", true, 1.0), .init("float", .float(.nan), .float(.nan)),
        .init("float", .none, nil), .init("float", "١", nil), .init("probability", "2", 2.0),
    ])
    func `floats are read as Rust reads them`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test(arguments: ["yes", "YES", "on", "t", "Y", "1", "true", "tRUE"])
    func `words for true`(word: String) throws {
        #expect(try ValidationCase("bool", .string(word), true).isMet())
    }

    @Test(arguments: ["no", "OFF", "f", "n", "0", "False"])
    func `words for false`(word: String) throws {
        #expect(try ValidationCase("bool", .string(word), false).isMet())
    }

    @Test(arguments: [
        ValidationCase("bool", 1, true), .init("bool", 0.0, false), .init("bool", 2, nil), .init("bool", 0.5, nil),
        .init("bool", " yes", nil), .init("bool", "1.0", nil), .init("bool", "", nil), .init("bool", .none, nil),
        .init("str", "a", "a"), .init("str", 5, nil), .init("str", .bytes([0xC3, 0xA9]), "é"),
        .init("str", .bytes([0xFF]), nil), .init("str", .none, nil), .init("bytes", "é", .bytes([0xC3, 0xA9])),
        .init("bytes", 5, nil), .init("Any", [1, "x"], [1, "x"]), .init("Optional[int]", .none, PythonValue.none),
    ])
    func `truth values, texts and bytes`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test func `a text with a lone surrogate is a text, but no number`() throws {
        let text = PythonValue.surrogateString(try #require(PythonSurrogateString(bytes: [0xED, 0xA0, 0xBD])))
        #expect(try validation(of: text, as: "str").value == text)
        #expect(try validation(of: text, as: "int").value == nil)
    }

    @Test(arguments: [
        ("1+2j", 1.0, 2.0), ("( 1+2j )", 1, 2), ("-j", 0, -1), ("1e5J", 0, 100_000), ("1_0", 10, 0), ("٣", 3, 0),
        (" 1 ", 1, 0),
    ])
    func `complex numbers are read as Python reads them`(text: String, real: Double, imaginary: Double) throws {
        let expected = PythonValue.complex(PythonComplex(real: real, imaginary: imaginary))
        #expect(try validation(of: .string(text), as: "complex").value == expected)
    }

    @Test(arguments: ["1 + 2j", "1j+2", "()", "1__0", "", "\u{1C}1"])
    func `texts that are no complex number`(text: String) throws {
        #expect(try ValidationCase("complex", .string(text), nil).isMet())
    }
}
