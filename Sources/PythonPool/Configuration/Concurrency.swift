extension PythonPool {
    /// How many calls a worker serves at once.
    public enum Concurrency: Sendable, Hashable {
        /// One at a time: code that computes, or that is not made for threads.
        case exclusive
        /// So many (at least 1), each in a Python thread of its own: code that waits, for a model or a database, and releases the
        /// interpreter lock while it does.
        case slots(Int)

        /// The number of calls.
        public var slots: Int {
            switch self {
            case .exclusive: 1
            case .slots(let count): max(1, count)
            }
        }
    }
}
