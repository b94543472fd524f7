/// Where a task is that answers an upcall: Python waits for it in this worker.
///
/// A call that such a task makes goes to a free worker if there is one, and else to the thread that waits: a pool whose workers all wait
/// for the host cannot lock itself up.
struct UpcallContext: Sendable {
    /// Calls within upcalls within calls, at most.
    static let deepest = 16

    @TaskLocal static var current: UpcallContext?

    let connection: WorkerConnection
    /// The upcall's number.
    let question: UInt64
    /// How many upcalls deep it is.
    let depth: Int
}
