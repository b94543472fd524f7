import CLinux

/// What the kernel says of a process's memory, in bytes.
enum ProcessMemory {
    /// What is resident and in no file, pages shared with a parent included; nil when the process is gone.
    static func anonymous(_ pid: Int32) -> UInt64? {
        guard let text = read("/proc/\(pid)/statm", most: 256) else { return nil }
        return anonymous(statm: text)
    }

    /// What no other process shares; nil when the process is gone.
    static func privateBytes(_ pid: Int32) -> UInt64? {
        guard let text = read("/proc/\(pid)/smaps_rollup", most: 4096) else { return nil }
        return privateBytes(rollup: text)
    }

    static func anonymous(statm text: String) -> UInt64? {
        let pages = text.split { $0 == " " || $0 == "\n" }.prefix(3).compactMap { UInt64($0) }
        guard pages.count == 3, pages[1] >= pages[2] else { return nil }
        return (pages[1] - pages[2]) * UInt64(clinux_page_size())
    }

    static func privateBytes(rollup text: String) -> UInt64? {
        var sum: UInt64?
        for line in text.split(separator: "\n") where line.hasPrefix("Private_") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[2] == "kB", let kilobytes = UInt64(words[1]) else { continue }
            sum = (sum ?? 0) &+ kilobytes << 10
        }
        return sum
    }

    /// The start of a file, as text; nil when it cannot be read.
    static func read(_ path: String, most count: Int) -> String? {
        var bytes = [UInt8](repeating: 0, count: count)
        // Sound: at most `count` bytes are written into the array, which has as many.
        let got = unsafe clinux_read_file(path, &bytes, UInt64(count))
        return got < 0 ? nil : String(decoding: bytes.prefix(Int(got)), as: UTF8.self)
    }
}
