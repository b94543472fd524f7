internal import Foundation
internal import HTTPClient
internal import LanguageModels

extension Platform.Configuration {
    /// The configured models.
    func languageModels(client: HTTPClient, environment: [String: String]?) -> [any LanguageModel] {
        let environment = environment ?? ProcessInfo.processInfo.environment
        return models.sorted { $0.key < $1.key }.map { name, model in
            var key: APIKey?
            if let variable = model.apiKeyVariable {
                guard let value = environment[variable], !value.isEmpty else {
                    return UnconfiguredModel(name: name, capabilities: model.capabilities, variable: variable)
                }
                key = APIKey(value)
            }
            return HTTPLanguageModel(
                .init(
                    name: name, model: model.model, baseURL: model.baseURL, apiKey: key,
                    capabilities: model.capabilities, price: model.price),
                client: client)
        }
    }
}

extension LanguageModels {
    /// What each model can do, by name.
    var capabilities: [String: LanguageModelCapabilities] {
        var capabilities: [String: LanguageModelCapabilities] = [:]
        for name in names { capabilities[name] = (try? self[name])?.capabilities }
        return capabilities
    }
}

/// A model whose key is missing. It is there, so that programs that do not need it run; asking it is an error.
private struct UnconfiguredModel: LanguageModel {
    let name: String
    let capabilities: LanguageModelCapabilities
    let variable: String
    var provider: String { "" }

    func stream(_ request: LanguageModelRequest) -> LanguageModelEventStream {
        let message =
            "the environment variable \(variable), which models.\(name).apiKeyVariable names, is not set: export \(variable)=…"
        return LanguageModelEventStream {
            { () async throws(LanguageModelError) in throw LanguageModelError(.notConfigured, message) }
        }
    }
}
