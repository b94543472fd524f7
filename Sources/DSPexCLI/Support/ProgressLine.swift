import DSPex
import Foundation
import Synchronization

/// One line on stderr that says how far something is. On a terminal it is written over; elsewhere a line is written now and then.
final class ProgressLine: Sendable {
    private struct State {
        var shown = ""
        var last: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let isTerminal = Terminal.showsProgress

    /// Says how far it is. What comes too soon after the last is left out.
    ///
    /// - Parameter isImportant: Whether it must be seen.
    func show(_ text: String, isImportant: Bool = false) {
        state.withLock { state in
            let now = ContinuousClock.now
            let pause: Duration = isTerminal ? .milliseconds(50) : .seconds(5)
            if !isImportant, let last = state.last, now - last < pause { return }
            state.last = now
            guard text != state.shown else { return }
            state.shown = text
            guard isTerminal else { return Console.note(text) }
            write("\r\u{1B}[K" + TextTable([.init(text)]).text(width: Terminal.progressWidth - 1).prefix { $0 != "\n" })
        }
    }

    /// Removes the line from a terminal.
    func end() {
        guard isTerminal else { return }
        state.withLock { state in
            if !state.shown.isEmpty { write("\r\u{1B}[K") }
            state.shown = ""
        }
    }

    private func write(_ text: some StringProtocol) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
