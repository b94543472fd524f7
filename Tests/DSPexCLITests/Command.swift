import Foundation

/// Runs the built `dspex`, as a shell would.
struct Command {
    var status: Int32
    var output: String
    var errors: String

    /// - Parameters:
    ///   - environment: The only variables that it sees, besides `PATH`.
    ///   - input: What it reads from stdin, at most what a pipe holds.
    static func dspex(
        _ arguments: [String], environment: [String: String] = [:], in folder: String, input: String? = nil
    ) throws -> Command {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = try folderOfProducts().appending(path: "dspex")
        process.arguments = arguments
        process.environment = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""].merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = output
        process.standardError = errors
        let given = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : given
        try process.run()
        if let input {
            try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try given.fileHandleForWriting.close()
        }
        // Both are short, so neither pipe fills while the other is read.
        let text = { (pipe: Pipe) in String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
        let result = (text(output), text(errors))
        process.waitUntilExit()
        return Command(status: process.terminationStatus, output: result.0, errors: result.1)
    }

    /// Tests run from an executable beside the products.
    private static func folderOfProducts() throws -> URL {
        URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            .deletingLastPathComponent()
    }
}
