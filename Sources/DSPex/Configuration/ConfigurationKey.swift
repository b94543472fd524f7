/// The keys of `dspex.yaml`, which one place must know for a misspelt one to be noticed.
enum ConfigurationKey {
    /// A level of the file.
    indirect enum Level: Sendable {
        /// A value of its own.
        case value
        /// Keys with these names.
        case keys([String: Level])
        /// Names of the user's own, each with the same keys below.
        case named(Level)
    }

    static let root: Level = .keys([
        "venv": .value, "workerExecutable": .value, "adapter": .value, "defaultModel": .value, "modelNames": .value,
        "generation": .keys(["temperature": .value, "maxTokens": .value, "seed": .value]),
        "timeouts": .keys(["program": .value, "connect": .value]),
        "pools": .keys([
            "general": servingPool, "optimizer": servingPool, "neural": servingPool, "sandbox": .keys(poolKeys),
        ]),
        "models": .named(
            .keys([
                "baseURL": .value, "model": .value, "apiKeyVariable": .value, "responseSchema": .value,
                "functionCalling": .value, "reasoning": .value,
                "price": .keys(values(["input", "output", "cachedInput"])),
            ])),
    ])

    private static let servingPool: Level = .keys(poolKeys.merging(["handler": .value]) { $1 })

    private static let poolKeys: [String: Level] =
        values([
            "size", "minimumSize", "slots", "strategy", "hashBound", "queueLimit", "memoryMB", "sharedMemoryMB",
            "maximumAge", "maximumCalls", "idleTime", "startTimeout", "cancellationGrace", "reproducerFolder", "gpu",
            "preload", "modulePaths", "refreshesWhenSourcesChange", "environment", "venv", "workerExecutable",
            "niceness", "cores", "waitStrategy", "spinMicroseconds", "pythonLogLevel", "pythonLogRate",
        ]).merging([
            "hooks": .keys(values(["onStart", "beforeRequest", "afterRequest", "onStop"])),
            "isolation": isolation,
        ]) { $1 }

    private static let isolation: Level = .keys(
        values([
            "preset", "files", "scratchMB", "network", "startsProcesses", "reducesPrivileges", "readable", "writable",
            "required",
        ]).merging([
            "limits": .keys(values(["addressSpaceMB", "openFiles", "processes", "fileSizeMB", "cpuSeconds"]))
        ]) { $1 })

    private static func values(_ names: [String]) -> [String: Level] {
        Dictionary(uniqueKeysWithValues: names.map { ($0, .value) })
    }

    /// The variable that stands for a key: `pools.general.memoryMB` is `DSPEX_POOLS_GENERAL_MEMORY_MB`.
    static func environmentName(of key: String) -> String {
        var name = "DSPEX_"
        var previous: Character = "_"
        for character in key {
            if previous.isLowercase && character.isUppercase { name += "_" }
            name += character.isLetter || character.isNumber ? character.uppercased() : "_"
            previous = character
        }
        return name
    }
}
