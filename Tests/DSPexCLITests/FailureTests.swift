import DSPex
import Testing

@testable import DSPexCLI

@Suite struct FailureTests {
    static let route = Route(implementation: .python, pool: "general", model: "m", timeout: .seconds(1), reason: "")

    @Test(arguments: [
        (ProgramError.input(.init(signature: "q -> a", problems: [])), Status.usage),
        (.route(.unknownModel("x", known: [])), .usage),
        (.model(.init(LanguageModelError(.server, "down"), model: "m")), .failed),
        (.model(.init(LanguageModelError(.notConfigured, "no key"), model: "m")), .environment),
        (.malformedResponse(.init(text: "?")), .failed),
        (.output(.init(signature: "q -> a", problems: [], raw: .none)), .failed),
        (.python(.init(type: "builtins.ValueError", message: "bad")), .failed),
        (.worker(.init(worker: 1, cause: .signalled(11))), .failed),
        (.deadlineExceeded(route: route, after: .seconds(1)), .failed),
        (.wireForm(.tooDeep(limit: 1)), .failed), (.environment(problem: "p", remedy: "r"), .environment),
        (.pool(.closed(pool: "general")), .failed),
    ])
    func `a program's failure ends the command with the code of its stage`(error: ProgramError, status: Status) {
        #expect(Failure(error)?.status == status)
        #expect(Failure(error)?.message.isEmpty == false)
    }

    @Test(arguments: [
        (
            PythonPoolError.raised(.init(type: "builtins.ValueError", message: "bad", traceback: "Traceback")),
            Status.failed
        ),
        (.workerDied(.init(worker: 1, cause: .exited(code: 3))), .failed),
        (.environment(problem: "p", remedy: "r"), .environment), (.closed(pool: "x"), .failed),
        (.deadlineExceeded(target: "f", after: .seconds(1)), .failed), (.wireForm(.invalidUTF8(offset: 3)), .failed),
        (.protocolViolation(worker: 1, detail: "x"), .failed),
    ])
    func `a pool's failure ends the command with its code`(error: PythonPoolError, status: Status) {
        #expect(Failure(error)?.status == status)
    }

    @Test func `an exception is shown with its type and traceback`() {
        let exception = PythonException(
            type: "ValueError", message: "bad", traceback: "Traceback (most recent call last): …", target: "m.f",
            worker: 7)
        let failure = Failure(PythonPoolError.raised(exception))
        #expect(failure?.message.hasPrefix("Python raised ValueError in m.f (worker 7): bad") == true)
        #expect(failure?.message.contains("Traceback") == true)
    }

    @Test func `a remedy is kept apart from the message`() {
        let failure = Failure(PythonPoolError.environment(problem: "no venv", remedy: "python -m venv"))
        #expect(failure?.message == "no venv")
        #expect(failure?.remedy == "python -m venv")
    }

    @Test func `other errors fail the command`() {
        struct Odd: Error {}
        #expect(Failure(Odd())?.status == .failed)
        #expect(Failure(CancellationError())?.status == .failed)
        #expect(Failure(SignatureError(.emptySide(.inputs)))?.status == .usage)
        #expect(Failure(ConfigurationError.noFile("x"))?.status == .environment)
    }
}
