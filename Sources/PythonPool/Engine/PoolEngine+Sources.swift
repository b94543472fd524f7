import CLinux
import Logging
import Marshalling
import Synchronization

/// The pool's code is watched (``PythonPool/Configuration/refreshesWhenSourcesChange``).
extension PoolEngine {
    /// A file's time of change may be this much behind the clock, in ns.
    private static let slack: UInt64 = 20_000_000

    /// Watches where the code comes from that a zygote has loaded, and where its workers may look for more.
    ///
    /// - Parameters:
    ///   - report: what the zygote said when it had started.
    ///   - since: when it was started: what has changed from then on it may have read before.
    func watchSources(of report: PythonDictionary, since: UInt64) {
        guard configuration.refreshesWhenSourcesChange else { return }
        let watch: SourceWatch
        do {
            watch = try core.withLock { (core) throws(ChannelError) in
                if let known = core.sources { return known }
                let made = try SourceWatch()
                core.sources = made
                core.reactor?.watch(sources: made.descriptor)
                return made
            }
        } catch {
            return logUnwatched("\(error) (fs.inotify.max_user_instances may be too low)")
        }
        let paths = { (key: PythonValue) in report["sources"]?[key]?.elements?.compactMap(\.string) ?? [] }
        let folders =
            configuration.modulePaths.map { WatchedFolder(path: $0, contents: [.modules, .subfolders]) }
            + paths("modules").map { WatchedFolder(path: $0, contents: .modules) }
            + paths("packages").map { WatchedFolder(path: $0, contents: .packages) }
        search(folders, with: watch, since: since &- Self.slack)
    }

    /// Something has happened in the watched folders.
    func sourcesSpoke() {
        guard let watch = core.withLock(\.sources) else { return }
        let findings = watch.read()
        if !findings.folders.isEmpty { search(findings.folders, with: watch) }
        note(findings)
    }

    /// Reads folders off the pool's thread, which others wait for.
    private func search(_ folders: [WatchedFolder], with watch: SourceWatch, since: UInt64? = nil) {
        Task { [weak self] in
            let findings = watch.watch(folders, since: since)
            self?.note(findings)
        }
    }

    private func note(_ findings: SourceWatch.Findings) {
        if let problem = findings.problem { logUnwatched(problem) }
        guard let changed = findings.changed else { return }
        decide { core in
            core.changedSource = changed
            core.state.sourcesChanged(now: clinux_monotonic_ns())
            return []
        }
    }

    private func logUnwatched(_ problem: String) {
        logger.warning(
            "not all changes of sources will be noticed",
            metadata: ["pool": "\(configuration.name)", "problem": "\(problem)"])
    }
}
