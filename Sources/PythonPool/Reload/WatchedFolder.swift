/// A folder whose changes matter to a pool, and which of them do.
struct WatchedFolder: Sendable, Hashable {
    /// What it is watched for.
    struct Contents: OptionSet, Sendable, Hashable {
        let rawValue: UInt8

        /// Modules: source files and extensions.
        static let modules = Contents(rawValue: 1)
        /// Folders in it hold modules too.
        static let subfolders = Contents(rawValue: 2)
        /// Packages are installed into it.
        static let packages = Contents(rawValue: 4)
        /// It is what an installer notes of one package: everything in it matters.
        static let record = Contents(rawValue: 8)
    }

    /// What an event in it means.
    enum Meaning: Sendable, Hashable {
        case nothing
        /// Sources have changed.
        case change
        /// Sources have changed, and a folder that has come is to be watched.
        case folder(WatchedFolder)
        /// Sources have changed, and the folder is not at its place any more.
        case gone
    }

    var path: String
    var contents: Contents

    func meaning(of event: FileEvent) -> Meaning {
        if !event.kind.isDisjoint(with: [.folderDeleted, .folderMoved]) { return .gone }
        guard !event.name.isEmpty else { return .nothing }
        guard event.kind.contains(.isFolder) else { return holds(file: event.name) ? .change : .nothing }
        guard let folder = subfolder(event.name) else { return .nothing }
        return event.kind.isDisjoint(with: [.made, .movedHere]) ? .change : .folder(folder)
    }

    /// Whether a file of this name in it is one that matters.
    func holds(file name: String) -> Bool {
        if contents.contains(.record) { return true }
        if contents.contains(.packages), [".pth", ".egg-link", ".egg-info"].contains(where: name.hasSuffix) {
            return true
        }
        guard contents.contains(.modules), name.hasSuffix(".py") || name.hasSuffix(".so") else { return false }
        // Not the locks and copies that editors make.
        return Self.canBeImported(name.prefix { $0 != "." })
    }

    /// A folder of this name in it, if it is one that matters.
    func subfolder(_ name: String) -> WatchedFolder? {
        if contents.contains(.packages), name.hasSuffix(".dist-info") || name.hasSuffix(".egg-info") {
            return WatchedFolder(path: path + "/" + name, contents: .record)
        }
        guard contents.contains(.subfolders), Self.canBeImported(name), !Self.skipped.contains(name) else { return nil }
        return WatchedFolder(path: path + "/" + name, contents: [.modules, .subfolders])
    }

    /// Folders whose names could be packages' and that hold none.
    private static let skipped: Set = ["__pycache__", "node_modules"]

    /// Whether `import` can say the name.
    private static func canBeImported(_ name: some StringProtocol) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        return name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
}
