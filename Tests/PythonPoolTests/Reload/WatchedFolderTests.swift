import Testing

@testable import PythonPool

/// Which changes in a folder are changes of a pool's sources.
@Suite struct WatchedFolderTests {
    private static let code = WatchedFolder(path: "/c", contents: [.modules, .subfolders])
    private static let packages = WatchedFolder(path: "/p", contents: .packages)
    private static let record = WatchedFolder(path: "/p/a-1.dist-info", contents: .record)

    @Test(arguments: [
        ("module.py", true), ("Module_2.py", true), ("größe.py", true), ("fast.cpython-311-x86_64-linux-gnu.so", true),
        ("module.pyc", false), ("module.py~", false), (".module.py.swp", false), (".#module.py", false),
        ("4913", false),
        ("#module.py#", false), ("notes.txt", false), ("py", false), (".py", false), ("2fast.py", false),
        ("my-script.py", false), ("module.pyi", false),
    ])
    func `Files that can be imported are sources`(_ name: String, _ matters: Bool) {
        let kinds: [FileEvent.Kind] = [.written, .movedHere, .movedAway, .made, .deleted]
        for kind in kinds {
            let event = FileEvent(watch: 1, kind: kind, name: name)
            #expect(Self.code.meaning(of: event) == (matters ? .change : .nothing))
            #expect(Self.packages.meaning(of: event) == .nothing)
            #expect(Self.record.meaning(of: event) == .change)
        }
    }

    @Test(arguments: [
        ("package", true), ("_private", true), ("__pycache__", false), ("node_modules", false), (".git", false),
        (".venv", false), ("3rdparty", false), ("a-b", false), ("a.dist-info", false),
    ])
    func `Folders that can be imported are watched too`(_ name: String, _ matters: Bool) {
        let below = WatchedFolder(path: "/c/" + name, contents: [.modules, .subfolders])
        for kind: FileEvent.Kind in [.made, .movedHere] {
            let event = FileEvent(watch: 1, kind: [kind, .isFolder], name: name)
            #expect(Self.code.meaning(of: event) == (matters ? .folder(below) : .nothing))
            #expect(WatchedFolder(path: "/c", contents: .modules).meaning(of: event) == .nothing)
        }
        for kind: FileEvent.Kind in [.deleted, .movedAway] {
            let event = FileEvent(watch: 1, kind: [kind, .isFolder], name: name)
            #expect(Self.code.meaning(of: event) == (matters ? .change : .nothing))
        }
    }

    @Test(arguments: [
        ("numpy-2.0.dist-info", WatchedFolder.Meaning.folder(.init(path: "/p/numpy-2.0.dist-info", contents: .record))),
        ("old.egg-info", .folder(.init(path: "/p/old.egg-info", contents: .record))),
        ("numpy", .nothing), ("~umpy-2.0", .nothing),
    ])
    func `Packages are told by what installers note of them`(_ name: String, _ meaning: WatchedFolder.Meaning) {
        #expect(Self.packages.meaning(of: FileEvent(watch: 1, kind: [.made, .isFolder], name: name)) == meaning)
        let deleted = FileEvent(watch: 1, kind: [.movedAway, .isFolder], name: name)
        #expect(Self.packages.meaning(of: deleted) == (meaning == .nothing ? .nothing : .change))
    }

    @Test(arguments: [("__editable__.mine.pth", true), ("mine.egg-link", true), ("six.py", false)])
    func `So are those that are installed in place`(_ name: String, _ matters: Bool) {
        let event = FileEvent(watch: 1, kind: .written, name: name)
        #expect(Self.packages.meaning(of: event) == (matters ? .change : .nothing))
    }

    @Test func `A folder that is gone is a change, the end of its watch is none`() {
        for folder in [Self.code, Self.packages, Self.record] {
            #expect(folder.meaning(of: FileEvent(watch: 1, kind: .folderDeleted, name: "")) == .gone)
            #expect(folder.meaning(of: FileEvent(watch: 1, kind: [.folderMoved, .isFolder], name: "")) == .gone)
            #expect(folder.meaning(of: FileEvent(watch: 1, kind: .ended, name: "")) == .nothing)
        }
    }
}
