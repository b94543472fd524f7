import CLinux
import Foundation
import Marshalling
import Synchronization

/// Watches the folders that a pool's code comes from.
final class SourceWatch: Sendable {
    /// What a pool learns of its sources.
    struct Findings: Sendable, Equatable {
        /// One of the files that have changed; nil when none has.
        var changed: String?
        /// Folders that have come and are to be watched.
        var folders: [WatchedFolder] = []
        /// Why a folder cannot be watched.
        var problem: String?
    }

    /// No more folders are watched: a tree of this size is no source tree, and each folder takes a kilobyte of the kernel's memory.
    static let mostFolders = 10_000

    /// Readable when there is something to ``read()``.
    let descriptor: Int32
    /// By the number of the watch.
    private let folders = Mutex<[Int32: WatchedFolder]>([:])

    init() throws(ChannelError) {
        descriptor = clinux_inotify()
        guard descriptor >= 0 else { throw ChannelError("inotify_init: \(linuxError(descriptor))") }
    }

    deinit { _ = clinux_close(descriptor) }

    /// Watches folders and those in them that matter, but for what is watched already.
    ///
    /// It reads folders, so it is nothing for the pool's thread.
    ///
    /// - Parameter since: what has changed since this time, on the monotonic clock, counts as a change although it was before the folder
    ///   was watched; nil for none.
    func watch(_ wanted: [WatchedFolder], since: UInt64? = nil) -> Findings {
        var findings = Findings()
        var rest = wanted
        while let folder = rest.popLast() {
            switch add(folder) {
            case .known: continue
            case .refused(let problem):
                findings.problem = problem
                continue
            case .added: break
            }
            // What comes from now on is reported; what is there already is looked at.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            // A virtual environment among the sources: what is in use of it is watched as such.
            if folder.contents.contains(.subfolders), names.contains("pyvenv.cfg") { continue }
            for name in names {
                let path = folder.path + "/" + name
                let below = folder.subfolder(name)
                if let below, below.contents != .record { rest.append(below) }
                guard let since, findings.changed == nil, below?.contents == .record || folder.holds(file: name) else {
                    continue
                }
                let age = clinux_monotonic_ns() &- since
                if unsafe clinux_changed_within(path, age) == 1 { findings.changed = path }
            }
        }
        return findings
    }

    private enum Addition { case added, known, refused(String) }

    private func add(_ folder: WatchedFolder) -> Addition {
        folders.withLock { folders in
            guard folders.count < Self.mostFolders else {
                return .refused("\(folder.path) and others are not watched: they are more than \(Self.mostFolders)")
            }
            let watch = unsafe clinux_inotify_add(descriptor, folder.path)
            guard watch >= 0 else {
                // ENOENT, ENOTDIR: it is no folder, or none any more.
                if [-2, -20].contains(watch) { return .known }
                return .refused(
                    "\(folder.path) is not watched: \(linuxError(watch)) (fs.inotify.max_user_watches may be too low)")
            }
            guard let known = folders[watch] else {
                folders[watch] = folder
                return .added
            }
            let contents = known.contents.union(folder.contents)
            folders[watch]?.contents = contents
            return contents == known.contents ? .known : .added
        }
    }

    /// What has happened since the last time.
    func read() -> Findings {
        var findings = Findings()
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            // Sound: `read` writes at most `count` bytes into the array.
            let got = unsafe clinux_inotify_read(descriptor, &bytes, UInt64(bytes.count))
            guard got > 0 else { return findings }
            for event in FileEvent.read(bytes[..<Int(got)]) { note(event, &findings) }
        }
    }

    private func note(_ event: FileEvent, _ findings: inout Findings) {
        if event.kind.contains(.overflow) {
            findings.changed = findings.changed ?? "more files than could be counted"
            return
        }
        guard let folder = folders.withLock({ $0[event.watch] }) else { return }
        let path = event.name.isEmpty ? folder.path : folder.path + "/" + event.name
        switch folder.meaning(of: event) {
        case .nothing: break
        case .change: findings.changed = findings.changed ?? path
        case .folder(let below):
            findings.changed = findings.changed ?? path
            findings.folders.append(below)
        case .gone:
            findings.changed = findings.changed ?? path
            folders.withLock { $0[event.watch] = nil }
        }
        if event.kind.contains(.ended) { folders.withLock { $0[event.watch] = nil } }
    }
}
