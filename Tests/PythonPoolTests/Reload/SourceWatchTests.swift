import CLinux
import Foundation
import Testing

@testable import PythonPool

/// Folders on this machine's disk, watched.
@Suite struct SourceWatchTests {
    private let root = FileManager.default.temporaryDirectory.appendingPathComponent("watch-\(UUID().uuidString)").path

    private func make(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: root + "/" + folder, withIntermediateDirectories: true)
    }

    private func write(_ file: String) throws {
        try "x = 1\n".write(toFile: root + "/" + file, atomically: false, encoding: .utf8)
    }

    private func code(_ folder: String = "") -> WatchedFolder {
        WatchedFolder(path: folder.isEmpty ? root : root + "/" + folder, contents: [.modules, .subfolders])
    }

    /// A watch that knows the folder `root` with a package and what is none.
    private func watch() throws -> SourceWatch {
        for folder in ["package/below", ".git/hooks", "venv/lib"] { try make(folder) }
        try write("venv/pyvenv.cfg")
        let watch = try SourceWatch()
        #expect(watch.watch([code()]) == .init())
        return watch
    }

    @Test(arguments: ["top.py", "package/one.py", "package/below/two.py"])
    func `A source that is written is found, wherever it lies`(_ file: String) throws {
        let watch = try watch()
        #expect(watch.read() == .init())
        try write(file)
        #expect(watch.read().changed == root + "/" + file)
        #expect(watch.read() == .init(), "once")
        try FileManager.default.removeItem(atPath: root + "/" + file)
        #expect(watch.read().changed == root + "/" + file)
    }

    @Test(arguments: [".git/hooks/hook.py", "venv/lib/module.py", "package/data.json"])
    func `What is no source is not`(_ file: String) throws {
        let watch = try watch()
        try write(file)
        #expect(watch.read() == .init())
    }

    @Test func `A folder that comes is a change, and is watched from then on`() throws {
        let watch = try watch()
        try make("package/fresh/deep")
        let findings = watch.read()
        #expect(findings.changed == root + "/package/fresh")
        #expect(findings.folders == [code("package/fresh")])
        #expect(watch.watch(findings.folders) == .init())
        try write("package/fresh/deep/new.py")
        #expect(watch.read().changed == root + "/package/fresh/deep/new.py")
    }

    @Test func `A folder that goes is a change, and can come back`() throws {
        let watch = try watch()
        try FileManager.default.removeItem(atPath: root + "/package")
        #expect(watch.read().changed?.hasPrefix(root + "/package") == true)
        try make("package")
        let findings = watch.read()
        #expect(findings.folders == [code("package")])
        _ = watch.watch(findings.folders)
        try write("package/again.py")
        #expect(watch.read().changed == root + "/package/again.py")
    }

    @Test func `Packages are watched by their notes alone, each from its first file to its last`() throws {
        try make("site-packages/numpy")
        let watch = try SourceWatch()
        let packages = WatchedFolder(path: root + "/site-packages", contents: .packages)
        #expect(watch.watch([packages]) == .init())
        try write("site-packages/numpy/core.py")
        #expect(watch.read() == .init())
        try make("site-packages/numpy-2.dist-info")
        let findings = watch.read()
        #expect(findings.changed == root + "/site-packages/numpy-2.dist-info")
        _ = watch.watch(findings.folders)
        try write("site-packages/numpy-2.dist-info/RECORD")
        #expect(watch.read().changed == root + "/site-packages/numpy-2.dist-info/RECORD")
    }

    @Test func `What has changed before it was watched counts as far back as is asked for`() throws {
        let before = clinux_monotonic_ns() - 1_000_000_000
        // Nothing has changed since then yet.
        let after = clinux_monotonic_ns() + 3_600_000_000_000
        try make("package")
        try write("package/module.py")
        #expect(try SourceWatch().watch([code()], since: before).changed == root + "/package/module.py")
        #expect(try SourceWatch().watch([code()], since: after).changed == nil)
        let packages = WatchedFolder(path: root, contents: .packages)
        #expect(try SourceWatch().watch([packages], since: before).changed == nil)
        try make("a.dist-info")
        #expect(try SourceWatch().watch([packages], since: before).changed == root + "/a.dist-info")
    }

    @Test func `A folder is watched for all that it is to be watched for`() throws {
        let watch = try watch()
        _ = watch.watch([WatchedFolder(path: root, contents: .packages)])
        try make("a.dist-info")
        #expect(watch.read().changed == root + "/a.dist-info")
        try write("top.py")
        #expect(watch.read().changed == root + "/top.py")
    }

    @Test func `A folder that leads back to itself is watched once`() throws {
        try make("package")
        try FileManager.default.createSymbolicLink(atPath: root + "/package/round", withDestinationPath: root)
        let watch = try SourceWatch()
        #expect(watch.watch([code()]) == .init())
        try write("package/module.py")
        #expect(watch.read().changed != nil)
    }

    @Test func `What is not there, and what is no folder, is no problem`() throws {
        try make("")
        try write("file.py")
        let watch = try SourceWatch()
        #expect(
            watch.watch([code("nowhere"), code("file.py"), WatchedFolder(path: "", contents: .modules)]) == .init())
    }

    @Test func `A pool that has lost count of its changes takes it that there are some`() throws {
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let most = try #require(Int(limit.filter(\.isNumber)))
        guard most <= 1 << 17 else { return }
        try make("package")
        let watch = try SourceWatch()
        _ = watch.watch([code()])
        // Two events that are not alike, as the kernel merges those that are.
        for number in 0...most { try Data().write(to: URL(fileURLWithPath: root + "/data\(number % 7).txt")) }
        #expect(watch.read().changed == "more files than could be counted")
        #expect(watch.read() == .init())
    }
}
