import Marshalling
import Programs
import Signatures
import Testing

@Suite struct SignatureSchemaTests {
    private static let source = """
        text "what came", k: int(ge=1, lt=9) = 3, when: datetime.date -> label: Literal['a', 'b'], score: float, \
        people: list[Person], note: Optional[str], counts: dict[str, int], pair: tuple[int, str], tags: set[str]
        """

    private static var signature: Signature {
        get throws {
            let person = try Record(
                "Person",
                fields: [Field("name"), Field("age", .int, constraints: [.atLeast(0)]), Field("city", .optional(.str))])
            return try Signature(source, instructions: "Do it.", types: ["Person": .record(person)])
        }
    }

    @Test func `a signature reads back from its JSON Schema`() throws {
        let signature = try Self.signature
        let again = try Signature(jsonSchema: signature.jsonSchema)
        #expect(again == signature)
        // Also through text.
        #expect(try Signature(jsonSchema: PythonValue(json: signature.jsonSchema.jsonText())) == signature)
        #expect(try Signature(jsonSchema: try Signature("q -> a").jsonSchema).instructions == nil)
    }

    @Test func `OpenAI's dialect closes every object and requires everything`() throws {
        let schema = try Self.signature.jsonSchema(of: .outputs, dialect: .openAI)
        #expect(schema["additionalProperties"] == false)
        #expect(schema["required"]?.elements?.count == 7)
        let person = schema["$defs"]?["Person"]
        #expect(person?["required"] == ["name", "age", "city"])
        #expect(person?["additionalProperties"] == false)
        #expect(person?["properties"]?["city"]?["default"] == nil)
    }

    @Test func `Anthropic's dialect has no bounds`() throws {
        let schema = try Self.signature.jsonSchema(of: .inputs, dialect: .anthropic)
        #expect(schema["properties"]?["k"]?["minimum"] == nil)
        #expect(schema["properties"]?["k"]?["type"] == "integer")
        #expect(schema["additionalProperties"] == false)
    }

    @Test func `Gemini's dialect has no references, and the order of properties`() throws {
        let schema = try Self.signature.jsonSchema(of: .outputs, dialect: .gemini)
        #expect(schema["$defs"] == nil)
        #expect(schema["propertyOrdering"]?.elements?.first == "label")
        #expect(schema["properties"]?["people"]?["items"]?["properties"]?["name"]?["type"] == "string")
        #expect(schema["properties"]?["note"] == ["type": "string", "nullable": true])
        #expect(schema["properties"]?["label"]?["enum"] == ["a", "b"])
    }

    @Test(
        arguments: [
            (["type": "object"], "$.properties.inputs: there must be an object with the inputs"),
            (
                ["properties": ["inputs": ["properties": ["q": ["type": "text"]]], "outputs": [:]]],
                "$.properties.inputs.properties.q: 'text' is no type of JSON Schema"
            ),
            (
                ["properties": ["inputs": ["properties": ["q": ["$ref": "#/$defs/X"]]], "outputs": [:]]],
                "$.properties.inputs.properties.q: '#/$defs/X' is nowhere in $defs"
            ),
            (
                [
                    "$defs": ["X": ["type": "array", "items": ["$ref": "#/$defs/X"]]],
                    "properties": ["inputs": ["properties": ["q": ["$ref": "#/$defs/X"]]], "outputs": [:]],
                ],
                "$.properties.inputs.properties.q.items: 'X' contains itself, which no signature can say"
            ),
        ] as [(PythonValue, String)])
    func `a schema that is no signature is refused with its place`(schema: PythonValue, message: String) {
        let error = #expect(throws: JSONSchemaError.self) { try Signature(jsonSchema: schema) }
        #expect(error?.description == message)
    }

    @Test func `nesting without end is refused`() {
        var type: PythonValue = ["type": "string"]
        for _ in 0..<400 { type = ["type": "array", "items": type] }
        let schema: PythonValue = [
            "properties": ["inputs": ["properties": ["q": type]], "outputs": ["properties": ["a": ["type": "string"]]]]
        ]
        #expect(throws: JSONSchemaError.self) { try Signature(jsonSchema: schema) }
    }
}
