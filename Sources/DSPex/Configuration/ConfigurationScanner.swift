internal import Configuration

/// Reads values of a `ConfigReader` so that a malformed one is an error and not an absent one.
struct ConfigurationScanner {
    private let config: ConfigReader
    private let prefix: String

    init(_ config: ConfigReader, prefix: String = "") {
        self.config = config
        self.prefix = prefix
    }

    /// The keys below a name.
    func group(_ name: String) -> ConfigurationScanner {
        ConfigurationScanner(config.scoped(to: ConfigKey([name])), prefix: prefix + name + ".")
    }

    func string(_ name: String) throws(ConfigurationError) -> String? {
        try value(name, "a text") { try config.requiredString(forKey: ConfigKey([name])) }
    }

    func int(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = try value(name, expected, { try config.requiredInt(forKey: ConfigKey([name])) }) else {
            return nil
        }
        guard range.contains(number) else { throw malformed(name, "\(number)", expected) }
        return number
    }

    func double(_ name: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
        let expected = "a number from \(range.lowerBound) to \(range.upperBound)"
        guard let number = try value(name, expected, { try config.requiredDouble(forKey: ConfigKey([name])) }) else {
            return nil
        }
        guard range.contains(number) else { throw malformed(name, "\(number)", expected) }
        return number
    }

    /// A time in seconds, up to a day.
    func seconds(_ name: String) throws(ConfigurationError) -> Duration? {
        guard let seconds = try double(name, in: 0.001...86_400) else { return nil }
        return .seconds(seconds)
    }

    func bool(_ name: String) throws(ConfigurationError) -> Bool? {
        try value(name, "true or false") { try config.requiredBool(forKey: ConfigKey([name])) }
    }

    func strings(_ name: String) throws(ConfigurationError) -> [String]? {
        try value(name, "a list of texts") { try config.requiredStringArray(forKey: ConfigKey([name])) }
    }

    func ints(_ name: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> [Int]? {
        let expected = "a list of whole numbers from \(range.lowerBound) to \(range.upperBound)"
        let numbers = try value(name, expected) { try config.requiredIntArray(forKey: ConfigKey([name])) }
        if let number = numbers?.first(where: { !range.contains($0) }) {
            throw malformed(name, "\(number)", expected)
        }
        return numbers
    }

    /// One of some names.
    func choice<Value>(_ name: String, of choices: [(name: String, value: Value)]) throws(ConfigurationError) -> Value?
    {
        guard let found = try string(name) else { return nil }
        return try chosen(found, name, choices)
    }

    /// Any of some names.
    func choices<Value>(
        _ name: String, of choices: [(name: String, value: Value)]
    ) throws(ConfigurationError) -> [Value]? {
        guard let found = try strings(name) else { return nil }
        return try found.map { (each) throws(ConfigurationError) in try chosen(each, name, choices) }
    }

    private func chosen<Value>(
        _ found: String, _ name: String, _ choices: [(name: String, value: Value)]
    ) throws(ConfigurationError) -> Value {
        if let choice = choices.first(where: { $0.name == found }) { return choice.value }
        let names = choices.map(\.name)
        throw malformed(name, found, names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1])
    }

    func malformed(_ name: String, _ value: String, _ expected: String) -> ConfigurationError {
        .malformed(key: prefix + name, value: value, expected: expected)
    }

    /// What a key is called in messages.
    func key(_ name: String) -> String { prefix + name }

    // MARK: Absent or malformed

    private func value<Value>(
        _ name: String, _ expected: String, _ read: () throws -> Value
    ) throws(ConfigurationError) -> Value? {
        // An empty variable, or a key with nothing behind it, is no value.
        if config.string(forKey: ConfigKey([name])) == "" { return nil }
        do {
            return try read()
        } catch {
            // The reader's errors are its own business; whether the key is there in another form tells the two cases apart.
            guard let found = anyForm(ConfigKey([name])) else { return nil }
            throw malformed(name, found, expected)
        }
    }

    private func anyForm(_ key: ConfigKey) -> String? {
        if let text = config.string(forKey: key) { return text }
        if let number = config.int(forKey: key) { return "\(number)" }
        if let number = config.double(forKey: key) { return "\(number)" }
        if let flag = config.bool(forKey: key) { return "\(flag)" }
        if let numbers = config.intArray(forKey: key) { return numbers.map(String.init).joined(separator: ", ") }
        if let texts = config.stringArray(forKey: key) { return texts.joined(separator: ", ") }
        return nil
    }
}
