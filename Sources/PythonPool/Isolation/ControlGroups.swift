import Foundation

/// Where this process may make control groups (cgroup v2), in which the kernel limits workers.
package struct ControlGroups: Sendable, Hashable {
    /// The folder in which a group for each worker is made. Its controllers for memory and processes are handed down.
    package var folder: String

    package init(folder: String) { self.folder = folder }

    /// Why there are none.
    package struct Unavailable: Error, Sendable, Hashable, CustomStringConvertible {
        package var problem: String
        package var remedy: String

        package init(problem: String, remedy: String) {
            self.problem = problem
            self.remedy = remedy
        }

        package var description: String { "\(problem); \(remedy)" }
    }

    /// Looks for a group that may be divided: the process's own, or the one above it.
    ///
    /// Processes and divided groups do not go together, so the own group serves only where it is the machine's root; a service that starts
    /// in a subgroup of what was delegated to it (systemd's `DelegateSubgroup=`) finds the group above.
    ///
    /// - Parameter root: the root of the file system.
    package static func find(root: String = "") throws(Unavailable) -> ControlGroups {
        let remedy =
            "run the service under systemd with Delegate=memory pids and DelegateSubgroup=host, or give the container a writable cgroup v2"
        guard let mount = mountPoint(try text(root + "/proc/self/mountinfo", remedy)) else {
            throw Unavailable(problem: "control groups of version 2 are not mounted", remedy: remedy)
        }
        let lines = try text(root + "/proc/self/cgroup", remedy).split(separator: "\n")
        guard let own = lines.first(where: { $0.hasPrefix("0::") })?.dropFirst(3), own.hasPrefix("/"),
            !own.split(separator: "/").contains("..")
        else { throw Unavailable(problem: "this process is in no control group of version 2", remedy: remedy) }
        var parts = own.split(separator: "/").map(String.init)
        var problem = ""
        // The own group, then the one above it.
        for _ in 0..<2 {
            let folder = root + ([mount] + parts).joined(separator: "/")
            do throws(Unavailable) {
                try handDown(folder, remedy)
                return ControlGroups(folder: folder)
            } catch { if problem.isEmpty { problem = error.problem } }
            if parts.popLast() == nil { break }
        }
        throw Unavailable(problem: problem, remedy: remedy)
    }

    /// Has a group hand its controllers down to the groups in it, if it does not do so already.
    private static func handDown(_ folder: String, _ remedy: String) throws(Unavailable) {
        let controllers = Set(try text(folder + "/cgroup.controllers", remedy).split(whereSeparator: \.isWhitespace))
        guard controllers.contains("memory") else {
            throw Unavailable(
                problem:
                    "the group \(folder) has no memory controller (version 1 of control groups may hold it, or the group above does not hand it down)",
                remedy: remedy)
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw Unavailable(problem: "the group \(folder) may not be divided by this user", remedy: remedy)
        }
        let wanted = ["memory", "pids"].filter { controllers.contains(Substring($0)) }
        let handed = Set(try text(folder + "/cgroup.subtree_control", remedy).split(whereSeparator: \.isWhitespace))
        let lacking = wanted.filter { !handed.contains(Substring($0)) }
        guard !lacking.isEmpty else { return }
        do {
            try write(lacking.map { "+" + $0 }.joined(separator: " "), to: folder + "/cgroup.subtree_control")
        } catch {
            throw Unavailable(
                problem: "the group \(folder) does not hand its controllers down (\(error)): it holds processes",
                remedy: remedy)
        }
    }

    private static func text(_ path: String, _ remedy: String) throws(Unavailable) -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Unavailable(problem: "\(path) cannot be read", remedy: remedy)
        }
        return text
    }

    /// Where the file system of version 2 is mounted, by the lines of mountinfo: fields, a dash, the type.
    private static func mountPoint(_ mounts: String) -> String? {
        for line in mounts.split(separator: "\n") {
            let halves = line.components(separatedBy: " - ")
            let fields = halves[0].split(separator: " ")
            guard halves.count == 2, halves[1].hasPrefix("cgroup2 "), fields.count > 4 else { continue }
            // Blanks stand there as octal numbers; a path that has some is not looked at.
            return fields[4].contains("\\") ? nil : String(fields[4])
        }
        return nil
    }

    fileprivate static func write(_ text: String, to path: String) throws {
        guard let file = FileHandle(forWritingAtPath: path) else {
            throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: path])
        }
        defer { try? file.close() }
        try file.write(contentsOf: Data(text.utf8))
    }
}

extension WorkerProvision.Group {
    /// Makes the group.
    func make() throws(ControlGroups.Unavailable) {
        do { try fill() } catch {
            throw .init(
                problem: "the control group \(folder) could not be made: \(error.localizedDescription)",
                remedy: "see who may write there, or leave groups to systemd (Delegate=)")
        }
    }

    private func fill() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try ControlGroups.write("\(memoryBytes)", to: folder + "/memory.max")
        // Memory that is written to a disk instead is not saved. Where there is no swap, there is no such file.
        try? ControlGroups.write("0", to: folder + "/memory.swap.max")
        // Half a worker is of no use to anybody.
        try? ControlGroups.write("1", to: folder + "/memory.oom.group")
        if let processes { try ControlGroups.write("\(processes)", to: folder + "/pids.max") }
    }

    /// Ends what is left in a group and removes it; false while the kernel has not done with its last process.
    static func remove(_ folder: String) -> Bool {
        try? ControlGroups.write("1", to: folder + "/cgroup.kill")
        return unsafe rmdir(folder) == 0 || errno == ENOENT
    }

    /// Removes groups whose workers have just been killed, and waits the milliseconds that the kernel takes to have done with them.
    static func removeAll(_ folders: [String]) {
        var left = folders
        for _ in 0..<100 where !left.isEmpty {
            left.removeAll { remove($0) }
            if !left.isEmpty { usleep(1000) }
        }
    }
}
