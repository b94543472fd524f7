import PythonPool

/// What the machine offers to keep workers in their bounds. Nothing of it is needed by a pool that isolates nothing.
enum IsolationChecks {
    static func all(_ machine: Machine) -> [DoctorCheck] {
        let kernel = machine.kernel()
        return [
            landlock(kernel), seccomp(kernel), namespaces(kernel), controlGroups(machine.controlGroups()),
            gpus(machine.gpus()),
        ]
    }

    static func landlock(_ kernel: KernelProtections) -> DoctorCheck {
        let name = "landlock"
        guard kernel.landlock > 0 else {
            return .warning(
                name,
                "\(kernel.landlockProblem ?? "not there"); without it a sandbox cannot hide files, and does not start",
                remedy: "boot Linux 5.13 or later with landlock in its list lsm=, or allow its calls in the container")
        }
        let version = "version \(kernel.landlock)"
        let lacks = [
            (4, "TCP stays the filter's to refuse"),
            (6, "signals can be kept back only where no processes are started"),
        ].filter { kernel.landlock < $0.0 }.map(\.1)
        return .ok(name, ["\(version): hides files"].joined() + lacks.map { "; " + $0 }.joined())
    }

    static func seccomp(_ kernel: KernelProtections) -> DoctorCheck {
        if let problem = kernel.filterProblem {
            return .warning(
                "seccomp", "\(problem); without it a sandbox has a network, and does not start",
                remedy: "boot a kernel with CONFIG_SECCOMP_FILTER, or allow seccomp in the container")
        }
        return .ok("seccomp", "refuses sockets, processes and system calls of administrators")
    }

    static func namespaces(_ kernel: KernelProtections) -> DoctorCheck {
        if let problem = kernel.namespaceProblem {
            return .warning(
                "namespaces", "\(problem); a sandbox does without: its folder is on disk and has no limit of its own",
                remedy: "sysctl -w user.max_user_namespaces=15000 (and what the message names), or go without")
        }
        return .ok("namespaces", "a sandbox has read-only mounts, no network interface, and a folder with a limit")
    }

    static func controlGroups(_ groups: Result<ControlGroups, ControlGroups.Unavailable>) -> DoctorCheck {
        switch groups {
        case .success(let groups):
            .ok("control groups", "the kernel enforces memoryMB, in groups below \(groups.folder)")
        case .failure(let reason):
            .warning("control groups", "\(reason.problem); the kernel does not enforce memoryMB", remedy: reason.remedy)
        }
    }

    static func gpus(_ devices: GPUDevices) -> DoctorCheck {
        devices.names.isEmpty
            ? .ok("gpu", "no CUDA device; pools with gpu: true run on the processor")
            : .ok(
                "gpu",
                "\(devices.names.count): \(devices.names.joined(separator: ", ")); each worker gets one, by turns")
    }
}
