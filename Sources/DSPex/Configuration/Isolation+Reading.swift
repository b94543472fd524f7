internal import PythonPool

extension PythonPool.Isolation {
    /// Takes over what the keys of a pool's isolation say: a preset first, then what is to differ from it.
    mutating func read(_ keys: ConfigurationScanner) throws(ConfigurationError) {
        self = try keys.choice("preset", of: [("none", .none), ("sandbox", .sandbox)]) ?? self
        files = try Self.files(keys, preset: files)
        network = try keys.choice("network", of: [("host", .host), ("none", .none)]) ?? network
        startsProcesses = try keys.bool("startsProcesses") ?? startsProcesses
        reducesPrivileges = try keys.bool("reducesPrivileges") ?? reducesPrivileges
        readable = try keys.strings("readable") ?? readable
        writable = try keys.strings("writable") ?? writable
        try limits.read(keys.group("limits"))
        let protections = PythonPool.Protection.allCases.map { ($0.rawValue, $0) }
        if let names = try keys.choices("required", of: protections) { required = Set(names) }
    }

    private static func files(_ keys: ConfigurationScanner, preset: Files) throws(ConfigurationError) -> Files {
        let name = try keys.choice("files", of: ["host", "readOnly", "scratch"].map { ($0, $0) })
        let size = try keys.int("scratchMB", in: 1...1_048_576)
        switch name ?? preset.name {
        case "scratch":
            if let size { return .scratch(megabytes: size) }
            if case .scratch = preset { return preset }
            throw .missing(
                key: keys.key("scratchMB"),
                expected: "the size of each worker's folder, a whole number from 1 to 1048576")
        case let other:
            if let size {
                throw keys.malformed("scratchMB", "\(size)", "no value, as \(keys.key("files")) is not scratch")
            }
            return other == "host" ? .host : .readOnly
        }
    }
}

extension PythonPool.Isolation.Files {
    fileprivate var name: String {
        switch self {
        case .host: "host"
        case .readOnly: "readOnly"
        case .scratch: "scratch"
        }
    }
}

extension PythonPool.Isolation.Limits {
    fileprivate mutating func read(_ keys: ConfigurationScanner) throws(ConfigurationError) {
        addressSpaceMB = try keys.int("addressSpaceMB", in: 64...1_073_741_824) ?? addressSpaceMB
        openFiles = try keys.int("openFiles", in: 16...1_048_576) ?? openFiles
        processes = try keys.int("processes", in: 1...4_194_304) ?? processes
        fileSizeMB = try keys.int("fileSizeMB", in: 1...1_073_741_824) ?? fileSizeMB
        cpuSeconds = try keys.int("cpuSeconds", in: 1...1_000_000_000) ?? cpuSeconds
    }
}
