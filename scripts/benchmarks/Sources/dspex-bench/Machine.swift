import Foundation

/// Where the numbers come from.
struct Machine: Encodable, Sendable {
    var cpu: String
    var cores: Int
    var memoryMB: Int
    var system: String
    var kernel: String
    /// Versions of the toolchain and of the peers, as `scripts/bench` found them.
    var tools: String
    /// The load average of the last minute as the run began: above one or two, the numbers are the neighbours' too.
    var load: Double
    var date: String

    static func here() -> Machine {
        let cpu = value(of: "model name", in: "/proc/cpuinfo", after: ":")
        let system = value(of: "PRETTY_NAME", in: "/etc/os-release", after: "=")
        let load = text("/proc/loadavg").split(separator: " ").first.flatMap { Double($0) }
        return Machine(
            cpu: cpu ?? "unknown",
            cores: ProcessInfo.processInfo.activeProcessorCount,
            memoryMB: Int(ProcessInfo.processInfo.physicalMemory >> 20),
            system: system?.trimmingCharacters(in: ["\""]) ?? "unknown",
            kernel: text("/proc/sys/kernel/osrelease").trimmingCharacters(in: .whitespacesAndNewlines),
            tools: ProcessInfo.processInfo.environment["DSPEX_BENCH_TOOLS"] ?? "",
            load: load ?? .nan,
            date: Date.now.formatted(.iso8601))
    }

    private static func value(of key: String, in path: String, after separator: Character) -> String? {
        for line in text(path).split(separator: "\n") where line.hasPrefix(key) {
            guard let end = line.firstIndex(of: separator) else { continue }
            return line[line.index(after: end)...].trimmingCharacters(in: .whitespaces)
        }
        return nil
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
