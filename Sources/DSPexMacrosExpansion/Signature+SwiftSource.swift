import Signatures

// The values of a signature as the Swift source that makes them.

extension LiteralValue {
    var swiftSource: String {
        switch self {
        case .string(let text): ".string(\(text.literal))"
        case .int(let number): ".int(\(number))"
        case .bool(let flag): ".bool(\(flag))"
        case .float(let number): ".float(\(number.swiftSource))"
        case .bytes(let bytes): ".bytes(\(bytes))"
        // An argument may be an optional, which has a `none` of its own.
        case .none: "LiteralValue.none"
        }
    }
}

extension Double {
    fileprivate var swiftSource: String {
        isFinite ? "\(self)" : isNaN ? ".nan" : self < 0 ? "-.infinity" : ".infinity"
    }
}

extension Constraint {
    var swiftSource: String {
        switch self {
        case .greaterThan(let number): ".greaterThan(\(number.swiftSource))"
        case .atLeast(let number): ".atLeast(\(number.swiftSource))"
        case .lessThan(let number): ".lessThan(\(number.swiftSource))"
        case .atMost(let number): ".atMost(\(number.swiftSource))"
        case .multipleOf(let number): ".multipleOf(\(number.swiftSource))"
        case .minLength(let length): ".minLength(\(length))"
        case .maxLength(let length): ".maxLength(\(length))"
        case .pattern(let pattern): ".pattern(\(pattern.literal))"
        }
    }
}

extension Constraint.Number {
    fileprivate var swiftSource: String {
        switch self {
        case .int(let number): ".int(\(number))"
        case .float(let number): ".float(\(number.swiftSource))"
        }
    }
}

extension Signatures.Field {
    /// `.init("count", .int, description: "…")`
    var swiftSource: String {
        var arguments = [name.literal, type.swiftSource]
        if let description { arguments.append("description: \(description.literal)") }
        if let defaultValue { arguments.append("default: \(defaultValue.swiftSource)") }
        if !constraints.isEmpty {
            arguments.append("constraints: [\(constraints.map(\.swiftSource).joined(separator: ", "))]")
        }
        return ".init(\(arguments.joined(separator: ", ")))"
    }
}

extension FieldType {
    var swiftSource: String {
        func list(_ types: [FieldType]) -> String { "[\(types.map(\.swiftSource).joined(separator: ", "))]" }
        return switch self {
        case .str: ".str"
        case .int: ".int"
        case .float: ".float"
        case .bool: ".bool"
        case .bytes: ".bytes"
        case .complex: ".complex"
        case .null: ".null"
        case .any: ".any"
        case .unspecified: ".unspecified"
        case .probability: ".probability"
        case .confidence: ".confidence"
        case .standard(let type): ".standard(.\(type))"
        case .list(let element): ".list(\(element.swiftSource))"
        case .set(let element): ".set(\(element.swiftSource))"
        case .frozenset(let element): ".frozenset(\(element.swiftSource))"
        case .variadicTuple(let element): ".variadicTuple(\(element.swiftSource))"
        case .tuple(let elements): ".tuple(\(list(elements)))"
        case .dict(let key, let value): ".dict(\(key.swiftSource), \(value.swiftSource))"
        case .alias(let alias, let arguments): ".alias(.\(alias), \(list(arguments)))"
        case .literal(let values): ".literal([\(values.map(\.swiftSource).joined(separator: ", "))])"
        case .union(let members): ".union(\(list(members)))"
        case .dspy(.code(let language)): ".dspy(.code(language: \(language.map(\.literal) ?? "nil")))"
        case .dspy(let type): ".dspy(.\(type))"
        case .annotated(let base, let constraints):
            ".annotated(\(base.swiftSource), [\(constraints.map(\.swiftSource).joined(separator: ", "))])"
        case .embedding(let dimensions): ".embedding(\(dimensions))"
        case .tensor(let shape): ".tensor(\(shape))"
        // No string names one: they come from the types that the caller of the parser names, and a macro names none.
        case .record, .enumeration: ".any"
        }
    }
}
