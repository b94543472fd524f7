/// The models that a host offers, by name.
public struct LanguageModels: Sendable {
    private var models: [String: any LanguageModel]

    /// Makes a registry; of two models with one name the last one counts.
    public init(_ models: [any LanguageModel] = []) {
        self.models = [:]
        for model in models { add(model) }
    }

    /// Adds a model under its name, or replaces the one that has it.
    public mutating func add(_ model: any LanguageModel) { models[model.name] = model }

    /// The names, in alphabetical order.
    public var names: [String] { models.keys.sorted() }

    /// The model of a name.
    /// - Throws: ``LanguageModelError`` with the code `unsupported_model`, naming the models there are.
    public subscript(name: String) -> any LanguageModel {
        get throws(LanguageModelError) {
            guard let model = models[name] else {
                let known = names.isEmpty ? "there are no models" : "the models are \(names.joined(separator: ", "))"
                throw .init(.unsupportedModel, "there is no model \(name.excerpt); \(known)")
            }
            return model
        }
    }
}
