extension Router {
    /// What a program asks for, and what its caller says of the call.
    public struct Request: Sendable, Hashable {
        /// The kind of program.
        public var kind: ProgramKind
        /// The model it names.
        public var model: String?
        /// The pool it names. As pools are Python's, it thereby asks for Python.
        public var pool: String?
        /// The time it allows.
        public var timeout: Duration?
        /// The implementation that the caller insists on; nil lets the router choose. It wins over a named pool.
        public var implementation: Route.Implementation?
        /// What the call asks of its implementation. Default nothing.
        public var requirements: RouteRequirements
        /// How much the call asks of the program. Default medium.
        public var complexity: TaskComplexity
        /// The size of all inputs, in bytes of UTF-8. Default 0.
        public var inputSize: Int
        /// Whether running the call twice does no harm. Only such calls are used to explore, and only such are made again
        /// elsewhere once tools may have acted. Default false.
        public var isIdempotent: Bool

        /// Makes a request.
        public init(
            kind: ProgramKind, model: String? = nil, pool: String? = nil, timeout: Duration? = nil,
            implementation: Route.Implementation? = nil, requirements: RouteRequirements = .init(),
            complexity: TaskComplexity = .medium, inputSize: Int = 0, isIdempotent: Bool = false
        ) {
            self.kind = kind
            self.model = model
            self.pool = pool
            self.timeout = timeout
            self.implementation = implementation
            self.requirements = requirements
            self.complexity = complexity
            self.inputSize = inputSize
            self.isIdempotent = isIdempotent
        }
    }
}
