import DSPex

/// A signature as the struct that a user of this package writes.
enum SwiftSource {
    static func of(_ signature: Signature) -> String {
        let records = signature.types.sorted { $0.key < $1.key }.compactMap { declaration($0.value) }
        let name = signature.name == Signature.defaultName ? "Task" : signature.name
        let task = signature.instructions.map { "(\(literal($0)))" } ?? ""
        let fields =
            signature.inputs.map { property($0, "@Input") } + signature.outputs.map { property($0, "@Output") }
        let body = "@Signature\(task)\nstruct \(name) {\n" + fields.map { "    \($0)\n" }.joined() + "}"
        return ([body] + records).joined(separator: "\n\n")
    }

    private static func declaration(_ type: FieldType) -> String? {
        guard case .record(let record) = type else { return nil }
        let fields = record.fields.map { "    var \(escaped($0.name)): \(spelled($0.type))\n" }.joined()
        return "@SignatureValue\nstruct \(record.name) {\n\(fields)}"
    }

    private static func property(_ field: Field, _ marker: String) -> String {
        var arguments: [String] = field.description.map { [literal($0)] } ?? []
        arguments += constraints(field)
        if case .literal(let values) = field.type, let texts = texts(values) {
            arguments.append(".anyOf([\(texts.map(literal).joined(separator: ", "))])")
        }
        let given = arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))"
        let value = field.defaultValue.map { " = \(constant($0))" } ?? ""
        return "\(marker)\(given) var \(escaped(field.name)): \(spelled(field.type))\(value)"
    }

    private static func constraints(_ field: Field) -> [String] {
        var low: String?
        var high: String?
        var least: Int?
        var most: Int?
        var others: [String] = []
        for constraint in field.allConstraints {
            switch constraint {
            case .atLeast: low = constraint.argument.description
            case .atMost: high = constraint.argument.description
            case .minLength(let length): least = length
            case .maxLength(let length): most = length
            case .pattern(let pattern): others.append(".pattern(\(literal(pattern)))")
            case .greaterThan, .lessThan, .multipleOf: others.append("/* \(constraint) */")
            }
        }
        if low != nil || high != nil { others.insert(".range(\(low ?? "")...\(high ?? ""))", at: 0) }
        if let least, least == most {
            others.insert(".count(\(least))", at: 0)
        } else if least != nil || most != nil {
            others.insert(".count(\(least.map(String.init) ?? "0")...\(most.map(String.init) ?? ""))", at: 0)
        }
        return others
    }

    // MARK: Types

    private static func spelled(_ type: FieldType) -> String {
        switch type {
        case .str, .dspy(.code), .dspy(.reasoning), .standard(.path): "String"
        case .int: "Int"
        case .float, .probability, .confidence: "Double"
        case .bool: "Bool"
        case .bytes: "[UInt8]"
        case .list(let element), .variadicTuple(let element): "[\(spelled(element))]"
        case .set(let element), .frozenset(let element): "Set<\(spelled(element))>"
        case .dict(let key, let value): "[\(spelled(key)): \(spelled(value))]"
        case .record(let record): record.name
        case .literal(let values): texts(values) == nil ? "PythonValue" : "String"
        case .union where type.isOptional: spelled(type.unwrapped) + "?"
        case .annotated(let base, _): spelled(base)
        case .alias, .embedding, .tensor: spelled(type.pythonType)
        case .standard(.date): "PythonDate"
        case .standard(.datetime): "PythonDateTime"
        case .standard(.time): "PythonTime"
        case .standard(.timedelta): "PythonTimeDelta"
        case .standard(.decimal): "PythonDecimal"
        case .standard(.fraction): "PythonFraction"
        case .standard(.uuid): "PythonUUID"
        case .complex, .null, .any, .unspecified, .tuple, .union, .enumeration, .dspy: "PythonValue"
        }
    }

    private static func texts(_ values: [LiteralValue]) -> [String]? {
        let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        return texts.count == values.count ? texts : nil
    }

    // MARK: Tokens

    private static func constant(_ value: LiteralValue) -> String {
        switch value {
        case .string(let text): literal(text)
        case .bool(let flag): flag ? "true" : "false"
        case .none: "nil"
        default: value.description
        }
    }

    private static func literal(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\\(scalar)"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20: result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    private static let keywords: Set<String> = [
        "case", "default", "do", "enum", "extension", "func", "guard", "init", "inout", "internal", "let", "operator",
        "private", "protocol", "public", "repeat", "self", "static", "struct", "subscript", "switch", "throw", "throws",
        "var", "where", "catch", "defer", "fallthrough", "nil", "super", "true", "false", "Type", "associatedtype",
    ]

    private static func escaped(_ name: String) -> String { keywords.contains(name) ? "`\(name)`" : name }
}
