import CLinux

/// Why a worker could not start, as it leaves it behind for its host.
///
/// It is written where Python's faulthandler would write, into memory that outlives the process, so it arrives whatever else is broken.
package struct StartFailure: Error, Sendable, Hashable {
    package var problem: String
    package var remedy: String

    /// Characters of the longest text: both fit what a host reads.
    private static let longest = 4096

    package init(problem: String, remedy: String) {
        self.problem = problem
        self.remedy = remedy
    }

    /// Reads a report; nil when the bytes are something else, such as the words of faulthandler.
    package init?(_ bytes: [UInt8]) {
        guard let parts = try? PythonValue(wireForm: bytes).elements, parts.count == 3, parts[0] == "start failure",
            let problem = parts[1].string, let remedy = parts[2].string
        else { return nil }
        self.init(problem: problem, remedy: remedy)
    }

    /// Leaves the report behind.
    package func write(to descriptor: Int32) {
        let report = PythonValue.tuple([
            "start failure", .string(String(problem.prefix(Self.longest))),
            .string(String(remedy.prefix(Self.longest))),
        ])
        guard let bytes = try? report.wireForm() else { return }
        // Where even that fails, the exit status is all that is told.
        _ = unsafe clinux_write_report(descriptor, bytes, UInt64(bytes.count))
    }
}
