import Marshalling
import Programs
import Testing

/// What `ast.literal_eval` of CPython 3.11 was seen to return for these texts.
@Suite struct PythonLiteralTests {
    @Test(
        arguments: [
            ("None", .none), ("True", true), ("42", 42), ("  -7 # seven", -7), ("+ 1", 1), ("1_000", 1000),
            ("0x_fF", 255), ("0o17", 15), ("0b101", 5), ("00", 0), ("1.", 1.0), (".5e1", 5.0), ("01.5", 1.5),
            ("-(1)", -1), ("-9223372036854775808", .int(.min)), ("0x10000000000000000", big("18446744073709551616")),
            ("-123456789012345678901234567890", big("-123456789012345678901234567890")),
            ("1e400", .float(.infinity)), ("2.5j", complex(0, 2.5)), ("-1-2j", complex(-1, -2)),
            ("(1)+(2j)", complex(1, 2)), ("1 -2j", complex(1, -2)),
        ] as [(String, PythonValue)])
    func `numbers and constants`(text: String, expected: PythonValue) {
        #expect(PythonLiteral.value(of: text) == expected)
    }

    @Test(
        arguments: [
            ("'a'", "a"), (#""it's""#, "it's"), ("'''a\n'b'\n'''", "a\n'b'\n"), ("u'a' \"b\" r'\\n'", "ab\\n"),
            ("''", ""), (#"'\n\t\\\'\a\0\x41\101\777'"#, "\n\t\\'\u{7}\0AA\u{1FF}"),
            (#"'\u00e9\U0001F600\q\8'"#, "é😀\\q\\8"), ("'a\\\nb'", "ab"), (#"r'\'"x'"#, #"\'"x"#),
            (#"'\N{BULLET}\N{latin small letter a}'"#, "•a"), ("'''a\r\nb'''", "a\nb"),
            (#"b'a\xff\400'"#, .bytes([0x61, 0xFF, 0])), (#"Rb'\x' b"y""#, .bytes([0x5C, 0x78, 0x79])),
        ] as [(String, PythonValue)])
    func `strings with their prefixes and escapes`(text: String, expected: PythonValue) {
        #expect(PythonLiteral.value(of: text) == expected)
    }

    @Test func `surrogates stay halves`() throws {
        let halves = try #require(PythonSurrogateString(bytes: [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]))
        #expect(PythonLiteral.value(of: #"'\ud83d\ude00'"#) == .surrogateString(halves))
    }

    @Test(
        arguments: [
            ("[]", []), ("[1, 'a', [2.5],]", [1, "a", [2.5]]), ("()", .tuple([])), ("(1)", 1), ("(1,)", .tuple([1])),
            ("1, 2", .tuple([1, 2])), ("1,", .tuple([1])), ("{}", [:]),
            ("{'a': 1, 2: (3,),}", ["a": 1, 2: .tuple([3])]), ("{1, 'a', 1.0, True}", .set([1, "a"])),
            ("set()", .set([])), ("[set ( ), (set)()]", [.set([]), .set([])]),
            ("{1: 'a', True: 'b', 1.0: 'c'}", [1: "c"]),
            ("{(1, 'a'): 2, (1.0, 'a'): 3}", [.tuple([1, "a"]): 3]),
            ("{1180591620717411303424: 1, 1180591620717411303424.0: 2}", [big("1180591620717411303424"): 2]),
            ("[1, # one\n 2 \\\n , 3]", [1, 2, 3]), ("\n# c\n[1\n]\n\n", [1]), ("{'a': None}", ["a": .none]),
        ] as [(String, PythonValue)])
    func containers(text: String, expected: PythonValue) {
        #expect(PythonLiteral.value(of: text) == expected)
    }

    @Test(arguments: [
        "", "#", "x", "none", "nan", "1 2", "1;", "01", "1_", "1__0", "0b2", "0x", "1e", "1a", "--1", "-True", "not 1",
        "1+1", "1j+1", "1+-2j", "1+2j+3j", "2**3", "'a", "'a\nb'", "'''a", #"'\x4'"#, #"'\u12'"#, #"'\U00110000'"#,
        #"'\N{no such name}'"#, "f'a'", "ub'a'", "'a' b'b'", "b'é'", "[1", "[1}", "[,]", "(,)", "[1,,2]", "{1: 2, 3}",
        "{1, 2: 3}", "{1:}", "{**{}}", "[*a]", "set", "set(1)", "list()", "a.b", "[1][0]", "'a'.upper()",
        "[x for x in y]", "1\n2", "\n 1", "1\n ", "1\\\n", "\u{FEFF}1", "1\u{A0}", "\0", "...", "[...]",
        "__import__('os')", "lambda: 1",
    ])
    func `what is no literal has no value`(text: String) {
        #expect(PythonLiteral.value(of: text) == nil)
    }

    @Test(arguments: ["{[]: 1}", "{{}}", "{([],): 1}", "{set()}", "1" + String(repeating: "0", count: 400) + "+1j"])
    func `what Python raises other errors for has no value either`(text: String) {
        #expect(PythonLiteral.value(of: text) == nil)
    }

    @Test func `integers have as many digits as Python takes`() {
        let longest = String(repeating: "7", count: 4300)
        #expect(PythonLiteral.value(of: longest) == big(longest))
        #expect(PythonLiteral.value(of: longest + "7") == nil)
    }

    @Test(arguments: [("[", "]"), ("{1:", "}"), ("(1,", ")"), ("(", ")"), ("({1:[", "]})")])
    func `nesting is bounded as in Python, on a small stack`(opening: String, closing: String) async {
        let most = PythonLiteral.depthLimit / closing.count
        for (count, isRead) in [(most, true), (most + 1, false), (30_000, false)] {
            let text = String(repeating: opening, count: count) + "1" + String(repeating: closing, count: count)
            #expect(await onSmallStack { PythonLiteral.value(of: text) != nil } == isRead, "\(count) times")
        }
    }
}

private func big(_ digits: String) -> PythonValue { PythonInteger(digits).map { PythonValue($0) } ?? .none }

private func complex(_ real: Double, _ imaginary: Double) -> PythonValue {
    .complex(PythonComplex(real: real, imaginary: imaginary))
}
