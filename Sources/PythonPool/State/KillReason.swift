/// Why the pool ended a worker with SIGKILL.
enum KillReason: String, Sendable, Hashable, CaseIterable {
    /// A call that was given up had not come back within its grace.
    case stuck
    /// It needed more private memory than the hard limit.
    case memory
    /// It was to be replaced, or had served the one call that it was made for, and had nothing to do any more.
    case retired
    /// It said something that is no frame.
    case violation
    /// It passed something that this process had no memory or no descriptors to read.
    case unreadable
    /// It did not become ready in time, or its start hook failed.
    case start
}
