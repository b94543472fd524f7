public import Logging

extension PythonPool {
    /// What a pool of interpreters is made of.
    public struct Configuration: Sendable, Hashable {
        /// The pool's name in messages and routes.
        public var name: String
        /// How many workers are kept. Default 8.
        public var size: Int
        /// The memory each worker is meant to need at most, in MB. Where a control group can be made for each worker, the kernel enforces it;
        /// ``PythonPool/isolationReport`` says whether. Default 512.
        public var memoryMB: Int
        /// Whether workers are to use a GPU when the machine has one: each gets one CUDA device, by turns, as the only one that it sees
        /// (`CUDA_VISIBLE_DEVICES`). Where there is none the pool says so once in its log, and runs on the processor. Default false.
        public var gpu: Bool
        /// Modules that the zygote imports once, before it forks the first worker.
        public var preload: [String]
        /// Folders put first on `sys.path`, for modules that are no installed package.
        public var modulePaths: [String]
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
        /// How long a cancelled call may take to come back before its worker is killed. Default 500 ms.
        public var cancellationGrace: Duration
        /// From which level on what Python logs reaches the pool's logger, if that logs the level itself. What is printed is info on standard output, and
        /// notice on standard error. Default ``Logging/Logger/Level/info``.
        public var pythonLogLevel: Logger.Level
        /// How many lines of Python's log pass in a second from each worker, twice as many at once. More are dropped, and counted in
        /// the next line and in ``Statistics/droppedLogLines``. Default 1,000.
        public var pythonLogRate: Int

        /// Makes a configuration.
        public init(
            name: String = "python", size: Int = 8, memoryMB: Int = 512, gpu: Bool = false, preload: [String] = [],
            modulePaths: [String] = [], environment: [String: String] = [:], venv: String? = nil,
            workerExecutable: String? = nil, isolation: Isolation = .none, niceness: Int = 0, cores: Set<Int> = [],
            waitStrategy: WaitStrategy = .adaptive, cancellationGrace: Duration = .milliseconds(500),
            pythonLogLevel: Logger.Level = .info, pythonLogRate: Int = 1000
        ) {
            self.name = name
            self.size = size
            self.memoryMB = memoryMB
            self.gpu = gpu
            self.preload = preload
            self.modulePaths = modulePaths
            self.environment = environment
            self.venv = venv
            self.workerExecutable = workerExecutable
            self.isolation = isolation
            self.niceness = niceness
            self.cores = cores
            self.waitStrategy = waitStrategy
            self.cancellationGrace = cancellationGrace
            self.pythonLogLevel = pythonLogLevel
            self.pythonLogRate = pythonLogRate
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
    }
}
