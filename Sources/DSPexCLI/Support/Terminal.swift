import DSPex
import Glibc

/// What the terminal is like that answers and progress go to.
enum Terminal {
    /// How many places a line of stdout has: what `COLUMNS` says, else what the terminal says; nil when it is none.
    static var width: Int? {
        if let text = getenv("COLUMNS"), let columns = Int(String(cString: text)), columns > 0 { return columns }
        return columns(of: STDOUT_FILENO)
    }

    /// Whether stderr is one, where a line can be written over.
    static var showsProgress: Bool { isatty(STDERR_FILENO) == 1 }

    /// How many places a line of stderr has.
    static var progressWidth: Int { columns(of: STDERR_FILENO) ?? 80 }

    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
