/// Whether a handler is started on the thread that reads, instead of as a task of its own that another thread must be woken for.
///
/// Most tools look something up and are done in microseconds, which is less than the wake-up costs. One that has proved short is started on the
/// spot; if it keeps the thread for longer than it may, the next `pause` starts are ordinary ones.
struct HandlerPace: Sendable, Equatable {
    /// What is short, in ns.
    static let short: UInt64 = 50_000
    /// Ordinary starts after one that has kept the reader.
    static let pause = 256

    private var ordinary = 1

    /// Whether to start on the spot.
    var isImmediate: Bool { ordinary == 0 }

    /// A handler that was started as a task has ended, so many ns after it had begun.
    mutating func ended(after nanoseconds: UInt64) {
        if nanoseconds < Self.short { ordinary = max(0, ordinary - 1) } else { ordinary = max(1, ordinary) }
    }

    /// A handler that was started on the spot gave the thread back after so many ns.
    mutating func returned(after nanoseconds: UInt64) {
        if nanoseconds >= Self.short { ordinary = Self.pause }
    }
}
