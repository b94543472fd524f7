import LanguageModels
import Programs
import Testing

@Suite struct RouterTests {
    let router = Router(
        pools: ["general", "optimizer"], models: ["small": .init(), "large": .init()], defaultModel: "small",
        defaultTimeout: .seconds(30), registry: .inPython)

    @Test func `a program that names nothing gets the defaults, and the reason says so`() throws {
        let route = try router.route(.init(kind: .predict))
        #expect(route.kind == .predict)
        #expect(route.implementation == .python)
        #expect(route.modulePath == "dspy.Predict")
        #expect(route.pool == "general")
        #expect(route.model == "small")
        #expect(route.timeout == .seconds(30))
        #expect(route.confidence == 1)
        #expect(route.alternatives.isEmpty)
        #expect(route.reason == "Predict runs in Python; 'general' serves programs; 'small' is the default model")
    }

    @Test func `what a program names wins`() throws {
        let route = try router.route(
            .init(kind: .chainOfThought, model: "large", pool: "optimizer", timeout: .seconds(1)))
        #expect(route.pool == "optimizer")
        #expect(route.model == "large")
        #expect(route.timeout == .seconds(1))
        #expect(
            route.reason
                == "ChainOfThought runs in Python; the program names the pool 'optimizer'; the program names the model 'large'"
        )
        #expect(route.description == "python/optimizer")
    }

    @Test func `unknown names are answered with the known ones`() {
        #expect(throws: RoutingError.unknownPool("gpu", known: ["general", "optimizer"])) {
            try router.route(.init(kind: .predict, pool: "gpu"))
        }
        let error = #expect(throws: RoutingError.unknownModel("huge", known: ["large", "small"])) {
            try router.route(.init(kind: .predict, model: "huge"))
        }
        #expect(
            error.map(String.init(describing:))
                == "there is no model 'huge'; configured are 'large', 'small'. Name one of them, or configure models.huge"
        )
    }

    @Test func `no time is no route`() {
        #expect(throws: RoutingError.timeoutNotPositive(.zero)) {
            try router.route(.init(kind: .predict, timeout: .zero))
        }
        var impatient = router
        impatient.defaultTimeout = .zero
        #expect(throws: RoutingError.timeoutNotPositive(.zero)) { try impatient.route(.init(kind: .predict)) }
    }

    @Test func `the same question gets the same answer`() throws {
        let request = Router.Request(kind: .predict, model: "large")
        #expect(try router.route(request) == router.route(request))
    }

    @Test func `a route made by hand says what its maker said`() {
        let route = Route(implementation: .native, pool: nil, model: "m", timeout: .seconds(1), reason: "because")
        #expect(route.reason == "because")
        #expect(route.description == "native")
        #expect(route.alternatives.isEmpty)
        #expect(!route.isForced && !route.isExploration && !route.isFallback)
    }
}
