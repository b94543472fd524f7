import DSPex
import Foundation
import Testing

/// The commands that ask nobody: `signature`, `prompt`, `parse`, `route`.
@Suite struct SignatureCommandTests {
    @Test func `a good signature is printed, a bad one ends with 2 and a caret under the fault`() throws {
        let good = try run(["signature", "check", "question , k:int->answer:str"])
        #expect(good.status == 0)
        #expect(good.output == "question, k: int -> answer\n")
        let bad = try run(["signature", "check", "question -> answer: strng"])
        #expect(bad.status == 2)
        #expect(bad.output.isEmpty)
        #expect(bad.errors.contains("did you mean 'str'?"))
        #expect(bad.errors.contains("    question -> answer: strng\n" + String(repeating: " ", count: 24) + "^"))
    }

    @Test(arguments: ["q, q -> a", "q ->", "-> a", "q -> q", "q -> a: this.d", "q -> a: None", "lm -> a"])
    func `what DSPy takes without a word is refused with a reason`(signature: String) throws {
        let command = try run(["signature", "check", signature])
        #expect(command.status == 2)
        #expect(command.errors.hasPrefix("error: "))
    }

    @Test func `a signature's listing spells types as DSPy's prompts do`() throws {
        let command = try run([
            "signature", "show", "text \"what came\" -> note: Optional[str], score: float(ge=0)", "--as", "json",
            "--instructions", "Do it.",
        ])
        #expect(
            try PythonValue(json: command.output) == [
                "instructions": "Do it.",
                "fields": [
                    ["name": "text", "side": "input", "type": "str", "description": "what came", "constraints": .none],
                    [
                        "name": "note", "side": "output", "type": "Union[str, NoneType]", "description": .none,
                        "constraints": .none,
                    ],
                    [
                        "name": "score", "side": "output", "type": "float", "description": .none,
                        "constraints": "greater than or equal to: 0",
                    ],
                ],
            ])
    }

    @Test(arguments: [
        ("dspy", "label: Literal['a', 'b'] = dspy.OutputField()"), ("json-schema", "\"$schema\""),
        ("swift", "@Output(.anyOf([\"a\", \"b\"])) var label: String"),
    ])
    func `a signature is shown in other forms`(form: String, part: String) throws {
        let command = try run(["signature", "show", "text -> label: Literal['a', 'b']", "--as", form])
        #expect(command.status == 0)
        #expect(command.output.contains(part))
    }

    @Test func `a prompt is DSPy's array of messages`() throws {
        let command = try run(
            ["prompt", "--signature", "q: list[int] -> a", "--adapter", "chat", "--inputs", "in", "--demos", "demos"],
            files: ["in": #"{"q": [1, 2.0, 100000000000000000000]}"#, "demos": #"[{"q": [], "a": "x"}]"#])
        let messages = try #require(try PythonValue(json: command.output).elements)
        #expect(messages.map { $0["role"] } == ["system", "user", "assistant", "user"])
        #expect(messages[1]["content"] == "[[ ## q ## ]]\n[]")
        #expect(messages[3]["content"]?.string?.hasPrefix("[[ ## q ## ]]\n[1, 2.0, 100000000000000000000]\n") == true)
    }

    @Test func `a conversation goes into the field for it`() throws {
        let files = ["in": #"{"q": "3"}"#, "turns": #"[{"q": "1", "a": "2"}]"#]
        let arguments = ["--adapter", "json", "--inputs", "in", "--history", "turns"]
        let command = try run(["prompt", "--signature", "q, h: dspy.History -> a"] + arguments, files: files)
        let messages = try #require(try PythonValue(json: command.output).elements)
        #expect(messages.count == 4)
        #expect(messages[2]["content"] == "{\n  \"a\": \"2\"\n}")
        let refused = try run(["prompt", "--signature", "q -> a"] + arguments, files: files)
        #expect(refused.status == 2)
    }

    @Test(arguments: [
        ("json", #"{"n": 8.0, "f": 3, "note": null, "nan": [NaN]}"#),
        ("chat", "[[ ## n ## ]]\n8.0\n[[ ## f ## ]]\n3\n[[ ## note ## ]]\nnull\n[[ ## nan ## ]]\n[NaN]"),
        ("xml", "<n>8.0</n><f>3</f><note>null</note><nan><item>nan</item></nan>"),
    ])
    func `a text is read into typed outputs`(adapter: String, text: String) throws {
        let signature = "q -> n: int, f: float, note: Optional[int], nan: list[float]"
        let command = try run(["parse", "--signature", signature, "--adapter", adapter], input: text)
        #expect(command.status == 0)
        #expect(command.output == #"{"n": 8, "f": 3.0, "note": null, "nan": [NaN]}"# + "\n")
    }

    @Test func `DSPy's fault with null is kept unless it is to be mended`() throws {
        let arguments = ["parse", "--signature", "q -> a: Optional[str]", "--adapter", "chat"]
        #expect(try run(arguments, input: "[[ ## a ## ]]\nnull").output == "{\"a\": \"null\"}\n")
        #expect(try run(arguments + ["--strict"], input: "[[ ## a ## ]]\nnull").output == "{\"a\": null}\n")
    }

    @Test func `what cannot be read ends with 1 and says so`() throws {
        let command = try run(["parse", "--signature", "q -> a: int", "--adapter", "json"], input: "no")
        #expect(command.status == 1)
        #expect(command.output.isEmpty)
        #expect(command.errors.contains("JSONAdapter"))
    }

    @Test(arguments: [
        ("{", "line 1"), ("[1]", "one JSON object"), ("\u{FF}", "expected"),
    ])
    func `a file that is no good is named with its place`(content: String, message: String) throws {
        let command = try run(["prompt", "--signature", "q -> a", "--inputs", "in"], files: ["in": content])
        #expect(command.status == 2)
        #expect(command.errors.contains("in") && command.errors.contains(message))
    }

    @Test func `a route is explained without being taken`() throws {
        let command = try run(["route", "Predict", "--requires", "structured-output"])
        #expect(command.status == 0)
        #expect(command.output.contains("chosen"))
        #expect(try PythonValue(json: try run(["route", "MIPROv2", "--json"]).output)["pool"] == "optimizer")
        #expect(try run(["route", "Predicct"]).errors.contains("'Predict'"))
    }

    private func run(
        _ arguments: [String], files: [String: String] = [:], input: String? = nil
    ) throws -> Command {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dspex-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        return try Command.dspex(arguments, in: folder.path, input: input)
    }
}
