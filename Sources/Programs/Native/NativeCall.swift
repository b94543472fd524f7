internal import LanguageModels
internal import Marshalling
internal import Signatures

/// One prediction in this process: the prompt, the model, the outputs. What `dspy.Predict` does between its adapter and its model
/// (`dspy/adapters/base.py`), with the same requests to the model in the same order.
struct NativeCall {
    /// The signature with everything that the program adds to it.
    let signature: Signature
    let adapter: PromptAdapter
    let options: GenerationOptions
    let demos: [PythonDictionary]
    /// The inputs whose texts this package wrote, marks and all.
    var verbatim: Set<String> = []

    /// What a model answered, and what it took.
    struct Answer {
        var outputs: PythonDictionary
        var text: String
        var model: String
        var usage: LanguageModelUsage
        var attempts: Int
    }

    /// Asks the model once; a second time with the prompt of the JSON adapter when the answer to that of another cannot be read, as
    /// DSPy does.
    ///
    /// - Throws: `LanguageModelError`, or ``MalformedResponse`` with the tokens of every attempt.
    func run(
        _ inputs: PythonDictionary, on model: any LanguageModel, deadline: ContinuousClock.Instant?
    ) async throws -> Answer {
        var spent = LanguageModelUsage()
        do {
            return try await attempt(adapter, inputs, model, deadline, &spent, attempt: 1)
        } catch let error as MalformedResponse where !adapter.isJSON {
            do {
                return try await attempt(.json, inputs, model, deadline, &spent, attempt: 2)
            } catch var later as MalformedResponse {
                later.message += "; before that \(error.adapter) found: \(error.message)"
                throw later
            }
        }
    }

    private func attempt(
        _ adapter: PromptAdapter, _ inputs: PythonDictionary, _ model: any LanguageModel,
        _ deadline: ContinuousClock.Instant?, _ spent: inout LanguageModelUsage, attempt: Int
    ) async throws -> Answer {
        let prompt = PromptCache.shared.prompt(signature, adapter)
        var options = options
        if let format = prompt.responseFormat(for: model.capabilities) { options.responseFormat = format }
        var request = LanguageModelRequest(
            prompt.messages(inputs: inputs, demos: demos, verbatim: verbatim), options: options)
        request.deadline = deadline
        let response = try await model.respond(to: request)
        spent.add(response.usage)
        let text = response.text
        do throws(MalformedResponse) {
            guard !text.isEmpty else {
                throw MalformedResponse(
                    text: text, adapter: adapter.parser.name, expected: signature.outputs.map(\.name),
                    message: "the model answered with nothing")
            }
            return Answer(
                outputs: try prompt.parse(text), text: text, model: response.model, usage: spent, attempts: attempt)
        } catch {
            var paid = error
            paid.usage = spent
            paid.attempts = attempt
            throw paid
        }
    }
}
