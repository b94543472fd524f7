import Testing

@testable import Marshalling

@Suite struct ZygoteMessageTests {
    static let messages: [ZygoteMessage] = [
        .start(executable: "/venv/bin/python", paths: ["a", "b"], preload: ["numpy"]),
        .start(executable: "", paths: [], preload: []),
        .started(["dspex_worker": "0.1.0"]), .started([:]),
        .startFailed(type: "builtins.ImportError", message: "no", traceback: "…"),
        .fork(generation: 3, settings: WorkerSettings()), .forked(generation: 3, pid: 42),
        .forkFailed(generation: 3, reason: "EAGAIN"),
        .exited(generation: 3, pid: 42, status: 11), .exited(generation: .max, pid: .max, status: .min),
    ]

    @Test(arguments: messages)
    func `A message reads back as itself`(_ message: ZygoteMessage) {
        #expect(ZygoteMessage(message.value) == message)
    }

    @Test(
        arguments: [
            .none, "start", ["start"], ["fork", 3], .tuple([]), .tuple([1]), .tuple(["fork"]), .tuple(["fork", "3"]),
            .tuple(["fork", 1, 2]), .tuple(["fork", 1, [:]]),
            .tuple(["exited", 1, 2]), .tuple(["exited", 1, 2, 2_147_483_648]),
            .tuple(["forked", 1, 1_099_511_627_776]),
            .tuple(["forkFailed", 1, 2]), .tuple(["started", []]), .tuple(["started"]),
            .tuple(["startFailed", "a", "b", 3]),
            .tuple(["startFailed", "a", "b"]), .tuple(["nonsense", 1]), .tuple(["start", 1, "python", []]),
            .tuple(["start", 1, "python", "paths", []]), .tuple(["start", 1, "python", [1], []]),
            .tuple(["start", 1, "python", [], [.none]]),
            .tuple(["start", .int(ZygoteMessage.protocolVersion + 1), "python", [], []]),
        ] as [PythonValue])
    func `What is no message is refused`(_ value: PythonValue) {
        #expect(ZygoteMessage(value) == nil)
    }
}
