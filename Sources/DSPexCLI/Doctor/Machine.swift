import PythonPool

/// What checks may ask about a machine; a test hands them another one.
struct Machine: Sendable {
    var environment: [String: String]
    /// The working folder.
    var workingFolder: String
    /// The folder of this executable.
    var executableFolder: String
    /// The architecture, as in `x86_64`.
    var architecture: String
    /// The kernel's release, as in `6.1.0-18-amd64`.
    var kernelRelease: String
    /// The text of a file; nil when there is none or it may not be read.
    var text: @Sendable (_ path: String) -> String?
    /// The size of a file in bytes; nil when there is none.
    var size: @Sendable (_ path: String) -> Int?
    /// Whether a path is a file that may be executed.
    var isExecutable: @Sendable (_ path: String) -> Bool
    /// The names in a folder; none when there is no such folder.
    var names: @Sendable (_ folder: String) -> [String]
    /// What a program prints, at most for some seconds; nil when it cannot be started or fails.
    var output: @Sendable (_ program: String, _ arguments: [String]) -> String?
    /// What the kernel offers to confine workers.
    var kernel: @Sendable () -> KernelProtections
    /// Where control groups can be made for workers.
    var controlGroups: @Sendable () -> Result<ControlGroups, ControlGroups.Unavailable>
    /// The CUDA devices that workers could be given.
    var gpus: @Sendable () -> GPUDevices
    /// Whether a piece of shared memory can be made and sealed.
    var makesSharedMemory: @Sendable () -> Bool
}

extension Machine {
    /// The first executable of this name on the path.
    func find(_ name: String) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first(where: isExecutable)
    }
}
