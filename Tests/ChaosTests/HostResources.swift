import Foundation
import PythonPool

/// What this process holds of the system, as `/proc` tells it.
struct HostResources: Sendable {
    /// Open descriptors by what they are.
    var descriptors: [String: Int] = [:]
    /// Mappings of memory that is shared with workers.
    var mappings = 0
    var threads = 0
    /// Resident memory in bytes.
    var resident = 0

    static var now: HostResources {
        var resources = HostResources()
        for name in entries("/proc/self/fd") {
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)") else {
                continue
            }
            // `socket:[12345]` is one of many sockets.
            resources.descriptors[String(target.prefix { !$0.isNumber }), default: 0] += 1
        }
        resources.mappings = text("/proc/self/maps").split(separator: "\n").count { $0.contains("/memfd:") }
        resources.threads = entries("/proc/self/task").count
        resources.resident = (Int(text("/proc/self/statm").split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
        return resources
    }

    /// What there is more of than there was, but for memory.
    func leaks(since before: HostResources) -> [String] {
        var leaks = descriptors.compactMap { kind, count in
            let more = count - before.descriptors[kind, default: 0]
            return more > 0 ? "\(more) descriptors \(kind)" : nil
        }
        if mappings > before.mappings { leaks.append("\(mappings - before.mappings) mappings") }
        if threads > before.threads { leaks.append("\(threads - before.threads) threads") }
        return leaks.sorted()
    }

    /// The processes whose command line names a pool: its zygote, its workers, and what these have left behind.
    static func processes(of pool: String) -> [Int32] {
        entries("/proc").compactMap(Int32.init).filter { isProcess($0, of: pool) }
    }

    static func isProcess(_ pid: Int32, of pool: String) -> Bool {
        text("/proc/\(pid)/cmdline").split(separator: "\0").contains { $0 == pool } && !isZombie(pid)
    }

    private static func isZombie(_ pid: Int32) -> Bool {
        text("/proc/\(pid)/stat").split(separator: ")").last?.split(separator: " ").first == "Z"
    }

    private static func entries(_ folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
