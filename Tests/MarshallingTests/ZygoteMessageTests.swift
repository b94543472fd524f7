@testable import Marshalling
import Testing


@Suite struct ZygoteMessageTests {
    static let messages: [ZygoteMessage] = [
        .start(executable: "/venv/bin/python", paths: ["a", "b"], preload: ["numpy"]),
        .started(["dspex_worker": "0.1.0"]),
        .startFailed(type: "builtins.ImportError", message: "no", traceback: "…"),
        .fork(generation: 3), .forked(generation: 3, pid: 42), .forkFailed(generation: 3, reason: "EAGAIN"),
        .exited(generation: 3, pid: 42, status: 11),
    ]

    @Test(arguments: messages)
    func `A message reads back as itself`(_ message: ZygoteMessage) {
        #expect(ZygoteMessage(message.value) == message)
    }

    @Test(arguments: [.none, "start", ["start"], ["exited", 1, 2], ["forked", 1, 1_099_511_627_776], ["nonsense", 1]] as [PythonValue])
    func `What is no message is refused`(_ value: PythonValue) {
        #expect(ZygoteMessage(value) == nil)
    }
}
