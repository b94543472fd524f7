import CLinux
import Marshalling

/// The process that the host has started: it forks the zygote, and does nothing but wait for its end, however that comes. What the zygote leaves
/// behind, sessions of their own included, is adopted by this process, which ends it.
enum Keeper {
    /// Forks the zygote, and returns in it. When the keeper ends first the zygote gets a SIGCHLD.
    static func stay() {
        _ = clinux_become_subreaper()
        let keeper = clinux_getpid()
        let zygote = clinux_fork()
        guard zygote != 0 else { return clinux_signal_with_parent(keeper) }
        guard zygote > 0 else {
            complain("dspex-worker: fork: \(linuxError(zygote))")
            clinux_exit(1)
        }
        // The host hears of the zygote's end by the end of its socket.
        _ = clinux_close(ZygoteMessage.socket)
        var status: Int32 = 0
        _ = unsafe clinux_wait(zygote, &status)
        clinux_kill_descendants()
        clinux_exit(0)
    }
}
