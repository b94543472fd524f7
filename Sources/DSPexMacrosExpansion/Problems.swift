import SwiftDiagnostics

/// Everything that is wrong with one declaration, so that all of it is told together.
struct Problems {
    private var diagnostics: [Diagnostic] = []

    /// What the body gives; nil, and one problem more, when it throws diagnostics.
    mutating func collect<Result>(_ body: () throws -> Result) throws -> Result? {
        do { return try body() } catch let error as DiagnosticsError {
            diagnostics += error.diagnostics
            return nil
        }
    }

    /// Throws what was collected, if anything was.
    func throwIfAny() throws {
        if !diagnostics.isEmpty { throw DiagnosticsError(diagnostics: diagnostics) }
    }
}
