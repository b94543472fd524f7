internal import LanguageModels
public import Marshalling
public import Signatures

/// The messages that a program sends to a model, as DSPy's adapters write them: the same text, byte for byte, that
/// `adapter.format(signature, demos, inputs)` of dspy 3.4.1 returns (`dspy/adapters/base.py`).
///
/// ```swift
/// let prompt = Prompt(signature, adapter: .chat)
/// let messages = prompt.messages(inputs: ["question": "Who wrote Dune?"])
/// ```
///
/// What depends on the signature alone is written once, when the prompt is made.
public struct Prompt: Sendable {
    /// What goes in and what comes out.
    public let signature: Signature
    /// How it is written.
    public let adapter: PromptAdapter

    private let format: any PromptFormat
    private let system: String
    /// What JSON adapters ask of models that can be held to a schema.
    private let schemaFormat: GenerationOptions.ResponseFormat?
    /// The inputs without the conversation so far, which becomes messages of its own.
    private let inputs: [Field]
    private let history: Field?

    /// Makes a prompt of a signature.
    public init(_ signature: Signature, adapter: PromptAdapter) {
        self.signature = signature
        self.adapter = adapter
        format = adapter.format
        system = format.system(signature)
        history = signature.inputs.first { $0.type == .dspy(.history) }
        inputs = signature.inputs.filter { [history] in $0.name != history?.name }
        schemaFormat = adapter.isJSON ? signature.responseFormat : nil
    }

    /// The form of the answer that a model of these capabilities is asked for; nil when the adapter asks for none.
    func responseFormat(for capabilities: LanguageModelCapabilities) -> GenerationOptions.ResponseFormat? {
        schemaFormat.map { capabilities.responseSchema ? $0 : .jsonObject }
    }

    /// The messages of one call: the task, the worked examples (those with gaps first), the turns of the conversation so far, and
    /// the inputs.
    ///
    /// - Parameters:
    ///   - inputs: A value for each input; those that are missing are left out. That of an input of type `dspy.History` is the
    ///     turns, or a dictionary with the turns as `messages`.
    ///   - demos: Worked examples. One without any input, or without any output, is left out.
    ///   - mode: Whether texts may hold the marks of attachments, fields and tags, as DSPy lets them; default ``ParsingMode/strict``.
    public func messages(
        inputs values: PythonDictionary, demos: [PythonDictionary] = [], mode: ParsingMode = .strict
    ) -> [PromptMessage] {
        messages(inputs: values, demos: demos, mode: mode, verbatim: [])
    }

    /// - Parameter verbatim: The inputs whose texts this package wrote: they may hold marks, as they are.
    func messages(
        inputs values: PythonDictionary, demos: [PythonDictionary], mode: ParsingMode = .strict, verbatim: Set<String>
    ) -> [PromptMessage] {
        let prepared = PromptInputs(signature.fields, adapter, mode, verbatim: verbatim)
        let values = prepared.values(values)
        let demos = demos.map(prepared.values)
        var messages = [PromptMessage(.system, .text(system))]
        appendDemos(demos, to: &messages)
        var reminded = inputs
        if let history {
            // A conversation that is not given is no input without a history: DSPy asks with the same reminder.
            if let turns = values[.string(history.name)] { appendTurns(turns, prepared, to: &messages) }
        } else {
            reminded = signature.inputs
        }
        let content = format.user(reminded, signature.outputs, values: values, prefix: "", reminder: true)
        if !content.isEmpty { messages.append(.init(.user, PromptParts.content(of: content))) }
        return messages
    }

    private func appendDemos(_ demos: [PythonDictionary], to messages: inout [PromptMessage]) {
        func has(_ demo: PythonDictionary, _ field: Field) -> Bool { demo[.string(field.name)] != nil }
        func isComplete(_ demo: PythonDictionary) -> Bool {
            signature.fields.allSatisfy { demo[.string($0.name)].map { !$0.isNone } ?? false }
        }
        let complete = demos.filter(isComplete)
        let partial = demos.filter { demo in
            !isComplete(demo) && signature.inputs.contains { has(demo, $0) }
                && signature.outputs.contains { has(demo, $0) }
        }
        for demo in partial { append(demo, Self.partialPrefix, missing: Self.notSupplied, to: &messages) }
        for demo in complete { append(demo, "", missing: Self.notSupplied, to: &messages) }
    }

    private func append(
        _ demo: PythonDictionary, _ prefix: String, missing: String, to messages: inout [PromptMessage]
    ) {
        let asked = format.user(signature.inputs, signature.outputs, values: demo, prefix: prefix, reminder: false)
        let answered = format.assistant(signature.outputs, values: demo, missing: .string(missing))
        messages.append(.init(.user, PromptParts.content(of: asked)))
        messages.append(.init(.assistant, .text(answered)))
    }

    private func appendTurns(_ turns: PythonValue, _ prepared: PromptInputs, to messages: inout [PromptMessage]) {
        for turn in turns["messages"]?.elements ?? turns.elements ?? [] {
            let values = prepared.values(Self.stripped(turn.dict ?? [:]))
            // A turn of outputs alone must not become a message of the reminder alone.
            let asks = inputs.contains { values[.string($0.name)] != nil }
            let asked = format.user(inputs, signature.outputs, values: values, prefix: "", reminder: asks)
            if !asked.isEmpty { messages.append(.init(.user, PromptParts.content(of: asked))) }
            let calls = ToolTurn(values)
            if adapter.isJSON, let calls {
                append(calls, besides: values, to: &messages)
            } else {
                appendAnswer(values, calls, to: &messages)
            }
        }
    }

    /// DSPy strips the names of a turn's fields of white space.
    private static func stripped(_ turn: PythonDictionary) -> PythonDictionary {
        PythonDictionary(
            turn.map { entry in
                .init(key: entry.key.string.map { .string(PythonText.strip($0)) } ?? entry.key, value: entry.value)
            })
    }

    /// What was answered in an earlier turn; the results of tools that were called in it are a message of their own.
    private func appendAnswer(_ values: PythonDictionary, _ calls: ToolTurn?, to messages: inout [PromptMessage]) {
        var answered = values
        if let calls, calls.results != nil { answered[calls.field] = calls.callsAlone }
        let content = format.assistant(signature.outputs, values: answered, missing: .none)
        if !content.isEmpty { messages.append(.init(.assistant, .text(content))) }
        guard let results = calls?.resultsValue else { return }
        let field = Field("tool_call_results", .any)
        let told = format.user([field], [], values: ["tool_call_results": results], prefix: "", reminder: false)
        messages.append(.init(.user, PromptParts.content(of: told)))
    }

    /// The calls of tools in the form that models have for them, and their results.
    private func append(_ calls: ToolTurn, besides values: PythonDictionary, to messages: inout [PromptMessage]) {
        let outputs = signature.outputs.filter { field in
            field.type != .dspy(.toolCalls) && values[.string(field.name)].map { !$0.isNone } ?? false
        }
        let content = outputs.isEmpty ? "" : format.assistant(outputs, values: values, missing: .none)
        let results = calls.matchedResults
        guard !content.isEmpty || results != nil else { return }
        messages.append(
            .init(
                .assistant, content.isEmpty ? .none : .text(content), toolCalls: results == nil ? [] : calls.chatCalls))
        for result in results ?? [] {
            var message = PromptMessage(.tool, .text(result.text))
            message.answers = (result.id ?? "", result.name)
            messages.append(message)
        }
    }

    private static let partialPrefix =
        "This is an example of the task, though some input or output fields are not supplied."
    private static let notSupplied = "Not supplied for this particular example. "
}

extension Signature {
    /// Outputs as plain values that JSON has a form for: dates and the like are texts, records objects, sets lists in order.
    public func plainOutputs(_ outputs: PythonDictionary) -> PythonValue {
        .dict(
            PythonDictionary(
                outputs.map { entry in
                    let type = entry.key.string.flatMap { field(named: $0)?.type } ?? .any
                    return .init(
                        key: entry.key, value: PromptValue.jsonable(entry.value, as: type, nested: false, for: .output))
                }))
    }
}

extension Prompt {
    /// The outputs in a model's text, as the adapter's twin in DSPy reads them (`Adapter.parse`), in the order of the signature.
    ///
    /// - Parameter mode: Whether DSPy's known faults are kept. Default ``ParsingMode/strict``.
    /// - Throws: ``MalformedResponse`` with the text, when an output cannot be read or is missing.
    public func parse(_ text: String, mode: ParsingMode = .strict) throws(MalformedResponse) -> PythonDictionary {
        try adapter.parser.parse(text, signature.outputs, mode)
    }
}

extension PromptAdapter {
    var parser: any OutputParser {
        switch self {
        case .chat: ChatParser()
        case .json, .compactJSON: JSONAnswerParser()
        case .xml: XMLAnswerParser()
        }
    }

    /// Whether it is a JSON adapter of DSPy's. These ask for an answer in JSON, held to a schema if the model can be, and give earlier
    /// calls of tools as such instead of writing them into the text (`use_native_function_calling`).
    var isJSON: Bool { self == .json || self == .compactJSON }

    var format: any PromptFormat {
        switch self {
        case .chat: ChatFormat()
        case .json: JSONFormat()
        case .xml: XMLFormat()
        case .compactJSON: CompactJSONFormat()
        }
    }
}
