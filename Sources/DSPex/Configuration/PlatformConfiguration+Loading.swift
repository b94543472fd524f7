internal import Configuration
internal import Foundation

extension Platform.Configuration {
    /// Reads the configuration of this process: the environment first, then `dspex.yaml`, then the defaults.
    ///
    /// The file is the one that `DSPEX_CONFIG` names, else `dspex.yaml` in the working folder, if there is one. A variable
    /// is a key in capitals behind `DSPEX_`: `DSPEX_POOLS_GENERAL_MEMORY_MB=1024`. Lists are separated by commas.
    ///
    /// - Parameters:
    ///   - file: The file to read instead; it must exist.
    ///   - environment: The variables. Default: those of the process.
    /// - Throws: ``ConfigurationError``.
    public static func load(
        file: String? = nil, environment: [String: String]? = nil
    ) async throws(ConfigurationError) -> Self {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let variables = EnvironmentVariablesProvider(environmentVariables: environment).prefixKeys(with: "dspex")
        let named = file ?? environment["DSPEX_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = named ?? "dspex.yaml"
        guard let data = FileManager.default.contents(atPath: path) else {
            if named != nil || FileManager.default.fileExists(atPath: path) { throw .noFile(path) }
            return try Self(config: ConfigReader(provider: variables))
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw .unreadable(file: path, line: nil, detail: "it is not UTF-8")
        }
        let checked = try ConfigurationFile(text: text, path: path)
        // The provider takes nothing but a group of keys, and a file of comments alone is none.
        guard !checked.isEmpty else { return try Self(config: ConfigReader(provider: variables)) }
        let values: FileProvider<YAMLSnapshot>
        do {
            // By way of a reader, the provider takes a path without another package's type for it.
            let place = InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
            values = try await FileProvider<YAMLSnapshot>(config: ConfigReader(provider: place))
        } catch {
            throw .unreadable(file: path, line: nil, detail: "\(error)")
        }
        return try Self(config: ConfigReader(providers: [variables, values]), modelNames: checked.modelNames)
    }
}
