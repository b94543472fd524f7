import Marshalling
import Testing

@testable import Programs

@Suite struct NumberValidationTests {
    private func text(_ value: PythonValue, _ type: String) throws -> String? {
        try validation(of: value, as: type).value?.pythonText
    }

    @Test(
        arguments: [
            ("0.10", "0.10"), ("1e3", "1E+3"), ("1E-7", "1E-7"), ("0e5", "0E+5"), ("0E-5", "0.00000"),
            (" 1_0 ", "10"), ("_1", "1"), ("١٢", "12"), ("-0", "-0"), ("-.5e-3", "-0.0005"), ("1e", nil), ("1 2", nil),
            ("NaN", nil), ("inf", nil), ("1e999999999999999999", "1E+999999999999999999"),
            ("1e1000000000000000000", nil),
            (1.5, "1.5"), (1e22, "1E+22"), (9_223_323_685_477_580.0, "9223323685477580.0"), (.float(.nan), nil),
            (true, nil), (.none, nil),
            (.tuple([0, .tuple([1, 2]), -1]), "1.2"), (.tuple([2, .tuple([1]), 0]), nil), ([0, [1, 2], -1], nil),
        ] as [(PythonValue, String?)])
    func `decimals`(value: PythonValue, expected: String?) throws {
        #expect(try text(value, "decimal.Decimal") == expected)
    }

    @Test(
        arguments: [
            ("2/4", "1/2"), ("-1/2", "-1/2"), ("1/0", nil), ("1/ 2", nil), (" 3 ", "3"),
            ("1.5e-3", "3/2000"), ("1_0/2_0", "1/2"), ("+1.E2", "100"), ("5.5/2", nil), ("E5", nil), ("1e-4301", nil),
            (0.1, "3602879701896397/36028797018963968"), (-2.5, "-5/2"), (true, "1"), (.float(.infinity), nil),
            (.none, nil),
        ] as [(PythonValue, String?)])
    func `fractions`(value: PythonValue, expected: String?) throws {
        #expect(try text(value, "fractions.Fraction") == expected)
    }

    @Test func `the least float is a fraction too`() throws {
        let found = try validation(of: .float(.leastNonzeroMagnitude), as: "fractions.Fraction").value.flatMap(
            PythonFraction.init)
        #expect(found?.numerator.int == 1)
        #expect(found?.denominator.littleEndianBytes == Array(repeating: 0, count: 134) + [4])
    }

    @Test(arguments: [
        "12345678123456781234567812345678", "12345678-1234-5678-1234-567812345678",
        "{12345678-1234-5678-1234-567812345678}", "urn:uuid:12345678-1234-5678-1234-567812345678",
    ])
    func `the forms of a UUID`(form: String) throws {
        #expect(try text(.string(form), "uuid.UUID") == "12345678-1234-5678-1234-567812345678")
    }

    @Test(arguments: [
        "{12345678123456781234567812345678}", "1234567-81234-5678-1234-567812345678",
        "12345678-1234-5678-1234-56781234567G", " 12345678123456781234567812345678", "",
    ])
    func `texts that are no UUID`(form: String) throws {
        #expect(try text(.string(form), "uuid.UUID") == nil)
    }

    @Test(arguments: [
        ("a//b/./c/", "a/b/c"), ("", "."), ("//a", "//a"), ("///a", "/a"), ("../x", "../x"), ("/", "/"), ("./", "."),
    ])
    func `paths lose what says nothing`(written: String, expected: String) throws {
        #expect(try text(.string(written), "pathlib.Path") == expected)
    }

    @Test func `bytes are no path`() throws {
        #expect(try validation(of: .bytes([0x61]), as: "pathlib.Path").value == nil)
    }
}
