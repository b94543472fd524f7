import Foundation

/// Where text goes: answers to stdout, everything else to stderr, so that `--json` can be piped.
enum Console {
    /// Prints an answer.
    static func print(_ text: String) { write(text, to: .standardOutput) }

    /// Prints progress or an error.
    static func note(_ text: String) { write(text, to: .standardError) }

    private static func write(_ text: String, to file: FileHandle) {
        // Who closed the other end wants no more; that is no failure.
        try? file.write(contentsOf: Data((text + "\n").utf8))
    }
}
