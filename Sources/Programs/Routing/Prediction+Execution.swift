extension Prediction {
    /// How the call was run: path, pool, time, and whether it took a second attempt.
    public var execution: Execution { Execution(route, duration: duration) }
}
