extension PythonPool {
    /// What a pool is doing at one moment.
    public struct Statistics: Sendable, Hashable {
        /// One worker that has become ready.
        public struct Worker: Sendable, Hashable {
            /// The process id.
            public var pid: Int32
            /// From the order to fork to its word that it serves calls.
            public var forkToReady: Duration
        }

        /// From the start of the zygote to its word that everything is imported; nil before that.
        public var zygoteStart: Duration?
        /// The process id of the zygote; nil while there is none.
        public var zygote: Int32?
        /// The workers that are ready, oldest first.
        public var workers: [Worker]
        /// Calls that wait for a worker.
        public var waiting: Int
        /// Lines of Python's log that were dropped, because there were too many; see ``Configuration/pythonLogRate``.
        public var droppedLogLines: UInt64
    }
}
