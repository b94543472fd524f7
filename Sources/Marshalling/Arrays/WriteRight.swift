import CLinux
import Synchronization

/// Which process may write a block, and how many views it has that can: a word in the block, so that a view that goes is known to everybody
/// without a message.
///
/// The host gives the right with the frame that carries the array; the worker counts it down as its views go; what a worker leaves when it
/// dies is taken back. A worker that overwrites the word deceives nobody but those who read what it may write anyway.
@safe struct WriteRight {
    // Sound: it points into a block that its user holds.
    private let word: UnsafeMutablePointer<UInt64>

    /// The holder that is the block's maker, in a worker.
    static let maker: UInt32 = 1
    private static let last = Atomic<UInt32>(maker)

    /// A holder that nobody was before.
    static func next() -> UInt32 { last.wrappingAdd(1, ordering: .relaxed).newValue }

    init(_ word: UnsafeMutablePointer<UInt64>) { unsafe self.word = word }

    var isHeld: Bool { unsafe clinux_load_u64(word) != 0 }

    /// Counts one more view; false when somebody else has the right.
    func add(_ holder: UInt32) -> Bool {
        change { $0 == 0 ? UInt64(holder) << 32 | 1 : $0 >> 32 == UInt64(holder) ? $0 &+ 1 : nil }
    }

    /// Counts one more view of whoever has the right; false when nobody has.
    func addAnother() -> Bool { change { $0 == 0 ? nil : $0 &+ 1 } }

    /// Counts one view less.
    func drop() { _ = change { UInt32(truncatingIfNeeded: $0) <= 1 ? 0 : $0 - 1 } }

    func revoke(from holder: UInt32) { _ = change { $0 >> 32 == UInt64(holder) ? 0 : nil } }

    private func change(_ next: (UInt64) -> UInt64?) -> Bool {
        while true {
            let known = unsafe clinux_load_u64(word)
            guard let wanted = next(known) else { return false }
            if unsafe clinux_exchange_if_u64(word, known, wanted) { return true }
        }
    }
}
