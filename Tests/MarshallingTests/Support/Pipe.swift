import Glibc
import Testing

/// A pipe whose writing end is given away, to see whether it is closed in the end.
final class Pipe {
    private var ends: [Int32] = [-1, -1]

    init() throws {
        try #require(pipe(&ends) == 0)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit { for end in ends where end >= 0 { close(end) } }

    /// The writing end, which is the caller's from now on.
    func takeWriteEnd() -> Int32 {
        defer { ends[1] = -1 }
        return ends[1]
    }

    /// Whether nobody holds the writing end any more.
    var isWriteEndClosed: Bool {
        var entry = pollfd(fd: ends[0], events: 0, revents: 0)
        return poll(&entry, 1, 0) == 1 && entry.revents & Int16(POLLHUP) != 0
    }
}
