import Foundation
import PythonPool
import Testing

/// However the host dies, everything below it is gone within a second.
@Suite(.serialized) struct HostDeathTests {
    @Test func `After SIGKILL of the host under load no process and no shared memory of ours is left`() async throws {
        let report = FileManager.default.temporaryDirectory.appendingPathComponent("dspex-chaos-report")
        try? FileManager.default.removeItem(at: report)
        let sharedBefore = sharedMemoryFiles()
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let report = FileManager.default.temporaryDirectory.appendingPathComponent("dspex-chaos-report")
            let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("PythonPoolTests/python").path
            let pool = PythonPool(.init(name: "chaos", size: 3, preload: ["pool_fixture"], modulePaths: [fixtures]))
            try await pool.start()
            // One grandchild in its worker's group, one in a session of its own.
            let plain = try await pool.call("pool_fixture.start_grandchild", [false]).int ?? 0
            let detached = try await pool.call("pool_fixture.start_grandchild", [true]).int ?? 0
            for _ in 0..<8 {
                Task { while true { _ = try? await pool.call("pool_fixture.echo", [1]) } }
            }
            for _ in 0..<100 { _ = try await pool.call("pool_fixture.echo", [2]) }
            let statistics = pool.statistics
            let pids = statistics.workers.map { Int($0.pid) } + [Int(statistics.zygote ?? 0), plain, detached]
            try pids.map(String.init).joined(separator: " ").write(to: report, atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
            // The signal is on its way; nothing may end the process before it.
            try await Task.sleep(for: .seconds(60))
        }
        let died = ContinuousClock.now
        let pids = try String(contentsOf: report, encoding: .utf8).split(separator: " ").compactMap { Int($0) }
        #expect(pids.count == 6 && !pids.contains(0))
        while pids.contains(where: isRunning), ContinuousClock.now - died < .seconds(5) {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(ContinuousClock.now - died < .seconds(1))
        #expect(!pids.contains(where: isRunning))
        #expect(sharedMemoryFiles() == sharedBefore)
    }

    private func isRunning(_ pid: Int) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
            let state = status.split(separator: ")").last?.split(separator: " ").first
        else { return false }
        return state != "Z" && state != "X"
    }

    private func sharedMemoryFiles() -> Set<String> {
        Set((try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? [])
    }
}
