/// Why a configuration cannot be used: which key, which value, and what it should be.
public enum ConfigurationError: Error, Sendable, Hashable {
    /// The value of a key is not what the key takes.
    case malformed(key: String, value: String, expected: String)
    /// A key that must be there is not.
    case missing(key: String, expected: String)
    /// The file has a key that nothing reads; `suggestion` is the nearest one that something does.
    case unknownKey(String, file: String, line: Int, suggestion: String?)
    /// The file is no YAML.
    case unreadable(file: String, line: Int?, detail: String)
    /// The file that was named does not exist, or may not be read.
    case noFile(String)
    /// A model that is named as the default is not configured.
    case unknownModel(key: String, name: String, known: [String])
}

extension ConfigurationError: CustomStringConvertible {
    /// What is wrong, where, and what it should be.
    public var description: String {
        switch self {
        case .malformed(let key, let value, let expected):
            return "\(Self.place(key)) is '\(value)'; expected \(expected)"
        case .missing(let key, let expected): return "\(Self.place(key)) is missing; expected \(expected)"
        case .unknownKey(let key, let file, let line, let suggestion):
            let hint = suggestion.map { "did you mean '\($0)'?" } ?? "remove it"
            return "\(file):\(line): there is no key '\(key)'; \(hint)"
        case .unreadable(let file, let line, let detail):
            return "\(file)\(line.map { ":\($0)" } ?? "") cannot be read: \(detail)"
        case .noFile(let path): return "the configuration file \(path) cannot be opened; check DSPEX_CONFIG"
        case .unknownModel(let key, let name, let known):
            let names = known.map { "'\($0)'" }.joined(separator: ", ")
            return "\(Self.place(key)) is '\(name)', which is not configured; there are \(names)"
        }
    }

    private static func place(_ key: String) -> String {
        "'\(key)' (in dspex.yaml, or \(ConfigurationKey.environmentName(of: key)))"
    }
}
