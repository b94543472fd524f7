import CLinux
import Marshalling
import PythonRuntime

/// Makes a freshly forked process what its settings say: group, cores, limits, variables, and what it may not do.
///
/// The order matters: what needs privileges comes before they are given up, what needs files before files are hidden.
enum WorkerSetup {
    /// - Parameter folder: the worker's own folder, if it is to have one.
    /// - Returns: why something that was wanted but not needed could not be had; nil when all was.
    /// - Throws: ``StartFailure`` for what the kernel refuses; ``PythonFailure``.
    static func apply(
        _ settings: WorkerSettings, folder: String?, _ interpreter: borrowing Interpreter
    ) throws -> String? {
        if let group = settings.controlGroup {
            try check(
                unsafe clinux_write_file(group + "/cgroup.procs", "0"), "joining the control group \(group)",
                remedy: "hand the group over to this user (`dspex doctor` tells which)")
        }
        if settings.niceness != 0 {
            try check(
                clinux_set_niceness(Int32(clamping: settings.niceness)), "setting the niceness \(settings.niceness)",
                remedy:
                    "below 0 needs a higher limit (ulimit -e) or privileges; leave Configuration.niceness at 0 or above"
            )
        }
        if !settings.cores.isEmpty {
            let cores = settings.cores.map { Int32(clamping: $0) }
            try check(
                unsafe clinux_set_affinity(cores, Int32(cores.count)), "running on the cores \(settings.cores)",
                remedy: "name cores that this process may use in Configuration.cores (taskset -p shows them)")
        }
        var lacking: String?
        var rules: Int32?
        if let confinement = settings.confinement {
            lacking = try enterNamespaces(confinement, folder: folder)
        }
        if let folder {
            try check(
                unsafe clinux_chdir(folder), "entering \(folder)", remedy: "set TMPDIR to a folder that can be used")
        }
        let packages = try settle(settings, folder: folder, interpreter)
        if let confinement = settings.confinement, confinement.landlock > 0 {
            rules = try landlock(confinement, folder: folder, packages: packages)
        }
        try limit(settings)
        if let confinement = settings.confinement {
            try check(clinux_no_new_privileges(), "giving up new privileges", remedy: "use Linux 3.5 or later")
            try check(clinux_drop_capabilities(), "giving up capabilities", remedy: remedy)
            if let rules { try check(clinux_landlock_enforce(rules), "enforcing Landlock", remedy: remedy) }
            try filter(confinement, isReadOnly: lacking == nil && confinement.namespaces != .none)
        }
        return lacking
    }

    /// Lets objects of these classes cross. Their modules are imported.
    static func register(_ classes: [PythonClass], _ interpreter: borrowing Interpreter) throws {
        guard !classes.isEmpty else { return }
        let register = try interpreter.module("dspex_worker.converters").attribute("register_class", interpreter)
        for each in classes {
            do {
                let fields = each.fields.map { PythonValue.string($0) }
                _ = try register(.string(each.name), .string(each.path), .list(fields), in: interpreter)
            } catch {
                throw StartFailure(
                    problem:
                        "a worker could not start: the converter '\(each.name)' is for objects of \(each.path): \(error.type): \(error.message)",
                    remedy:
                        "write Configuration.converters' paths as module.Class, and have the module in the venv or in modulePaths"
                )
            }
        }
    }

    private static let remedy =
        "`dspex doctor` tells what this kernel permits; Isolation.required names what the pool insists on"

    private static func check(_ result: Int32, _ step: String, remedy: String) throws(StartFailure) {
        guard result < 0 else { return }
        throw StartFailure(problem: "a worker could not start: \(step): \(linuxError(result))", remedy: remedy)
    }

    /// Mounts, network and IPC of its own; the reason when that may fail and does.
    private static func enterNamespaces(_ confinement: Confinement, folder: String?) throws(StartFailure) -> String? {
        guard confinement.namespaces != .none else { return nil }
        let entered = clinux_own_namespaces(!confinement.network)
        guard entered == 0 else {
            let reason = "namespaces of its own: \(linuxError(entered))"
            guard confinement.namespaces == .wanted else {
                throw StartFailure(problem: "a worker could not start: \(reason)", remedy: remedy)
            }
            return reason
        }
        guard confinement.hidesFiles else { return nil }
        let mounted = unsafe withCStrings(confinement.writable) { paths in
            unsafe clinux_read_only_mounts(
                folder, UInt64(confinement.scratchBytes), paths, Int32(confinement.writable.count))
        }
        // Half a set of mounts is no state to go on from.
        try check(mounted, "making its mounts read-only", remedy: remedy)
        return nil
    }

    /// Sets the variables, tells Python its folder, and returns where its packages are.
    private static func settle(
        _ settings: WorkerSettings, folder: String?, _ interpreter: borrowing Interpreter
    ) throws(PythonFailure) -> [String] {
        guard settings.confinement != nil || !settings.variables.isEmpty else { return [] }
        let settle = try interpreter.module("dspex_worker.worker").attribute("settle", interpreter)
        let variables = PythonDictionary(
            settings.variables.map { .init(key: .string($0.key), value: .string($0.value)) })
        let packages = try settle(.dict(variables), folder.map { .string($0) } ?? .none, in: interpreter)
        return try packages.value(interpreter).elements?.compactMap(\.string) ?? []
    }

    private static func landlock(
        _ confinement: Confinement, folder: String?, packages: [String]
    ) throws(StartFailure) -> Int32 {
        let version = Int32(clamping: confinement.landlock)
        let rules = clinux_landlock_create(
            version, confinement.hidesFiles, !confinement.network, confinement.signals == .landlock)
        try check(rules, "making rules for Landlock", remedy: remedy)
        guard confinement.hidesFiles else { return rules }
        let read = confinement.processes ? clinux_access_run : clinux_access_read
        var allowed = (systemFolders + packages + confinement.readable).map { ($0, read) }
        if confinement.processes { allowed += programFolders.map { ($0, read) } }
        allowed += (devices + confinement.writable + (folder.map { [$0] } ?? [])).map { ($0, clinux_access_write) }
        for (path, access) in allowed {
            let result = unsafe clinux_landlock_allow(rules, version, path, access)
            // What is not there (ENOENT, ENOTDIR), or not for this user (EACCES), needs no permission.
            if [-2, -20, -13].contains(result) { continue }
            try check(result, "allowing \(path)", remedy: remedy)
        }
        return rules
    }

    /// What Python and its libraries read while they run. Nothing of it is anybody's own.
    private static let systemFolders = [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/etc/localtime",
        "/usr/share/zoneinfo", "/usr/share/locale", "/proc/cpuinfo", "/proc/meminfo", "/proc/self",
        "/sys/devices/system/cpu",
    ]
    private static let programFolders = ["/bin", "/usr/bin", "/usr/local/bin"]
    private static let devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]

    private static func limit(_ settings: WorkerSettings) throws(StartFailure) {
        for (limit, value) in settings.limits {
            let which =
                switch limit {
                case .addressSpace: clinux_limit_address_space
                case .openFiles: clinux_limit_open_files
                case .processes: clinux_limit_processes
                case .fileSize: clinux_limit_file_size
                case .cpuSeconds: clinux_limit_cpu_seconds
                }
            try check(
                clinux_set_limit(which, UInt64(max(0, value))), "setting the limit \(limit.rawValue) to \(value)",
                remedy: "choose another value in Isolation.limits")
        }
        // A dump would hold the values that the worker was called with.
        if settings.confinement != nil {
            try check(clinux_set_limit(clinux_limit_core, 0), "refusing core dumps", remedy: remedy)
        }
    }

    private static func filter(_ confinement: Confinement, isReadOnly: Bool) throws(StartFailure) {
        guard confinement.filters else { return }
        var flags: UInt32 = 0
        if !confinement.network { flags |= UInt32(clinux_refuse_network.rawValue) }
        if !confinement.processes { flags |= UInt32(clinux_refuse_processes.rawValue) }
        if confinement.signals == .systemCalls { flags |= UInt32(clinux_refuse_signals.rawValue) }
        // Landlock does not look at modes and owners, nor its first versions at truncation; read-only mounts do.
        if confinement.hidesFiles, !isReadOnly {
            flags |= UInt32(clinux_refuse_attributes.rawValue)
            if confinement.landlock < 3 { flags |= UInt32(clinux_refuse_truncation.rawValue) }
        }
        try check(clinux_seccomp_enforce(flags), "filtering system calls", remedy: remedy)
    }
}
