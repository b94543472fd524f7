import Glibc

/// Failures of `memfd_create`, `ftruncate` and `mmap` in this process: the functions that `scripts/hardening/faults.c` defines, which
/// `scripts/test chaos` preloads.
struct Faults: Sendable {
    private let failEvery: @convention(c) (UInt32) -> Void
    private let count: @convention(c) () -> UInt

    /// Nil when nothing is preloaded.
    init?() {
        guard let failEvery = dlsym(nil, "faults_fail_every"), let count = dlsym(nil, "faults_count") else {
            return nil
        }
        self.failEvery = unsafeBitCast(failEvery, to: (@convention(c) (UInt32) -> Void).self)
        self.count = unsafeBitCast(count, to: (@convention(c) () -> UInt).self)
    }

    /// From now on every so many calls of each of the three fails; 0: none.
    func fail(every calls: UInt32) { failEvery(calls) }

    /// How many have failed.
    var failed: Int { Int(count()) }
}
