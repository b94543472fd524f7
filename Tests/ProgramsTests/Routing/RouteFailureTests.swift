import LanguageModels
import Marshalling
import Programs
import PythonPool
import Testing

/// Which of a program's errors the other implementation may mend, and which are held against the one that threw them.
@Suite struct RouteFailureTests {
    private static let route = Route(
        implementation: .native, pool: nil, model: "small", timeout: .seconds(1), reason: "")

    private static func model(_ code: LanguageModelError.Code) -> ProgramError {
        .model(ModelFailure(LanguageModelError(code, "x"), model: "small"))
    }

    /// Error, whether the other one takes over, whether it does so too when tools may have acted, whether it is held against the one.
    static let judgements: [(error: ProgramError, mended: Bool, beforeTools: Bool, counted: Bool)] = [
        (.input(InputError(signature: "q -> a", problems: [])), false, false, false),
        (.route(.unknownModel("x", known: [])), false, false, false),
        (model(.server), true, false, false),
        (model(.transport), true, false, false),
        (model(.timeout), true, false, false),
        (model(.rateLimit), false, false, false),
        (model(.auth), false, false, false),
        (model(.contextLength), false, false, false),
        (
            .malformedResponse(MalformedResponse(text: "", adapter: "", expected: [], parsed: [], message: "")), false,
            false, true
        ),
        (.output(OutputError(signature: "q -> a", problems: [], raw: .none)), false, false, true),
        (.python(PythonException(type: "ValueError", message: "x")), true, false, true),
        (.worker(WorkerDeath(worker: 1, cause: .signalled(11))), true, false, true),
        (.deadlineExceeded(route: route, after: .seconds(1)), false, false, true),
        (.wireForm(.tooDeep(limit: 3)), true, false, false),
        (.environment(problem: "p", remedy: "r"), true, true, true),
        (.pool(.closed(pool: "general")), true, true, false),
        (.pool(.protocolViolation(worker: 1, detail: "x")), true, false, true),
        (.pool(.workerUnavailable(worker: 1)), true, false, true),
    ]

    @Test(arguments: judgements.indices) func `each error has its consequence`(index: Int) throws {
        let (error, mended, beforeTools, counted) = Self.judgements[index]
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict))
        let next = router.fallback(after: error, from: route)
        #expect((next != nil) == mended)
        if let next { #expect(next.reason.contains("failed (\(error.label))")) }

        router.record(route, duration: .seconds(1), failure: error)
        let record = router.tracker.record(of: .predict, by: .native)
        #expect(record.count == (counted ? 1 : 0))
        #expect(record.successes == 0)

        let withTools = Router.sample(.twins(native: .tools, python: .tools))
        let acting = try withTools.route(.init(kind: .predict))
        #expect((withTools.fallback(after: error, from: acting) != nil) == beforeTools)
    }

    @Test func `a prediction tells how it was run`() throws {
        let prediction = Prediction(
            outputs: [:], route: Self.route, model: "small", worker: 0, duration: .seconds(2))
        #expect(prediction.execution == Execution(Self.route, duration: .seconds(2)))
        #expect(prediction.execution.path == "native")
    }
}
