import CLinux

/// The limit of open files, which many a system sets so low that a large pool does not fit.
enum DescriptorLimit {
    /// Descriptors that this process holds for a worker: memory, socket, four doorbells, crash text and pidfd.
    static let perWorker = 8
    /// What is left for the pool itself and for everybody else.
    static let spare = 256

    /// Sees to it that a pool's descriptors fit: raises this process's own limit, as far as the system lets it.
    ///
    /// - Throws: ``PythonPoolError/environment(problem:remedy:)`` when that is not far enough.
    static func makeRoom(forWorkers workers: Int, of pool: String) throws(PythonPoolError) {
        var (soft, hard): (UInt64, UInt64) = (0, 0)
        // A limit that cannot be read is not known to be too low.
        guard unsafe clinux_open_files_limit(&soft, &hard) == 0 else { return }
        let open = Int(max(0, clinux_open_files_count()))
        guard let wanted = try wanted(workers: workers, open: open, soft: soft, hard: hard, pool: pool) else { return }
        _ = clinux_set_open_files_limit(wanted, hard)
    }

    /// The limit to set; nil when the present one will do.
    static func wanted(
        workers: Int, open: Int, soft: UInt64, hard: UInt64, pool: String
    ) throws(PythonPoolError) -> UInt64? {
        let needed = UInt64(open + workers * perWorker + spare)
        if needed <= soft { return nil }
        guard needed <= hard else {
            throw .environment(
                problem:
                    "pool '\(pool)' with \(workers) workers needs \(needed) open files, and this process may have \(hard)",
                remedy:
                    "raise the hard limit of open files (`ulimit -Hn \(needed)` as root, LimitNOFILE= of a service), or make the pool smaller"
            )
        }
        return needed
    }
}
