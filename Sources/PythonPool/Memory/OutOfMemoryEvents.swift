import Synchronization

/// How many processes of this one's control group the kernel has killed for want of memory, as far as that can be read.
final class OutOfMemoryEvents: Sendable {
    private let path: String?
    private let known: Mutex<UInt64>

    init() {
        let groups = ProcessMemory.read("/proc/self/cgroup", most: 16 << 10) ?? ""
        let path = Self.candidates(groups).first { Self.count(at: $0) != nil }
        self.path = path
        known = Mutex(path.flatMap { Self.count(at: $0) } ?? 0)
    }

    /// Whether there have been any since this was last asked.
    func haveRisen() -> Bool {
        guard let path, let count = Self.count(at: path) else { return false }
        return known.withLock { known in
            defer { known = count }
            return count > known
        }
    }

    /// Whether the kernel has killed a process in this control group (version 2), which has a limit of its own.
    static func haveOccurred(in group: String?) -> Bool {
        group.flatMap { count(at: $0 + "/memory.events") }.map { $0 > 0 } ?? false
    }

    /// Where the count may be: the second version's file, and the first one's, for the group as seen from here and from a container.
    static func candidates(_ groups: String) -> [String] {
        groups.split(separator: "\n").flatMap { line -> [String] in
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            if parts[1].isEmpty {
                return ["/sys/fs/cgroup\(parts[2])/memory.events", "/sys/fs/cgroup/memory.events"]
            }
            guard parts[1].split(separator: ",").contains("memory") else { return [] }
            return ["/sys/fs/cgroup/memory\(parts[2])/memory.oom_control", "/sys/fs/cgroup/memory/memory.oom_control"]
        }
    }

    private static func count(at path: String) -> UInt64? {
        ProcessMemory.read(path, most: 4096).flatMap { count(in: $0) }
    }

    static func count(in text: String) -> UInt64? {
        text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }.flatMap { UInt64($0.dropFirst(9)) }
    }
}
