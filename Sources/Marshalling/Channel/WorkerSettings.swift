/// What a worker makes of itself right after the fork, before any Python code of its own runs.
package struct WorkerSettings: Sendable, Hashable {
    /// A resource limit of the kernel, soft and hard.
    package enum Limit: String, Sendable, Hashable, CaseIterable {
        /// Bytes of address space.
        case addressSpace
        case openFiles
        /// Processes and threads of the user, all over the machine.
        case processes
        /// Bytes of the largest file that is written.
        case fileSize
        case cpuSeconds
    }

    /// Calls that are served at once.
    package var slots = 1
    /// How long a reader looks for a frame before it sleeps, in ns; nil to learn from the last waits.
    package var spin: UInt64?
    /// Added to nothing: the niceness itself, 19 the nicest. 0 leaves it alone.
    package var niceness = 0
    /// The cores it may run on; none for all.
    package var cores: [Int] = []
    package var limits: [Limit: Int] = [:]
    /// Variables set in the worker itself, such as the GPU that is its own.
    package var variables: [String: String] = [:]
    /// The folder of the control group that it joins.
    package var controlGroup: String?
    package var confinement: Confinement?
    /// Python functions called before and after each request.
    package var beforeRequest: [String] = []
    package var afterRequest: [String] = []
    /// Classes whose objects cross by converters.
    package var converters: [PythonClass] = []

    package init() {}
}

/// What a worker may not do, and by which means of the kernel it is kept from it.
package struct Confinement: Sendable, Hashable {
    /// How much an own mount, network and IPC namespace matters.
    package enum Namespaces: String, Sendable, Hashable { case none, wanted, needed }
    /// What keeps signals from other processes.
    package enum Signals: String, Sendable, Hashable { case free, landlock, systemCalls }

    /// The version of Landlock that is used; 0 for none.
    package var landlock = 0
    /// Whether system calls are filtered.
    package var filters = true
    /// Whether only `readable`, `writable` and what Python itself needs can be opened.
    package var hidesFiles = false
    /// Whether there is a network.
    package var network = true
    /// Whether processes can be started.
    package var processes = true
    package var signals = Signals.free
    package var namespaces = Namespaces.none
    /// The folder in which each worker gets a folder of its own; nil for none.
    package var scratch: String?
    /// How much that folder holds, where a namespace makes that possible.
    package var scratchBytes = 0
    package var readable: [String] = []
    package var writable: [String] = []

    package init() {}
}

extension WorkerSettings {
    /// The settings as they travel.
    var value: PythonValue {
        .dict([
            "slots": .int(slots), "spin": spin.map { .int(Int($0)) } ?? .none,
            "niceness": .int(niceness), "cores": .list(cores.map { .int($0) }),
            "limits": .dict(PythonDictionary(limits.map { (.string($0.key.rawValue), .int($0.value)) })),
            "variables": .dict(PythonDictionary(variables.map { (.string($0.key), .string($0.value)) })),
            "controlGroup": .optional(controlGroup), "confinement": confinement?.value ?? .none,
            "beforeRequest": .texts(beforeRequest), "afterRequest": .texts(afterRequest),
            "converters": .list(converters.map { .tuple([.string($0.name), .string($0.path), .texts($0.fields)]) }),
        ])
    }

    /// Reads settings; nil when they are none.
    init?(_ value: PythonValue) {
        guard let slots = value["slots"]?.int, slots > 0, let spin = value["spin"],
            let niceness = value["niceness"]?.int,
            let cores = value["cores"]?.elements?.map(\.int), !cores.contains(nil),
            let limits = value["limits"]?.dict, let variables = value["variables"]?.dict,
            let controlGroup = value["controlGroup"]?.text, let confinement = value["confinement"],
            let beforeRequest = value["beforeRequest"]?.strings, let afterRequest = value["afterRequest"]?.strings,
            let converters = value["converters"]?.elements?.map(PythonClass.init(registered:)),
            !converters.contains(nil)
        else { return nil }
        self.slots = slots
        if !spin.isNone {
            guard let duration = spin.int.flatMap(UInt64.init(exactly:)) else { return nil }
            self.spin = duration
        }
        self.niceness = niceness
        self.cores = cores.compactMap(\.self)
        for entry in limits {
            guard let limit = entry.key.string.flatMap(Limit.init(rawValue:)), let number = entry.value.int else {
                return nil
            }
            self.limits[limit] = number
        }
        for entry in variables {
            guard let name = entry.key.string, let text = entry.value.string else { return nil }
            self.variables[name] = text
        }
        self.controlGroup = controlGroup
        self.beforeRequest = beforeRequest
        self.afterRequest = afterRequest
        self.converters = converters.compactMap(\.self)
        guard !confinement.isNone else { return }
        guard let confinement = Confinement(confinement) else { return nil }
        self.confinement = confinement
    }
}

extension Confinement {
    var value: PythonValue {
        .dict([
            "landlock": .int(landlock), "filters": .bool(filters), "hidesFiles": .bool(hidesFiles),
            "network": .bool(network), "processes": .bool(processes), "signals": .string(signals.rawValue),
            "namespaces": .string(namespaces.rawValue), "scratch": .optional(scratch),
            "scratchBytes": .int(scratchBytes), "readable": .texts(readable), "writable": .texts(writable),
        ])
    }

    init?(_ value: PythonValue) {
        guard let landlock = value["landlock"]?.int, let filters = value["filters"]?.bool,
            let hidesFiles = value["hidesFiles"]?.bool, let network = value["network"]?.bool,
            let processes = value["processes"]?.bool,
            let signals = value["signals"]?.string.flatMap(Signals.init(rawValue:)),
            let namespaces = value["namespaces"]?.string.flatMap(Namespaces.init(rawValue:)),
            let scratch = value["scratch"]?.text, let scratchBytes = value["scratchBytes"]?.int,
            let readable = value["readable"]?.strings, let writable = value["writable"]?.strings
        else { return nil }
        self.landlock = landlock
        self.filters = filters
        self.hidesFiles = hidesFiles
        self.network = network
        self.processes = processes
        self.signals = signals
        self.namespaces = namespaces
        self.scratch = scratch
        self.scratchBytes = scratchBytes
        self.readable = readable
        self.writable = writable
    }
}

extension PythonDictionary {
    fileprivate init(_ entries: [(PythonValue, PythonValue)]) {
        self.init(entries.map { Entry(key: $0.0, value: $0.1) })
    }
}

extension PythonClass {
    fileprivate init?(registered value: PythonValue) {
        guard let parts = value.elements, parts.count == 3, let name = parts[0].string, let path = parts[1].string,
            let fields = parts[2].strings
        else { return nil }
        self.init(name: name, path: path, fields: fields)
    }
}

extension PythonValue {
    fileprivate static func texts(_ texts: [String]) -> PythonValue { .list(texts.map { .string($0) }) }

    fileprivate static func optional(_ text: String?) -> PythonValue { text.map { .string($0) } ?? .none }

    /// A text or None; nil for anything else.
    fileprivate var text: String?? {
        switch self {
        case .string(let text): .some(text)
        case .none: .some(nil)
        default: nil
        }
    }
}
