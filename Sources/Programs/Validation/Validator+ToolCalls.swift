internal import Marshalling
internal import Signatures

/// `dspy.ToolCalls` in every shape that DSPy 3.4.1 takes: a call, a list of calls, or `{"tool_calls": […]}`; each call as `name` and `args`, or as
/// providers write it.
extension Validator {
    mutating func toolCalls(_ value: PythonValue, at path: String) -> PythonValue? {
        var results: PythonValue?
        let calls: [PythonValue]
        let place: String
        switch value {
        case .list(let elements) where elements.allSatisfy(\.isToolCall): (calls, place) = (elements, path)
        case .dict(let entries):
            if let listed = entries.value(named: "tool_calls") {
                guard case .list(let elements) = listed else { return fail(value, as: .dspy(.toolCalls), at: path) }
                (calls, place) = (elements, "\(path).tool_calls")
                results = entries.value(named: "tool_call_results")
            } else if value.isToolCall {
                (calls, place) = ([value], path)
            } else {
                return fail(value, as: .dspy(.toolCalls), at: path)
            }
        default: return fail(value, as: .dspy(.toolCalls), at: path)
        }
        var validated: [PythonValue] = []
        for (index, call) in calls.enumerated() {
            let found = toolCall(call.unshared, at: "\(place)[\(index)]")
            if isAborted { return nil }
            if let found { validated.append(found) }
        }
        guard validated.count == calls.count else { return nil }
        count(fields: results == nil ? 1 : 2)
        var output: PythonDictionary = ["tool_calls": .list(validated)]
        if let results, !results.isNone {
            // As any value in a union: nearer than a text that becomes a number, not as near as one of the type.
            lower(to: .strict)
            output["tool_call_results"] = results
        }
        return .dict(output)
    }

    private mutating func toolCall(_ value: PythonValue, at path: String) -> PythonValue? {
        guard case .dict(let entries) = value else { return fail(value, expected: "a tool call", at: path) }
        guard let call = ToolCallParts(entries) else {
            return fail(value, expected: "a tool call with a function", at: path)
        }
        let arguments: PythonValue
        switch call.arguments {
        case .string(let text):
            do throws(JSONRepairError) {
                arguments = try JSONRepair.value(of: text)
            } catch {
                isAborted = true
                return fail(call.arguments, expected: "the arguments as JSON", at: "\(path).args")
            }
        case .dict: arguments = call.arguments
        default: arguments = .dict([:])
        }
        // A call is validated by itself, whatever union the whole is in.
        let (exactness, fieldsSet) = (exactness, fieldsSet)
        defer { (self.exactness, self.fieldsSet) = (exactness, fieldsSet) }
        let id = validate(call.id, as: .optional(.str), at: "\(path).id")
        let name = text(call.name, at: "\(path).name")
        let validArguments = validate(arguments, as: .dict(.str, .any), at: "\(path).args")
        guard let id, let name, let validArguments else { return nil }
        var output: PythonDictionary = ["name": .string(name), "args": validArguments]
        if !id.isNone { output["id"] = id }
        return .dict(output)
    }
}

/// The parts of one call, wherever they stand.
private struct ToolCallParts {
    var id: PythonValue
    var name: PythonValue
    var arguments: PythonValue

    /// Nil when there is a `function` that is none.
    init?(_ entries: PythonDictionary) {
        func either(_ first: PythonValue?, _ second: PythonValue?) -> PythonValue {
            if let first, first.countsAsTrue { first } else { second ?? PythonValue.none }
        }
        let name = entries.value(named: "name")
        if let function = entries.value(named: "function") {
            let content: PythonDictionary
            switch function {
            case .dict(let dictionary): content = dictionary
            case let other where !other.countsAsTrue: content = [:]
            default: return nil
            }
            arguments = content.value(named: "arguments") ?? .dict([:])
            self.name = either(content.value(named: "name"), name)
        } else {
            arguments = entries.value(named: "args") ?? entries.value(named: "arguments") ?? .dict([:])
            self.name = name ?? PythonValue.none
        }
        id = either(entries.value(named: "id"), entries.value(named: "call_id"))
    }
}

extension PythonValue {
    /// Whether DSPy takes a dictionary for a call.
    fileprivate var isToolCall: Bool {
        guard case .dict(let entries) = unshared else { return false }
        let hasArguments = entries.value(named: "args") != nil || entries.value(named: "arguments") != nil
        return entries.value(named: "name") != nil && hasArguments || entries.value(named: "function") != nil
    }

    /// Whether Python's `bool()` is true of it, whatever kind of value it is.
    fileprivate var countsAsTrue: Bool {
        switch unshared {
        case .none: false
        case .bool(let flag): flag
        case .int(let number): number != 0
        case .float(let number): number != 0
        case .complex(let number): number.real != 0 || number.imaginary != 0
        case .string(let text): !text.isEmpty
        case .bytes(let bytes), .bytearray(let bytes): !bytes.isEmpty
        case .list(let elements), .tuple(let elements): !elements.isEmpty
        case .set(let set), .frozenset(let set): !set.elements.isEmpty
        case .dict(let entries): !entries.isEmpty
        default: true
        }
    }
}
