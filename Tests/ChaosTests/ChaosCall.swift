import Foundation
import PythonPool

/// One call of the load: what it asks, and what is a right answer to it.
struct ChaosCall: Sendable {
    enum Way: Sendable {
        case awaited, stream
        /// On a thread of its own.
        case blocking
        /// Its task is cancelled after this time.
        case cancelled(after: Duration)
    }

    /// Its row in the report.
    var name: String
    var target: String
    var args: [PythonValue] = []
    var deadline = Duration.seconds(5)
    var isIdempotent = false
    var way = Way.awaited
    /// Nil: nobody can say, as it lies, or is not to come back.
    var isRight: (@Sendable (PythonValue) -> Bool)?

    /// Makes the call.
    ///
    /// - Returns: what it answered.
    func perform(on pool: PythonPool) async throws -> PythonValue {
        let options = CallOptions(deadline: .now + deadline, isIdempotent: isIdempotent)
        switch way {
        case .awaited: return try await pool.call(target, args, options: options)
        case .stream:
            return .list(try await pool.stream(target, args, deadline: .now + deadline).collect().items)
        case .blocking:
            return try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(with: Result { try pool.callBlocking(target, args, options: options) })
                }
            }
        case .cancelled(let time):
            let task = Task { try await pool.call(target, args, options: options) }
            try? await Task.sleep(for: time)
            task.cancel()
            return try await task.value
        }
    }
}

/// The calls of the load.
extension ChaosCall {
    private static func make(
        _ name: String, _ target: String, _ args: [PythonValue], deadline: Duration = .seconds(5),
        repeatable: Bool = false, way: Way = .awaited, isRight: (@Sendable (PythonValue) -> Bool)? = nil
    ) -> ChaosCall {
        ChaosCall(
            name: name, target: target, args: args, deadline: deadline, isIdempotent: repeatable,
            way: way, isRight: isRight)
    }

    /// Work like a service's: most of it short, and most of it such that it may run twice.
    ///
    /// - Parameter ledger: where calls that may not leave their mark, which is their number.
    static func honest(_ number: Int, ledger: String) -> ChaosCall {
        switch Int.random(in: 0..<100) {
        case 0..<50:
            return make("square", "chaos_fixture.square", [.int(number)], repeatable: true) {
                $0 == .int(number * number)
            }
        case 50..<62:
            let seconds = Double.random(in: 0...0.02)
            return make("sleep", "pool_fixture.slow_then", [.float(seconds), .int(number)], repeatable: true) {
                $0 == .int(number)
            }
        case 62..<70:
            let bytes = PythonValue.bytes([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 300_000))
            return make("large values", "pool_fixture.echo", [bytes], repeatable: true) { $0 == bytes }
        case 70..<80:
            return make("upcall", "chaos_fixture.ask", [.int(number)], repeatable: true) { $0 == .int(2 * number) }
        case 80..<82:
            return make("blocking", "chaos_fixture.square", [.int(number)], repeatable: true, way: .blocking) {
                $0 == .int(number * number)
            }
        case 82..<87:
            return make("stream", "pool_fixture.count_to", [100], way: .stream) {
                $0 == .list((0..<100).map { .int($0) })
            }
        case 87..<90:
            let time = Duration.milliseconds(Int.random(in: 0...20))
            return make("cancelled", "pool_fixture.slow_then", [0.02, .int(number)], way: .cancelled(after: time)) {
                $0 == .int(number)
            }
        default:
            return make("not idempotent", "chaos_fixture.enter", [.string(ledger), .int(number)]) { $0 == .int(number) }
        }
    }

    /// What harms the worker that serves it.
    ///
    /// - Parameter pool: the pool's name.
    static func harmful(_ number: Int, alone: Bool, pool: String) -> ChaosCall {
        let short = Duration.milliseconds(300)
        switch number % (alone ? 8 : 5) {
        case 0: return make("holds the GIL", "pool_fixture.sleep_in_c", [30], deadline: short)
        case 1: return make("deaf to cancelling", "pool_fixture.spin_deaf", [0], deadline: short)
        case 2: return make("exits", "pool_fixture.leave", [3])
        case 3: return make("crashes", "pool_fixture.crash", [])
        case 4: return make("leaves a child", "chaos_fixture.leave_child", [.string(pool)]) { $0 == .none }
        case 5: return make("crashes, idempotent", "pool_fixture.leave", [.int(1000 + number % 64)], repeatable: true)
        case 6: return make("memory balloon", "chaos_fixture.balloon", [400], deadline: .seconds(10))
        default:
            return make("closes descriptors", "liar_fixture.close_descriptors", [], deadline: .seconds(2)) {
                $0 != .none
            }
        }
    }

    /// What lies to the host, or is refused by the kernel what the worker needs.
    static func lying(_ number: Int) -> ChaosCall {
        let large = PythonValue.bytes([UInt8](repeating: 0, count: 3_000_000))
        switch number % 12 {
        case 0: return make("truncates its memory", "chaos_fixture.truncate_memory", []) { $0 == 4 }
        case 1: return make("rewinds an index", "liar_fixture.move_index", [1, "head", .int(-64)])
        case 2: return make("moves an index ahead", "liar_fixture.move_index", [1, "head", .int(1 << 30)])
        case 3: return make("reads ahead", "liar_fixture.move_index", [0, "tail", .int(1 << 30)])
        case 4: return make("reads back", "liar_fixture.move_index", [0, "tail", .int(-(1 << 30))])
        case 5: return make("passes a buffer unsealed", "chaos_fixture.pass_buffer", [false])
        case 6: return make("passes a buffer, sealed", "chaos_fixture.pass_buffer", [true])
        case 7:
            return make("changes a frame while it is read", "chaos_fixture.flip_while_read", [20_000, 0.05]) { value in
                guard case .bytes(let bytes) = value else { return false }
                return bytes.count == 20_000 && bytes.allSatisfy { $0 == UInt8(ascii: "U") || $0 == UInt8(ascii: "V") }
            }
        case 8: return make("writes noise", "chaos_fixture.noise", [0.1])
        case 9:
            return make("memfd_create refused", "chaos_fixture.answer_large_without", ["memfd_create", 3_000_000]) {
                $0 == large
            }
        case 10:
            return make("ftruncate refused", "chaos_fixture.answer_large_without", ["ftruncate", 3_000_000]) {
                $0 == large
            }
        default: return make("mmap refused", "chaos_fixture.answer_large_without", ["mmap", 3_000_000]) { $0 == large }
        }
    }
}
