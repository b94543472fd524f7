import CFloor

/// What a call took on average, in nanoseconds.
struct Spent: Decodable, Sendable {
    /// On processors.
    var cpu: Double
    /// By the clock on the wall.
    var wall: Double

    /// What so many calls take in this process, and in another one that works for it.
    static func measuring(
        _ count: Int, withProcess process: Int32? = nil, _ body: () async throws -> Void
    ) async throws -> Spent {
        func cpu() -> UInt64 { floor_cpu(0) + (process.map { floor_cpu($0) } ?? 0) }
        let (cpuStart, start) = (cpu(), floor_now())
        for _ in 0..<count { try await body() }
        let (wall, cpuEnd) = (floor_now() - start, cpu())
        // Of a process that has ended there is no time.
        guard cpuEnd >= cpuStart else { throw BenchError("the worker ended while it was measured") }
        return Spent(cpu: Double(cpuEnd - cpuStart) / Double(count), wall: Double(wall) / Double(count))
    }
}
