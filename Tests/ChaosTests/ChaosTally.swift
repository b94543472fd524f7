import Foundation
import PythonPool
import Synchronization

/// What became of the calls, by what they were.
final class ChaosTally: Sendable {
    struct Row: Sendable {
        var calls = 0
        var answers = 0
        var errors: [String: Int] = [:]
    }

    struct Counts: Sendable {
        var rows: [String: Row] = [:]
        /// Of those that may run twice, in pools where nobody lies: made, and answered.
        var idempotent = 0
        var idempotentAnswers = 0
        /// Calls that have not ended.
        var out: [Int: String] = [:]
        /// Wrong answers, and errors that have no type of ours.
        var wrong: [String] = []
        /// What idempotent calls said that failed.
        var failures: [String] = []
        /// How long after its deadline a call has ended, at the worst.
        var latest = Duration.zero
        /// Those that were to leave their mark in the ledger and have answered.
        var entered: Set<Int> = []
    }

    private let counts = Mutex(Counts())

    var now: Counts { counts.withLock(\.self) }

    /// Makes a call and counts what becomes of it.
    ///
    /// - Returns: whether it answered.
    func perform(_ call: ChaosCall, number: Int, on pool: PythonPool, counts isCounted: Bool) async -> Bool {
        counts.withLock { $0.out[number] = call.name }
        let deadline = ContinuousClock.now + call.deadline
        var answer: PythonValue?
        var problem: (any Error)?
        do { answer = try await call.perform(on: pool) } catch { problem = error }
        let late = ContinuousClock.now - deadline
        counts.withLock { counts in
            counts.out[number] = nil
            counts.latest = max(counts.latest, late)
            if isCounted, call.isIdempotent {
                counts.idempotent += 1
                if let problem { counts.failures.append("\(call.name): \("\(problem)".prefix(300))") }
                if answer != nil { counts.idempotentAnswers += 1 }
            }
            counts.rows[call.name, default: Row()].calls += 1
            if let answer {
                counts.rows[call.name]?.answers += 1
                if let isRight = call.isRight, !isRight(answer) {
                    counts.wrong.append("\(call.name): \("\(answer)".prefix(100))")
                }
                if call.target.hasSuffix(".enter") { counts.entered.insert(number) }
            } else if let problem {
                guard let kind = Self.kind(of: problem, of: call) else {
                    return counts.wrong.append("\(call.name): \("\(problem)".prefix(300))")
                }
                counts.rows[call.name]?.errors[kind, default: 0] += 1
            }
        }
        return answer != nil
    }

    /// The name of an error that a call may end with; nil for any other.
    private static func kind(of error: any Error, of call: ChaosCall) -> String? {
        switch error {
        case PythonPoolError.workerDied(let death): return "workerDied \(death.cause)"
        case PythonPoolError.raised(let exception): return "raised \(exception.type)"
        case let error as PythonPoolError: return String("\(error)".prefix { $0 != "(" })
        case is CancellationError:
            guard case .cancelled = call.way else { return nil }
            return "cancelled"
        default: return nil
        }
    }
}

extension ChaosTally.Counts {
    /// One line for each kind of call: how many, how many answered, and with what the others ended.
    var table: [String] {
        let title = "call".padding(30) + "calls".padded(9) + "answers".padded(9) + "  errors"
        return [title]
            + rows.sorted { $0.key < $1.key }.map { name, row in
                let errors = row.errors.sorted { $0.value > $1.value }.map { "\($0.value) \($0.key)" }
                return name.padding(30) + "\(row.calls)".padded(9) + "\(row.answers)".padded(9) + "  "
                    + errors.joined(separator: ", ")
            }
    }
}

extension String {
    func padding(_ width: Int) -> String { padding(toLength: max(width, count), withPad: " ", startingAt: 0) }
    func padded(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
