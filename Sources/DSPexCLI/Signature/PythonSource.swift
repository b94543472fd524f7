import DSPex

/// A signature as the class that a user of DSPy writes.
enum PythonSource {
    static func of(_ signature: Signature) -> String {
        var imports: Set<String> = ["import dspy"]
        let fields =
            signature.inputs.map { field($0, "InputField", &imports) }
            + signature.outputs.map { field($0, "OutputField", &imports) }
        let task = signature.effectiveInstructions
        let quoted =
            task.contains("\"\"\"") || task.contains("\\")
            ? LiteralValue.string(task).description : "\"\"\"\(task)\"\"\""
        return """
            \(imports.sorted().joined(separator: "\n"))


            class \(signature.name)(dspy.Signature):
                \(quoted)

            \(fields.map { "    \($0)" }.joined(separator: "\n"))
            """
    }

    private static func field(_ field: Field, _ kind: String, _ imports: inout Set<String>) -> String {
        var arguments: [String] = []
        if let description = field.description { arguments.append("desc=\(LiteralValue.string(description))") }
        if let value = field.defaultValue { arguments.append("default=\(value)") }
        arguments += field.allConstraints.map(\.description)
        let type = annotation(field.type, &imports)
        return "\(field.name): \(type) = dspy.\(kind)(\(arguments.joined(separator: ", ")))"
    }

    /// The annotation, with what must be imported for it.
    private static func annotation(_ type: FieldType, _ imports: inout Set<String>) -> String {
        let written = type.pythonAnnotation
        for (name, line) in [
            ("Literal[", "from typing import Literal"), ("Optional[", "from typing import Optional"),
            ("Union[", "from typing import Union"), ("Any", "from typing import Any"),
            ("Annotated[", "from typing import Annotated"), ("datetime.", "import datetime"),
            ("decimal.", "import decimal"), ("fractions.", "import fractions"), ("uuid.", "import uuid"),
            ("pathlib.", "import pathlib"), ("collections.", "import collections"),
            ("Sequence[", "from collections.abc import Sequence"), ("Mapping[", "from collections.abc import Mapping"),
            ("Iterable[", "from collections.abc import Iterable"),
        ] where written.contains(name) {
            imports.insert(line)
        }
        if written.contains("Field(") { imports.insert("from pydantic import Field") }
        return written
    }
}

extension FieldType {
    /// The type as Python's source has it: what only signatures know is spelled out.
    fileprivate var pythonAnnotation: String {
        switch self {
        case .probability, .confidence, .embedding, .tensor: pythonType.description
        default: description
        }
    }
}
