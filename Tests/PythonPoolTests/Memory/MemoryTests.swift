import CLinux
import Foundation
import Testing

@testable import PythonPool

@Suite struct MemoryTests {
    @Test func `The kernel's words are read, and other words are not`() {
        #expect(ProcessMemory.anonymous(statm: "1000 500 200 1 0 300 0\n") == 300 * UInt64(getpagesize()))
        for text in ["", "1000", "a b c", "1 2 3", "1000 -5 2"] { #expect(ProcessMemory.anonymous(statm: text) == nil) }
        let rollup = "55-7f ---p [rollup]\nRss:  900 kB\nPrivate_Clean:    12 kB\nPrivate_Dirty:   30 kB\nSwap: 1 kB\n"
        #expect(ProcessMemory.privateBytes(rollup: rollup) == 42 << 10)
        for text in ["", "Private_Clean: many kB", "Private_Dirty: 5"] {
            #expect(ProcessMemory.privateBytes(rollup: text) == nil)
        }
    }

    @Test func `The memory of this process is seen to grow`() throws {
        let own = ProcessInfo.processInfo.processIdentifier
        let before = try #require(ProcessMemory.privateBytes(own))
        let balloon = [UInt8](repeating: 7, count: 64 << 20)
        let after = try #require(ProcessMemory.privateBytes(own))
        #expect(after >= before + (50 << 20))
        #expect(try #require(ProcessMemory.anonymous(own)) >= 64 << 20)
        #expect(balloon.last == 7)
        #expect(ProcessMemory.privateBytes(-1) == nil && ProcessMemory.anonymous(-1) == nil)
    }

    @Test func `The cheap look takes less than a thousandth of the time between two`() throws {
        let own = ProcessInfo.processInfo.processIdentifier
        let clock = ContinuousClock()
        let best = (0..<20).map { _ in clock.measure { for _ in 0..<10 { _ = ProcessMemory.anonymous(own) } } }.min()!
        // Ten workers each idle interval.
        #expect(best < .nanoseconds(Int64(MemoryWatch.idleInterval / 1000)))
    }

    @Test(arguments: [
        ("low 3\noom 5\noom_kill 2\n", 2 as UInt64?), ("oom_kill_disable 0\nunder_oom 0\noom_kill 7\n", 7),
        ("oom_kill_disable 0\n", nil), ("", nil), ("oom_kill many", nil),
    ])
    func `The count of killed processes is read in both versions of control groups`(_ text: String, _ count: UInt64?) {
        #expect(OutOfMemoryEvents.count(in: text) == count)
    }

    @Test func `The count is looked for where the group says`() {
        #expect(
            OutOfMemoryEvents.candidates("0::/a/b\n") == [
                "/sys/fs/cgroup/a/b/memory.events", "/sys/fs/cgroup/memory.events",
            ])
        #expect(
            OutOfMemoryEvents.candidates("8:pids:/\n4:memory:/x\nnonsense\n") == [
                "/sys/fs/cgroup/memory/x/memory.oom_control", "/sys/fs/cgroup/memory/memory.oom_control",
            ])
    }

    @Test func `An idle pool is looked at seldom, a busy one often, and one without workers not at all`() throws {
        var rules = PoolState.Rules(name: "test", size: 1, grace: 1)
        rules.softMemory = 0
        let watch = MemoryWatch(rules)
        #expect(watch.isResting && watch.next == .max)
        #expect(watch.wakeUp(now: 1000) == 1000 + MemoryWatch.busyInterval)
        #expect(!watch.isResting && !watch.isDue(1000) && watch.isDue(1000 + MemoryWatch.busyInterval))
        // A process whose memory stands still.
        let sleeper = Process()
        sleeper.executableURL = URL(fileURLWithPath: "/bin/sleep")
        sleeper.arguments = ["60"]
        try sleeper.run()
        defer { sleeper.terminate() }
        let own = sleeper.processIdentifier
        let now = clinux_monotonic_ns()
        watch.beginLook()
        #expect(watch.sample([(1, own)], isIdle: false, now: now).map(\.generation) == [1], "the first look is exact")
        #expect(watch.next >= now + MemoryWatch.busyInterval && !watch.isResting)
        watch.beginLook()
        #expect(watch.sample([(1, own)], isIdle: true, now: now + 1) == [], "the next one is cheap")
        #expect(watch.next >= now + MemoryWatch.idleInterval && watch.isResting)
        watch.beginLook()
        #expect(watch.sample([], isIdle: true, now: now + 2) == [])
        #expect(watch.next == .max)
    }
}
