import Foundation

/// What the kernel says of memory, in MB of 10⁶ bytes.
enum Kernel {
    /// A line of `/proc/PID/smaps_rollup`: `Private_Dirty` is what a process shares with nobody and has written to; in `Pss` a page that
    /// several share counts for each of them with its share.
    static func memoryMB(_ key: String, of process: Int32) throws -> Double {
        try megabytes(key, in: "/proc/\(process)/smaps_rollup")
    }

    /// What programs could still be given.
    static func availableMB() throws -> Double { try megabytes("MemAvailable", in: "/proc/meminfo") }

    private static func megabytes(_ key: String, in path: String) throws -> Double {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
            if let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) {
                return kibibytes * 1024 / 1e6
            }
        }
        throw BenchError("\(path) names no \(key)")
    }
}
