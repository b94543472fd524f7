internal import Marshalling
internal import Signatures

extension DSPyType {
    /// The name of the schema's definition: that of the class, which is another one for each language of code.
    var schemaName: String { if case .code(let language?) = self { "Code_\(language)" } else { className } }
}

extension PydanticSchema {
    /// The schema of a type of DSPy's.
    mutating func dspy(_ type: DSPyType) -> PythonValue {
        var entries: PythonDictionary = ["type": "object", "title": .string(type.schemaName)]
        let text: PythonValue = ["type": "string"]
        let optionalText: PythonValue = ["anyOf": [text, ["type": "null"]], "default": .none]
        switch type {
        case .image: set(&entries, ["url": text])
        case .audio: set(&entries, ["data": text, "audio_format": text])
        case .file: set(&entries, ["file_data": optionalText, "file_id": optionalText, "filename": optionalText])
        case .history:
            set(&entries, ["messages": ["type": "array", "items": ["type": "object", "additionalProperties": true]]])
        case .tool: set(&entries, ["name": text, "desc": optionalText, "args": ["type": "object"]])
        case .toolCalls:
            set(&entries, ["tool_calls": ["type": "array", "items": ["$ref": "#/$defs/ToolCall"]]])
            var call: PythonDictionary = ["type": "object", "title": "ToolCall"]
            set(&call, ["name": text, "args": ["type": "object", "additionalProperties": true]])
            define("ToolCall", as: .dict(call))
        case .code: set(&entries, ["code": text])
        case .reasoning: set(&entries, ["content": text])
        }
        switch type {
        // DSPy's classes whose fields are all there is.
        case .image, .audio, .file, .history: entries["additionalProperties"] = false
        case .tool, .toolCalls, .code, .reasoning: break
        }
        if let description = type.schemaDescription { entries["description"] = .string(description) }
        return .dict(entries)
    }

    /// Properties with their titles; those without a default are required.
    private func set(_ entries: inout PythonDictionary, _ properties: PythonDictionary) {
        var titled = PythonDictionary()
        var required: [PythonValue] = []
        for property in properties {
            var schema = property.value.dict ?? [:]
            schema["title"] = property.key.string.map { .string($0.pydanticTitle) }
            titled[property.key] = .dict(schema)
            if schema["default"] == nil { required.append(property.key) }
        }
        entries["properties"] = .dict(titled)
        if !required.isEmpty { entries["required"] = .list(required) }
    }
}

extension DSPyType {
    /// What pydantic says of the class in its schema: the class's own documentation in dspy 3.4.1, as it goes to the model.
    fileprivate var schemaDescription: String? {
        switch self {
        case .audio: Self.audioDescription
        case .file: Self.fileDescription
        case .history: Self.historyDescription
        case .code(language: nil): Self.codeDescription
        case .reasoning: Self.reasoningDescription
        case .image, .tool, .toolCalls, .code: nil
        }
    }

    // swift-format-ignore
    private static let audioDescription = #"""
        An audio input type for DSPy.

        Construct from in-memory values only: a data URI string, raw ``bytes`` (with
        ``audio_format=``), a numpy-like array, a ``{"data", "audio_format"}`` dict, or another
        ``Audio``. Raw base64 is passed as ``Audio(data=..., audio_format=...)``. Construction and
        adapter parsing never access the filesystem or network; use :meth:`from_path` to read a local
        file, :meth:`from_url` to download a remote resource, or :meth:`from_array` for array data.
        """#

    // swift-format-ignore
    private static let fileDescription = #"""
        A file input type for DSPy.
        See https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages-user_message-content-array_of_content_parts-file_content_part-file for specification.

        The file_data field should be a data URI with the format:
            data:<mime_type>;base64,<base64_encoded_data>

        Construct from in-memory values only: raw ``bytes``, a data URI string, a
        ``{"file_data"|"file_id"|"filename"}`` dict, or another ``File``. Construction and adapter
        parsing never access the filesystem; use :meth:`from_path` to read a local file,
        :meth:`from_bytes` for raw bytes, or :meth:`from_file_id` to reference a preuploaded file.

        Examples:
            ```python
            import dspy

            class QA(dspy.Signature):
                file: dspy.File = dspy.InputField()
                summary = dspy.OutputField()
            program = dspy.Predict(QA)
            result = program(file=dspy.File.from_path("./research.pdf"))
            print(result.summary)
            ```
        """#

    // swift-format-ignore
    private static let historyDescription = #"""
        Class representing the conversation history.

        The conversation history is a list of messages, each message entity should have keys from the associated signature.
        For example, if you have the following signature:

        ```
        class MySignature(dspy.Signature):
            question: str = dspy.InputField()
            history: dspy.History = dspy.InputField()
            answer: str = dspy.OutputField()
        ```

        Then the history should be a list of dictionaries with keys "question" and "answer".

        Examples:
            ```
            import dspy

            dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))

            class MySignature(dspy.Signature):
                question: str = dspy.InputField()
                history: dspy.History = dspy.InputField()
                answer: str = dspy.OutputField()

            history = dspy.History(
                messages=[
                    {"question": "What is the capital of France?", "answer": "Paris"},
                    {"question": "What is the capital of Germany?", "answer": "Berlin"},
                ]
            )

            predict = dspy.Predict(MySignature)
            outputs = predict(question="What is the capital of France?", history=history)
            ```

        Example of capturing the conversation history:
            ```
            import dspy

            dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))

            class MySignature(dspy.Signature):
                question: str = dspy.InputField()
                history: dspy.History = dspy.InputField()
                answer: str = dspy.OutputField()

            predict = dspy.Predict(MySignature)
            outputs = predict(question="What is the capital of France?")
            history = dspy.History(messages=[{"question": "What is the capital of France?", **outputs}])
            outputs_with_history = predict(question="Are you sure?", history=history)
            ```
        """#

    // swift-format-ignore
    private static let codeDescription = #"""
        Code type in DSPy.

        This type is useful for code generation and code analysis.

        Example 1: dspy.Code as output type in code generation:

        ```python
        import dspy

        dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))


        class CodeGeneration(dspy.Signature):
            '''Generate python code to answer the question.'''

            question: str = dspy.InputField(description="The question to answer")
            code: dspy.Code["java"] = dspy.OutputField(description="The code to execute")


        predict = dspy.Predict(CodeGeneration)

        result = predict(question="Given an array, find if any of the two numbers sum up to 10")
        print(result.code)
        ```

        Example 2: dspy.Code as input type in code analysis:

        ```python
        import dspy
        import inspect

        dspy.configure(lm=dspy.LM("openai/gpt-4o-mini"))

        class CodeAnalysis(dspy.Signature):
            '''Analyze the time complexity of the function.'''

            code: dspy.Code["python"] = dspy.InputField(description="The function to analyze")
            result: str = dspy.OutputField(description="The time complexity of the function")


        predict = dspy.Predict(CodeAnalysis)


        def sleepsort(x):
            import time

            for i in x:
                time.sleep(i)
                print(i)

        result = predict(code=inspect.getsource(sleepsort))
        print(result.result)
        ```
        """#

    // swift-format-ignore
    private static let reasoningDescription = #"""
        Reasoning type in DSPy.

        This type is useful when you want the DSPy output to include the reasoning of the LM. We build this type so that
        DSPy can support the reasoning model and non-reasoning model with the same code.

        This is a str-like type, you can convert a string directly to a Reasoning object, and from DSPy adapters'
        perspective, `Reasoning` is treated as a string.
        """#
}
