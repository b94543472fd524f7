import Programs
import Testing

@Suite struct RouteChoiceTests {
    @Test(arguments: Route.Implementation.allCases)
    func `what the caller insists on is taken, whatever speaks against it`(implementation: Route.Implementation) throws
    {
        let router = Router.sample(loads: { _ in 1 })
        router.remember(20, by: implementation, succeeded: false)
        let route = try router.route(.init(kind: .predict, implementation: implementation, isIdempotent: true))
        #expect(route.implementation == implementation)
        #expect(route.isForced)
        #expect(route.confidence == 1)
        #expect(route.alternatives.count == 1)
        #expect(route.reason.hasPrefix("the caller asks for \(implementation == .native ? "Swift" : "Python"); "))
    }

    @Test func `insisting on what is not there is an error that says what is`() {
        let router = Router.sample()
        let error = #expect(
            throws: RoutingError.unavailable(.chainOfThought, .native, available: [.python])
        ) { try router.route(.init(kind: .chainOfThought, implementation: .native)) }
        #expect(error?.description == "ChainOfThought does not run in Swift, only in Python; do not insist on Swift")
    }

    @Test func `insisting on Python where only Swift has the program is an error, and so is naming a pool`() {
        let router = Router.sample(ProgramRegistry([ProgramEntry("Own", .prediction, native: .init("App.Own"))]))
        let expected = RoutingError.unavailable("Own", .python, available: [.native])
        #expect(throws: expected) { try router.route(.init(kind: "Own", implementation: .python)) }
        #expect(throws: expected) { try router.route(.init(kind: "Own", pool: "general")) }
        #expect(expected.description.hasSuffix("do not insist on Python, nor name a pool"))
    }

    @Test func `the only implementation is taken, and there was no choice`() throws {
        let router = Router.sample(ProgramRegistry([ProgramEntry("Own", .prediction, native: .init("App.Own"))]))
        let route = try router.route(.init(kind: "Own", isIdempotent: true))
        #expect(route.description == "native")
        #expect(route.modulePath == "App.Own")
        #expect(route.pool == nil)
        #expect(route.confidence == 1)
        #expect(route.reason == "Own runs in Swift; 'small' is the default model")
    }

    @Test func `without a pool only Swift is left`() throws {
        let router = Router.sample(pools: [])
        #expect(try router.route(.init(kind: .predict)).implementation == .native)
        #expect(throws: RoutingError.unknownPool("general", known: [])) {
            try router.route(.init(kind: .predict, implementation: .python))
        }
        #expect(throws: RoutingError.unknownPool("general", known: [])) {
            try router.route(.init(kind: .chainOfThought))
        }
        #expect(throws: RoutingError.unknownPool("optimizer", known: [])) {
            try router.route(.init(kind: "MIPROv2"))
        }
    }

    @Test func `a named pool asks for Python, but whoever insists on Swift gets Swift`() throws {
        let router = Router.sample()
        let route = try router.route(.init(kind: .predict, pool: "neural", isIdempotent: true))
        #expect(route.description == "python/neural")
        #expect(!route.isForced)
        #expect(route.confidence == 1)
        #expect(route.alternatives.map(\.implementation) == [.native])
        #expect(
            route.reason.hasPrefix("Predict runs in Python, as it names a pool; the program names the pool 'neural'"))
        let forced = try router.route(.init(kind: .predict, pool: "neural", implementation: .native))
        #expect(forced.description == "native")
    }

    @Test func `an unknown program is answered with the names it may have been meant for`() {
        let router = Router.sample()
        let error = #expect(throws: RoutingError.unknownProgram("MIPRO", near: ["MIPROv2"])) {
            try router.route(.init(kind: "MIPRO"))
        }
        #expect(error?.description == "there is no program 'MIPRO'; the nearest known: 'MIPROv2'")
        let stranger = #expect(throws: RoutingError.unknownProgram("Xylophone", near: [])) {
            try router.route(.init(kind: "Xylophone"))
        }
        #expect(stranger?.description.contains("as DSPy spells it") == true)
    }

    @Test func `an entry that nobody runs is as good as none`() {
        let router = Router.sample(ProgramRegistry([ProgramEntry("Empty", .reasoning)]))
        #expect(throws: RoutingError.unknownProgram("Empty", near: [])) { try router.route(.init(kind: "Empty")) }
    }

    @Test func `with nothing known Swift is taken, and the reason has both scores`() throws {
        let route = try Router.sample().route(.init(kind: .predict))
        #expect(route.implementation == .native)
        #expect(route.confidence == 0.1)
        #expect(route.reason == "Swift scores 50.0, Python 45.0; 'small' is the default model")
        #expect(route.alternatives.map(\.description) == ["python/general"])
    }

    @Test func `of two that are equal Swift is taken`() throws {
        let router = Router.sample()
        router.remember(6, by: .native)
        router.remember(2, by: .native, succeeded: false)
        router.remember(7, by: .python)
        router.remember(1, by: .python, succeeded: false)
        // Swift: 50 + 20 × (2 × 0.75 - 1). Python: 50 + 20 × (2 × 0.875 - 1) - 5.
        let route = try router.route(.init(kind: .predict))
        #expect(route.candidates.map(\.score) == [60, 60])
        #expect(route.confidence == 0)
        #expect(route.implementation == .native)
    }
}
