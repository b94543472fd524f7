import Foundation
import Glibc
import PythonPool

/// What this process holds of the system, as `/proc` tells it.
struct HostResources: Sendable {
    /// Open descriptors by what they are.
    var descriptors: [String: Int] = [:]
    /// Mappings of memory that is shared with workers.
    var mappings = 0
    /// Threads by their names.
    var threads: [String: Int] = [:]
    /// Resident memory in bytes.
    var resident = 0

    static var now: HostResources {
        var resources = HostResources()
        for name in entries("/proc/self/fd") {
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
            else {
                continue
            }
            // `socket:[12345]` is one of many sockets.
            resources.descriptors[String(target.prefix { !$0.isNumber }), default: 0] += 1
        }
        resources.mappings = text("/proc/self/maps").split(separator: "\n").count { $0.contains("/memfd:") }
        for thread in entries("/proc/self/task") {
            let name = text("/proc/self/task/\(thread)/comm").filter { $0 != "\n" }
            // Dispatch starts and ends threads of its own as it sees fit, on which Swift's tasks run.
            if !name.hasSuffix("-qos") { resources.threads[name, default: 0] += 1 }
        }
        resources.resident = (Int(text("/proc/self/statm").split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096
        return resources
    }

    /// What there is more of than there was, but for memory.
    func leaks(since before: HostResources) -> [String] {
        func more(_ what: String, _ now: [String: Int], _ then: [String: Int]) -> [String] {
            now.compactMap { name, count in
                let more = count - then[name, default: 0]
                return more > 0 ? "\(more) \(what) \(name)" : nil
            }
        }
        var leaks = more("descriptors", descriptors, before.descriptors) + more("threads", threads, before.threads)
        if mappings > before.mappings { leaks.append("\(mappings - before.mappings) mappings") }
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

    /// What a file of `/proc` says. Foundation's own way keeps memory for each of these files, whose size is 0 until they are read.
    private static func text(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 64 << 10)
        while case let count = read(file, &part, part.count), count > 0 { text += part[..<count] }
        return String(decoding: text, as: UTF8.self)
    }
}
