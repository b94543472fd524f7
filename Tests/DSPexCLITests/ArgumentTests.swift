import ArgumentParser
import DSPex
import Testing

@testable import DSPexCLI

@Suite struct ArgumentTests {
    @Test(arguments: [
        (["predict", "--signature", "-> a"], ["predict", "--signature=-> a"]),
        (["predict", "--signature", "->a", "--json"], ["predict", "--signature=->a", "--json"]),
        (["call", "f", "-> x", "--json"], ["call", "f", "--json", "--", "-> x"]),
        (["run", "--json", "->"], ["run", "--json", "--", "->"]),
        (["predict", "--input=a=b", "->"], ["predict", "--input=a=b", "--", "->"]),
        (["call", "f", "--", "->", "--json"], ["call", "f", "--", "->", "--json"]),
        (["predict", "--signature", "q -> a"], ["predict", "--signature", "q -> a"]), ([], []),
    ])
    func `what begins with an arrow is kept from being an option`(arguments: [String], expected: [String]) {
        #expect(ArrowArguments.protect(arguments) == expected)
    }

    @Test func `inputs may follow one option or several`() throws {
        let arguments = ["predict", "--signature", "a, b, c -> d", "--input", "a=1", "b=2", "--input", "c=3", "--json"]
        let command = try #require(try DSPexCommand.parseAsRoot(arguments) as? PredictCommand)
        #expect(command.input == ["a=1", "b=2", "c=3"])
        #expect(command.json)
        #expect(!command.options.chainOfThought)
    }

    @Test func `every option of predict has its place`() throws {
        let arguments = [
            "predict", "--signature", "a -> b", "--instructions", "Do.", "--chain-of-thought", "--model", "m",
            "--max-tokens",
            "9", "--temperature", "0.5",
        ]
        let command = try #require(try DSPexCommand.parseAsRoot(arguments) as? PredictCommand)
        #expect(command.options.signature.instructions == "Do.")
        #expect(command.options.chainOfThought)
        #expect(command.options.model == "m")
        #expect(command.options.maxTokens == 9)
        #expect(command.options.temperature == 0.5)
    }

    @Test(arguments: [
        ("text", FieldType.str, PythonValue.string("text")), ("", .str, ""), ("a=b", .str, "a=b"), ("-3", .int, -3),
        (
            "99999999999999999999", .int,
            .bigInt(PythonInteger("99999999999999999999") ?? PythonInteger(littleEndianBytes: []))
        ),
        ("0.5", .float, 0.5), ("3", .float, 3.0), ("True", .bool, true), ("no", .bool, false),
        ("good", .literal(["good", "bad"]), "good"), ("'good'", .literal(["good", "bad"]), "good"),
        ("2", .literal([1, 2]), 2), ("None", .optional(.int), .none), ("4", .optional(.int), 4),
        ("[1, \"x\"]", .list(.str), .list([1, "x"])),
    ])
    func `an input is read by its field's type`(text: String, type: FieldType, expected: PythonValue) {
        #expect(InputArgument.value(text, as: type) == expected)
    }

    @Test(arguments: [
        ("x", FieldType.int), ("1.5", .int), ("", .int), ("x", .float), ("maybe", .bool), ("ugly", .literal(["good"])),
        ("[1", .list(.int)), ("{}", .list(.int)), ("x", .optional(.int)), ("1", .list(.int)),
    ])
    func `an input that is nothing of its type is refused`(text: String, type: FieldType) {
        #expect(InputArgument.value(text, as: type) == nil)
    }

    @Test func `a record is given as JSON`() throws {
        let person = try Record("Person", fields: [Field("name"), Field("age", .int)])
        #expect(
            InputArgument.value("{\"name\": \"Ann\", \"age\": 3}", as: .record(person)) == ["name": "Ann", "age": 3])
        #expect(InputArgument.value("[]", as: .record(person)) == nil)
    }

    @Test func `everything that is wrong with the inputs is named at once`() throws {
        let signature = try Signature("q, k: int, note: Optional[str] -> a")
        let failure = #expect(throws: Failure.self) {
            try InputArgument.parse(["k=x", "z=1", "word", "k=2"], for: signature)
        }
        #expect(failure?.status == .usage)
        #expect(failure?.message.split(separator: "\n").count == 4)
        let inputs = try InputArgument.parse(["k=2", "q=a=b"], for: signature)
        #expect(inputs == ["k": 2, "q": "a=b"])
    }

    @Test func `arguments of a call are positional or by keyword`() throws {
        let positional = try CallCommand.split("[1, \"x\", null]")
        #expect(positional.positional == [1, "x", .none])
        #expect(positional.keywords.isEmpty)
        let keywords = try CallCommand.split("{\"a\": [1]}")
        #expect(keywords.positional.isEmpty)
        #expect(keywords.keywords == ["a": [1]])
        for text in ["[]", "{}"] {
            let none = try CallCommand.split(text)
            #expect(none.positional.isEmpty && none.keywords.isEmpty)
        }
    }
}
