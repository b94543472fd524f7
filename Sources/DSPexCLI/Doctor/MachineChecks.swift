/// The kernel, memory, limits and processor.
enum MachineChecks {
    static func all(_ machine: Machine) -> [DoctorCheck] {
        [sharedMemory(machine), openFiles(machine), processes(machine), memory(machine), processor(machine)]
    }

    static func sharedMemory(_ machine: Machine) -> DoctorCheck {
        let name = "shared memory"
        guard let kernel = Version(machine.kernelRelease) else {
            return .missing(
                name, "this is no Linux with /proc", remedy: "mount -t proc proc /proc, or use another machine")
        }
        // pidfd_open came with 5.3: by it the death of a worker is noticed.
        if let least = Version("5.3"), kernel < least {
            return .missing(
                name, "Linux \(kernel) is too old; 5.3 or later is needed", remedy: "apt-get upgrade, and restart")
        }
        guard machine.makesSharedMemory() else {
            return .missing(
                name, "the kernel refuses memfd_create with seals",
                remedy: "allow memfd_create in the sandbox or container")
        }
        return .ok(name, "sealed memory files, Linux \(machine.kernelRelease)")
    }

    static func openFiles(_ machine: Machine) -> DoctorCheck {
        limit("Max open files", as: "open files", needed: 256, comfortable: 1_024, remedy: "ulimit -n 4096", machine)
    }

    static func processes(_ machine: Machine) -> DoctorCheck {
        limit("Max processes", as: "processes", needed: 64, comfortable: 512, remedy: "ulimit -u 4096", machine)
    }

    private static func limit(
        _ line: String, as name: String, needed: Int, comfortable: Int, remedy: String, _ machine: Machine
    ) -> DoctorCheck {
        let lines = machine.text("/proc/self/limits")?.split(separator: "\n") ?? []
        guard let found = lines.first(where: { $0.hasPrefix(line) }),
            let soft = found.dropFirst(line.count).split(whereSeparator: \.isWhitespace).first
        else { return .warning(name, "the limit is not told in /proc/self/limits", remedy: remedy) }
        guard let number = Int(soft) else { return .ok(name, String(soft)) }
        if number < needed { return .missing(name, "at most \(number); \(needed) are needed", remedy: remedy) }
        if number < comfortable {
            return .warning(name, "at most \(number); large pools need \(comfortable)", remedy: remedy)
        }
        return .ok(name, "at most \(number)")
    }

    static func memory(_ machine: Machine) -> DoctorCheck {
        let name = "memory"
        let remedy = "stop other programs, or use a machine with more memory"
        guard let free = available(machine) else {
            return .warning(name, "how much is free is not told in /proc/meminfo", remedy: remedy)
        }
        let megabytes = free / 1_048_576
        // The model takes 200 to 350 MB, an interpreter with DSPy 60 MB, each further worker a few.
        if megabytes < 400 { return .missing(name, "\(megabytes) MB are free; 400 are needed", remedy: remedy) }
        if megabytes < 1_024 { return .warning(name, "\(megabytes) MB are free; 1024 are comfortable", remedy: remedy) }
        return .ok(name, "\(megabytes) MB are free")
    }

    /// Bytes that the machine, and the control group when there is one, leave.
    private static func available(_ machine: Machine) -> Int? {
        let lines = machine.text("/proc/meminfo")?.split(separator: "\n") ?? []
        guard let line = lines.first(where: { $0.hasPrefix("MemAvailable:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        let whole = kilobytes * 1_024
        let number = { (path: String) in
            machine.text(path)?.split(whereSeparator: \.isWhitespace).first.flatMap { Int($0) }
        }
        guard let limit = number("/sys/fs/cgroup/memory.max"), let used = number("/sys/fs/cgroup/memory.current") else {
            return whole
        }
        return min(whole, max(0, limit - used))
    }

    static func processor(_ machine: Machine) -> DoctorCheck {
        let name = "processor"
        guard machine.architecture == "x86_64" else { return .ok(name, machine.architecture) }
        // The embedded model's runtime is compiled for these.
        let needed = ["avx2", "bmi2", "f16c", "fma"]
        let lines = machine.text("/proc/cpuinfo")?.split(separator: "\n") ?? []
        let remedy = "use a model over HTTP (models.NAME.baseURL in dspex.yaml), or another machine"
        guard let line = lines.first(where: { $0.hasPrefix("flags") }) else {
            return .warning(name, "its abilities are not told in /proc/cpuinfo", remedy: remedy)
        }
        let flags = Set(line.split(whereSeparator: \.isWhitespace).map(String.init))
        let lacking = needed.filter { !flags.contains($0) }
        guard lacking.isEmpty else {
            return .missing(
                name, "lacks \(lacking.joined(separator: ", ")), which the embedded model needs", remedy: remedy)
        }
        return .ok(name, "has \(needed.joined(separator: ", "))")
    }
}
