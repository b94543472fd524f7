extension PythonPool {
    /// What the Python code of a pool is kept from, so that code can be run that nobody has read.
    ///
    /// Each worker gives up what it may not have right after the fork, before Python code of its own runs; none of it can be taken back,
    /// nor by a program that it starts. What the kernel must offer for it, and what remains possible: <doc:LimitsAndIsolation>.
    public struct Isolation: Sendable, Hashable {
        /// Which files can be opened.
        public enum Files: Sendable, Hashable {
            /// Those of the user who runs the host.
            case host
            /// The Python packages, the system's libraries, the working folder and ``Isolation/readable``; to write, ``Isolation/writable`` alone.
            case readOnly
            /// As `readOnly`, and in place of the host's working folder an empty one that is the worker's own, its home, its place for
            /// temporary files, and gone when it ends. It holds this much where the kernel permits namespaces; where it does not, as
            /// many files as the disk has room for.
            case scratch(megabytes: Int)
        }

        /// Whom the code can talk to.
        public enum Network: Sendable, Hashable {
            /// Whomever the host can reach.
            case host
            /// Nobody: no socket of any kind can be made, but for pairs within the worker.
            case none
        }

        /// What a worker may use up. Nil is no limit of its own.
        public struct Limits: Sendable, Hashable {
            /// Address space, in MB: all that is mapped, libraries and shared memory included, so well above what is really used.
            public var addressSpaceMB: Int?
            /// Open files.
            public var openFiles: Int?
            /// Processes and threads: of the worker where a control group is available; else the kernel's limit, which counts all of the
            /// user's on the machine and does not bind root.
            public var processes: Int?
            /// The largest file that is written, in MB. Results larger than this cannot be returned.
            public var fileSizeMB: Int?
            /// Seconds of processor time in the worker's life; then SIGXCPU ends it, and it is replaced.
            public var cpuSeconds: Int?

            /// Makes limits; none by default.
            public init(
                addressSpaceMB: Int? = nil, openFiles: Int? = nil, processes: Int? = nil, fileSizeMB: Int? = nil,
                cpuSeconds: Int? = nil
            ) {
                self.addressSpaceMB = addressSpaceMB
                self.openFiles = openFiles
                self.processes = processes
                self.fileSizeMB = fileSizeMB
                self.cpuSeconds = cpuSeconds
            }
        }

        /// Which files can be opened. Default: the host's.
        public var files: Files
        /// Whom the code can talk to. Default: whomever the host can.
        public var network: Network
        /// Whether it can start processes. Threads it can start always. Default true.
        public var startsProcesses: Bool
        /// Whether privileges are given up: none can be gained by a program with a set-user-ID bit, capabilities are dropped, and system calls
        /// of administrators and debuggers are refused. Whatever else is restricted implies it. Default false.
        public var reducesPrivileges: Bool
        /// Files and folders that can be read although ``files`` hides them.
        public var readable: [String]
        /// Files and folders that can be read and written although ``files`` hides them.
        public var writable: [String]
        /// What a worker may use up. Default: no limits.
        public var limits: Limits
        /// Protections without which the pool does not start; those that nothing above asks for do not count. What is missing and not
        /// in here is left out, and ``PythonPool/isolationReport`` says so. Default: all but ``Protection/namespaces`` and
        /// ``Protection/memory``.
        public var required: Set<Protection>

        /// Makes an isolation.
        public init(
            files: Files = .host, network: Network = .host, startsProcesses: Bool = true,
            reducesPrivileges: Bool = false,
            readable: [String] = [], writable: [String] = [], limits: Limits = .init(),
            required: Set<Protection> = Set(Protection.allCases).subtracting([.namespaces, .memory])
        ) {
            self.files = files
            self.network = network
            self.startsProcesses = startsProcesses
            self.reducesPrivileges = reducesPrivileges
            self.readable = readable
            self.writable = writable
            self.limits = limits
            self.required = required
        }

        /// None: the code may do what the host's user may.
        public static let none = Isolation()
        /// For code that nobody has read: no network, no processes, a folder of its own of 256 MB, no other file to write, none to read but
        /// Python's; 4 GB of address space, 256 open files, files of at most 256 MB.
        public static let sandbox = Isolation(
            files: .scratch(megabytes: 256), network: .none, startsProcesses: false, reducesPrivileges: true,
            limits: .init(addressSpaceMB: 4096, openFiles: 256, fileSizeMB: 256))

        /// Whether anything but limits is asked for.
        var confines: Bool { files != .host || network != .host || !startsProcesses || reducesPrivileges }
    }

    /// One thing that workers are kept from, by means that not every kernel offers.
    public enum Protection: String, Sendable, Hashable, CaseIterable {
        /// Gaining privileges, and using those of root.
        case privileges
        /// System calls that trace, mount, load modules, change the time …
        case systemCalls
        /// Opening files.
        case files
        /// Talking to anybody.
        case network
        /// Starting processes.
        case processes
        /// Sending signals to processes of the same user.
        case signals
        /// Seeing the host's mounts, network interfaces and System V objects at all: read-only mounts, and a limit for the own folder.
        case namespaces
        /// Using more memory than ``Configuration/memoryMB``, enforced by the kernel in a control group.
        case memory
    }

    /// What keeps the workers of a pool in their bounds on this machine.
    public struct IsolationReport: Sendable, Hashable, CustomStringConvertible {
        /// The protections that are in force, and by which means.
        public var applied: [Protection: String] = [:]
        /// Those that were asked for and are not to be had here, and why.
        public var missing: [Protection: String] = [:]

        /// One line for each protection.
        public var description: String {
            Protection.allCases.compactMap { protection in
                applied[protection].map { "\(protection): \($0)" }
                    ?? missing[protection].map { "\(protection): not available: \($0)" }
            }.joined(separator: "\n")
        }
    }
}
