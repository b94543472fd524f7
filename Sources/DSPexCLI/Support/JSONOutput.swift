import DSPex

extension PythonValue {
    /// The value as JSON text for stdout.
    ///
    /// - Throws: ``Failure`` saying where the value is that has no JSON form.
    func jsonOutput(pretty: Bool = false) throws(Failure) -> String {
        do {
            return try jsonText(pretty: pretty)
        } catch {
            throw Failure(.failed, "the result has no JSON form: \(error)")
        }
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int { Int((self / .milliseconds(1)).rounded()) }
}
