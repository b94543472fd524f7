import Foundation
import Synchronization

/// A Python program that measures on request: it says `ready`, then answers each line `run N …` with one line of JSON.
final class PeerProcess: Sendable {
    private struct Pipes: ~Copyable {
        var process: Process
        var requests: FileHandle
        var answers: FileHandle
        var unread = Data()
    }

    private let name: String
    private let pipes: Mutex<Pipes>

    /// Starts `python -m MODULE ARGUMENTS` and waits until it is ready.
    init(_ module: String, _ arguments: [String] = []) throws {
        guard let venv = ProcessInfo.processInfo.environment["DSPEX_VENV"] else {
            throw BenchError("DSPEX_VENV does not name the benchmarks' virtual environment; use scripts/bench")
        }
        name = String(([module] + arguments).joined(separator: " ").prefix(60))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: venv + "/bin/python")
        process.arguments = ["-m", module] + arguments
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        pipes = Mutex(
            Pipes(process: process, requests: input.fileHandleForWriting, answers: output.fileHandleForReading))
        guard String(decoding: try line(), as: UTF8.self) == "ready" else { throw BenchError("\(name) does not start") }
    }

    /// Asks for `count` measurements and waits for them.
    /// - Parameter what: For a program that measures several things, the words that name one of them.
    func run<Answer: Decodable>(_ count: Int, _ what: String..., as: Answer.Type = Answer.self) throws -> Answer {
        let request = (["run", "\(count)"] + what).joined(separator: " ")
        try pipes.withLock { try $0.requests.write(contentsOf: Data((request + "\n").utf8)) }
        return try JSONDecoder().decode(Answer.self, from: try line())
    }

    /// Ends the program and waits for it.
    func stop() {
        pipes.withLock { pipes in
            // Closing its input would not do: peers that were started later have inherited the other end.
            try? pipes.requests.write(contentsOf: Data("stop\n".utf8))
            pipes.process.waitUntilExit()
        }
    }

    private func line() throws -> Data {
        try pipes.withLock { pipes in
            while true {
                if let end = pipes.unread.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = pipes.unread[..<end]
                    pipes.unread = Data(pipes.unread[(end + 1)...])
                    return Data(line)
                }
                let more = pipes.answers.availableData
                if more.isEmpty { throw BenchError("\(name) ended; its message is above") }
                pipes.unread.append(more)
            }
        }
    }
}
