public import Logging
public import Marshalling

extension PythonPool {
    /// What a pool of interpreters is made of.
    public struct Configuration: Sendable, Hashable {
        /// The pool's name in messages and routes.
        public var name: String
        /// How many workers there are at most. Default 8.
        public var size: Int
        /// How many workers are always kept: beyond them the pool adds workers when calls wait, and ends those that ``idleTime`` did not
        /// need. Default: ``size``.
        public var minimumSize: Int?
        /// How many calls a worker serves at once. Default ``Concurrency/exclusive``.
        public var concurrency: Concurrency
        /// Which of the workers that have room serves a call. Default ``CheckoutStrategy/leastOutstanding``.
        public var strategy: CheckoutStrategy
        /// How many calls may wait for a worker. When one more comes, it or another one fails with ``PythonPoolError/overloaded(_:)``: one of the
        /// lowest priority, and there the newest of the caller who has most in line. Default 10,000.
        public var queueLimit: Int
        /// The private memory a worker may have, in MB (2^20 bytes): what it does not share with the zygote or with other processes. A worker
        /// that has more is killed, and its calls fail with ``PythonPoolError/memoryLimitExceeded(_:)``. One that has more than four fifths
        /// is replaced when it has finished its calls. Looked at ten times a second while calls are served. Default 512.
        public var memoryMB: Int
        /// The memory that a worker may share with the host in arrays and large results, as long as either holds it, in MB. It may be in 4,096
        /// pieces, of which each takes a descriptor of the host; 192 MB may be memory that the worker keeps for the next results. A worker that
        /// passes more is killed, and its calls fail with
        /// ``PythonPoolError/protocolViolation(worker:detail:)``. Default 8,192.
        public var sharedMemoryMB: Int
        /// How old a worker becomes before it is replaced. Default: any age.
        public var maximumAge: Duration?
        /// How many calls a worker serves before it is replaced. Default: any number.
        public var maximumCalls: Int?
        /// How long a worker beyond ``minimumSize`` must have been unneeded before it is ended. Default 30 s.
        public var idleTime: Duration
        /// How long a worker may take from its fork until it serves calls, start hooks included. Default 60 s.
        public var startTimeout: Duration
        /// Python functions that run on each worker when it starts and ends, and around each call. Default none.
        public var hooks: WorkerHooks
        /// Where calls are saved that kill workers (see ``Reproducer``). They hold the calls' arguments. Default: the folder
        /// `dspex-reproducers` in the system's folder for temporary files.
        public var reproducerFolder: String?
        /// Whether workers are to use a GPU when the machine has one. Default false.
        public var gpu: Bool
        /// Modules that the zygote imports once, before it forks the first worker.
        public var preload: [String]
        /// Folders put first on `sys.path`, for modules that are no installed package.
        public var modulePaths: [String]
        /// Whether the pool refreshes its zygote by itself when code or packages change, as ``PythonPool/refreshZygote()`` does: when a module
        /// below ``modulePaths``, or beside one that the zygote has loaded, is written, or a package of the environment is installed, changed
        /// or removed. What changes within 0.3 s is one change. No call fails: while the new code does not load, the pool logs why
        /// and goes on with the old one until the next change. Workers whose objects Swift holds stay for those, and serve no other calls. Meant
        /// for development. Default false.
        public var refreshesWhenSourcesChange: Bool
        /// Classes of yours whose objects cross by converters, in every worker. A worker that cannot import one does not start; name their modules
        /// in ``preload`` as well, lest each worker import them for itself. Default none.
        public var converters: [PythonClass]
        /// Variables added to the workers' environment. Of the host's own environment only the locale, path, time zone and folder
        /// variables are handed on, so no secret enters a worker unless it is named here.
        public var environment: [String: String]
        /// The virtual environment whose packages the workers use. Default: `DSPEX_VENV`, `VIRTUAL_ENV`, then `.venv` in the working
        /// folder or in a folder above the host's executable.
        public var venv: String?
        /// The `dspex-worker` executable. Default: `DSPEX_WORKER`, then the one beside the host's executable.
        public var workerExecutable: String?
        /// What the workers' code is kept from. Default: nothing.
        public var isolation: Isolation
        /// How much the workers give way to other processes, from 19, the nicest, to -20, which takes privileges. Default 0: as the host.
        public var niceness: Int
        /// The numbers of the processor cores that the workers may run on. Default: all.
        public var cores: Set<Int>
        /// How host and workers wait for each other. Default ``WaitStrategy/adaptive``.
        public var waitStrategy: WaitStrategy
        /// From which level on what Python logs reaches the pool's logger, if that logs the level itself. What is printed is info on standard
        /// output, and notice on standard error. Default ``Logging/Logger/Level/info``.
        public var pythonLogLevel: Logger.Level
        /// How many lines of Python's log pass in a second from each worker, twice as many at once. More are dropped, and counted in
        /// the next line and in ``Statistics/droppedLogLines``. Default 1,000.
        public var pythonLogRate: Int
        /// How long a cancelled call may take to come back before its worker is killed. With several calls on the worker it then takes no
        /// new ones, and the others get as long again to finish. Default 500 ms.
        public var cancellationGrace: Duration

        /// Makes a configuration.
        public init(
            name: String = "python", size: Int = 8, minimumSize: Int? = nil, concurrency: Concurrency = .exclusive,
            strategy: CheckoutStrategy = .leastOutstanding, queueLimit: Int = 10_000, memoryMB: Int = 512,
            sharedMemoryMB: Int = 8192, maximumAge: Duration? = nil, maximumCalls: Int? = nil,
            idleTime: Duration = .seconds(30),
            startTimeout: Duration = .seconds(60), hooks: WorkerHooks = .init(), reproducerFolder: String? = nil,
            gpu: Bool = false, preload: [String] = [], modulePaths: [String] = [],
            refreshesWhenSourcesChange: Bool = false, converters: [PythonClass] = [],
            environment: [String: String] = [:], venv: String? = nil, workerExecutable: String? = nil,
            isolation: Isolation = .none, niceness: Int = 0, cores: Set<Int> = [],
            waitStrategy: WaitStrategy = .adaptive, cancellationGrace: Duration = .milliseconds(500),
            pythonLogLevel: Logger.Level = .info, pythonLogRate: Int = 1000
        ) {
            self.name = name
            self.size = size
            self.minimumSize = minimumSize
            self.concurrency = concurrency
            self.strategy = strategy
            self.queueLimit = queueLimit
            self.memoryMB = memoryMB
            self.sharedMemoryMB = sharedMemoryMB
            self.maximumAge = maximumAge
            self.maximumCalls = maximumCalls
            self.idleTime = idleTime
            self.startTimeout = startTimeout
            self.hooks = hooks
            self.reproducerFolder = reproducerFolder
            self.gpu = gpu
            self.preload = preload
            self.modulePaths = modulePaths
            self.refreshesWhenSourcesChange = refreshesWhenSourcesChange
            self.converters = converters
            self.environment = environment
            self.venv = venv
            self.workerExecutable = workerExecutable
            self.isolation = isolation
            self.niceness = niceness
            self.cores = cores
            self.waitStrategy = waitStrategy
            self.pythonLogLevel = pythonLogLevel
            self.pythonLogRate = pythonLogRate
            self.cancellationGrace = cancellationGrace
        }

        /// The pool that serves DSPy programs: 8 workers of 512 MB.
        public static let general = Configuration(name: "general", preload: ["dspex_worker.programs"])
        /// The pool for optimisers, whose runs are long and large: 2 workers of 4,096 MB.
        public static let optimizer = Configuration(
            name: "optimizer", size: 2, memoryMB: 4096, preload: ["dspex_worker.programs"])
        /// The pool for models that run in the process: 4 workers of 8,192 MB, with a GPU when there is one.
        public static let neural = Configuration(
            name: "neural", size: 4, memoryMB: 8192, gpu: true, preload: ["xllamacpp"],
            environment: ["OMP_WAIT_POLICY": "passive"])
        /// The pool for code that models write: 4 isolated workers of 512 MB, of which one is kept ready.
        public static let sandbox = Configuration(
            name: "sandbox", size: 4, minimumSize: 1, memoryMB: 512, preload: ["dspex_worker.code_sessions"],
            isolation: .sandbox)
    }
}
