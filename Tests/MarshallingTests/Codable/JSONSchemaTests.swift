import Marshalling
import Testing

@Suite struct JSONSchemaTests {
    @Test func `Swift's own types describe themselves`() {
        #expect([Int?].jsonSchema == ["type": "array", "items": ["anyOf": [["type": "integer"], ["type": "null"]]]])
        #expect(
            [String: UInt8].jsonSchema
                == ["type": "object", "additionalProperties": ["type": "integer", "minimum": 0]])
        #expect(Set<Bool>.jsonSchema == ["type": "array", "items": ["type": "boolean"], "uniqueItems": true])
        #expect(PythonValue.jsonSchema == [:])
    }

    @Test func `A type that contains itself is referred to`() {
        let node: PythonValue = [
            "type": "object", "properties": ["children": ["type": "array", "items": ["$ref": "#/$defs/Tree"]]],
            "required": ["children"],
        ]
        #expect(Tree.jsonSchema == ["$ref": "#/$defs/Tree", "$defs": ["Tree": node]])
        #expect(
            [Tree].jsonSchema == ["type": "array", "items": ["$ref": "#/$defs/Tree"], "$defs": ["Tree": node]])
    }

    @Test func `A type that does not describe itself is anything`() {
        struct Mystery {}
        var schema = JSONSchema()
        #expect(schema.of(Mystery.self) == [:])
        #expect(schema.of(Mystery.self, "What it is for.") == ["description": "What it is for."])
        #expect(schema.of(Int.self, "How many.") == ["type": "integer", "description": "How many."])
    }
}
