import Marshalling
import Testing

@testable import Programs

@Suite struct DSPyTypeValidationTests {
    @Test(arguments: [
        ValidationCase("dspy.Image", ["url": " http://a/b "], ["url": "http://a/b"]),
        .init("dspy.Image", ["url": ["url": "gs://b/c"]], ["url": "gs://b/c"]),
        .init("dspy.Image", ["url": "data:x"], ["url": "data:x"]), .init("dspy.Image", "http://a/b", nil),
        .init("dspy.Image", ["url": "/etc/passwd"], nil),
        .init("dspy.Image", ["url": "http://[::1]:80/x"], ["url": "http://[::1]:80/x"]),
        .init("dspy.Image", ["url": "http://[a]/"], nil), .init("dspy.Image", ["url": "http://"], nil),
        .init("dspy.Image", ["url": "http://a", "x": 1], nil), .init("dspy.Image", [:], nil),
        .init("dspy.Image", ["url": "http://a", "download": true], nil),
        .init("dspy.Audio", "data:audio/x-mp3;base64,AA", ["data": "AA", "audio_format": "mp3"]),
        .init("dspy.Audio", "data:image/png;base64,AA", nil), .init("dspy.Audio", "x.wav", nil),
        .init("dspy.Audio", .bytes([1, 2, 3, 4]), ["data": "AQIDBA==", "audio_format": "wav"]),
        .init("dspy.Audio", ["data": "a", "audio_format": "x-wav"], ["data": "a", "audio_format": "x-wav"]),
        .init("dspy.Audio", ["data": "a"], nil),
        .init("dspy.File", "data:x", ["file_data": "data:x", "file_id": .none, "filename": .none]),
        .init("dspy.File", ["file_id": " 1 "], ["file_data": .none, "file_id": "1", "filename": .none]),
        .init("dspy.File", "/etc/passwd", nil), .init("dspy.File", ["x": 1], nil),
        .init("dspy.History", ["messages": [[" a ": " x "]]], ["messages": [["a": " x "]]]),
        .init("dspy.History", [["a": 1]], nil), .init("dspy.History", ["messages": [], "x": 1], nil),
        .init(
            "dspy.Tool", ["name": "search", "args": ["q": ["type": "string"]]],
            ["name": "search", "desc": .none, "args": ["q": ["type": "string"]]]),
        .init("dspy.Tool", ["func": "os.system"], nil), .init("dspy.Tool", "search", nil),
        .init("dspy.Reasoning", "because", "because"), .init("dspy.Reasoning", ["content": "x", "y": 1], "x"),
        .init("dspy.Reasoning", ["content": 1], nil),
    ])
    func `pictures, sounds, files and histories in their own form`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test(arguments: [
        ("x = 1", "x = 1"), ("```python\nx = 1\n```", "x = 1"), ("a ```py\n x \n``` b ```z```", "x"), ("```x```", "x"),
        ("```a\nb", "```a\nb"), ("``````", ""),
    ])
    func `code is taken out of its fence`(written: String, code: String) throws {
        #expect(try validation(of: .string(written), as: "dspy.Code['python']").value == .string(code))
        #expect(try validation(of: ["code": .string(written)], as: "dspy.Code").value == .string(code))
    }

    @Test(
        arguments: [
            [["name": "f", "args": ["x": 1]]], ["name": "f", "args": ["x": 1]],
            ["tool_calls": [["name": "f", "arguments": "{\"x\": 1}"]]],
            ["function": ["name": "f", "arguments": "{'x': 1,"]], ["function": ["arguments": ["x": 1]], "name": "f"],
        ] as [PythonValue])
    func `calls of tools in all their shapes`(written: PythonValue) throws {
        let call: PythonValue = ["name": "f", "args": ["x": 1]]
        #expect(try validation(of: written, as: "dspy.ToolCalls").value == ["tool_calls": [call]])
    }

    @Test(arguments: [
        ValidationCase("dspy.ToolCalls", [], ["tool_calls": []]),
        .init(
            "dspy.ToolCalls", ["name": "f", "args": [1], "call_id": "7"],
            ["tool_calls": [["name": "f", "args": [:], "id": "7"]]]),
        .init(
            "dspy.ToolCalls", ["tool_calls": [], "tool_call_results": 5], ["tool_calls": [], "tool_call_results": 5]),
        .init("dspy.ToolCalls", ["tool_calls": [:]], nil), .init("dspy.ToolCalls", [["x": 1]], nil),
        .init("dspy.ToolCalls", ["function": "f", "name": "f"], nil),
        .init("dspy.ToolCalls", ["name": 1, "args": [:]], nil),
        .init("dspy.ToolCalls", ["function": ["name": "f", "arguments": "[1]"]], nil),
        .init("dspy.ToolCalls", "f()", nil),
    ])
    func `what calls of tools hold besides, and what is none`(row: ValidationCase) throws {
        #expect(try row.isMet())
    }

    @Test func `what is wrong with a call is told with its place`() throws {
        let value: PythonValue = ["tool_calls": [["name": "f", "args": [:]], ["name": .none, "id": 5]]]
        #expect(
            try validation(of: value, as: "dspy.ToolCalls").problems == [
                "a.tool_calls[1].id: expected str, got 5", "a.tool_calls[1].name: expected str, got None",
            ])
    }
}
