internal import Logging
internal import PythonPool

extension PythonPool.Configuration {
    /// Takes over what the keys of one pool say.
    mutating func read(_ keys: ConfigurationScanner) throws(ConfigurationError) {
        size = try keys.int("size", in: 1...1_024) ?? size
        minimumSize = try keys.int("minimumSize", in: 1...size) ?? minimumSize
        if let slots = try keys.int("slots", in: 1...1_024) { concurrency = slots == 1 ? .exclusive : .slots(slots) }
        queueLimit = try keys.int("queueLimit", in: 0...100_000_000) ?? queueLimit
        strategy = try Self.strategy(keys) ?? strategy
        memoryMB = try keys.int("memoryMB", in: 16...1_048_576) ?? memoryMB
        sharedMemoryMB = try keys.int("sharedMemoryMB", in: 1...1_048_576) ?? sharedMemoryMB
        maximumAge = try keys.seconds("maximumAge") ?? maximumAge
        maximumCalls = try keys.int("maximumCalls", in: 1...Int.max) ?? maximumCalls
        idleTime = try keys.seconds("idleTime") ?? idleTime
        startTimeout = try keys.seconds("startTimeout") ?? startTimeout
        cancellationGrace = try keys.seconds("cancellationGrace") ?? cancellationGrace
        try hooks.read(keys.group("hooks"))
        reproducerFolder = try keys.string("reproducerFolder") ?? reproducerFolder
        gpu = try keys.bool("gpu") ?? gpu
        preload = try keys.strings("preload") ?? preload
        modulePaths = try keys.strings("modulePaths") ?? modulePaths
        refreshesWhenSourcesChange = try keys.bool("refreshesWhenSourcesChange") ?? refreshesWhenSourcesChange
        for entry in try keys.strings("environment") ?? [] {
            guard let sign = entry.firstIndex(of: "="), sign != entry.startIndex else {
                throw keys.malformed("environment", entry, "NAME=value")
            }
            environment[String(entry[..<sign])] = String(entry[entry.index(after: sign)...])
        }
        venv = try keys.string("venv") ?? venv
        workerExecutable = try keys.string("workerExecutable") ?? workerExecutable
        try isolation.read(keys.group("isolation"))
        niceness = try keys.int("niceness", in: -20...19) ?? niceness
        if let numbers = try keys.ints("cores", in: 0...1_023) { cores = Set(numbers) }
        waitStrategy = try Self.waitStrategy(keys) ?? waitStrategy
        pythonLogLevel =
            try keys.choice("pythonLogLevel", of: Logger.Level.allCases.map { ($0.rawValue, $0) }) ?? pythonLogLevel
        pythonLogRate = try keys.int("pythonLogRate", in: 1...1_000_000) ?? pythonLogRate
    }

    private static func strategy(_ keys: ConfigurationScanner) throws(ConfigurationError) -> CheckoutStrategy? {
        let strategy: CheckoutStrategy? = try keys.choice(
            "strategy", of: [("leastOutstanding", .leastOutstanding), ("roundRobin", .roundRobin), ("hash", .hash())])
        guard let bound = try keys.double("hashBound", in: 1...1_000) else { return strategy }
        guard strategy == .hash() else {
            throw keys.malformed("hashBound", "\(bound)", "no value, as \(keys.key("strategy")) is not hash")
        }
        return .hash(bound: bound)
    }

    private static func waitStrategy(_ keys: ConfigurationScanner) throws(ConfigurationError) -> WaitStrategy? {
        let spins = try keys.choice("waitStrategy", of: [("adaptive", false), ("spin", true)])
        let time = try keys.int("spinMicroseconds", in: 1...1_000_000)
        switch (spins, time) {
        case (true?, let time?): return .spin(.microseconds(time))
        case (true?, nil):
            throw .missing(
                key: keys.key("spinMicroseconds"),
                expected: "how long \(keys.key("waitStrategy")): spin polls, from 1 to 1000000")
        case (_, let time?):
            throw keys.malformed("spinMicroseconds", "\(time)", "no value, as \(keys.key("waitStrategy")) is not spin")
        case (false?, nil): return .adaptive
        case (nil, nil): return nil
        }
    }
}

extension WorkerHooks {
    fileprivate mutating func read(_ keys: ConfigurationScanner) throws(ConfigurationError) {
        onStart = try Self.targets("onStart", keys) ?? onStart
        beforeRequest = try Self.targets("beforeRequest", keys) ?? beforeRequest
        afterRequest = try Self.targets("afterRequest", keys) ?? afterRequest
        onStop = try Self.targets("onStop", keys) ?? onStop
    }

    private static func targets(_ name: String, _ keys: ConfigurationScanner) throws(ConfigurationError) -> [String]? {
        guard let targets = try keys.strings(name) else { return nil }
        for target in targets {
            let parts = target.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count > 1, !parts.contains("") else {
                throw keys.malformed(name, target, "a function with its module, as in module.function")
            }
        }
        return targets
    }
}
