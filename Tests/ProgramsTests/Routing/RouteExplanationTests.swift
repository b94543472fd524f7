import Programs
import Testing

@Suite struct RouteExplanationTests {
    @Test func `the explanation is a table of all candidates, best first, the chosen one marked`() throws {
        let router = Router.sample(
            .twins(native: .streaming, python: [.streaming, .tools]), loads: { _ in 0.25 })
        router.remember(9, by: .python, .seconds(2))
        router.remember(1, by: .python, succeeded: false)
        router.remember(5, by: .native, .seconds(1))
        let route = try router.route(
            .init(
                kind: .predict, model: "large", requirements: .init([.streaming, .tools], latency: .seconds(1.5)),
                complexity: .high))
        #expect(
            route.explain == """
                Predict runs as native (Programs.Predict): model 'large', at most 120.00 s, confidence 0.18
                because Swift scores 81.7, Python 72.7; the program names the model 'large'
                  native                  81.7  chosen
                    start                +50.0  what every candidate begins with
                    success rate         +20.0  100 % of the last 5 calls succeeded
                    duration              +5.0  1.00 s on average, the other 2.00 s
                    streaming             +6.7  required, and there
                    tools                 -6.7  required, but not there
                    latency               +6.7  1.00 s expected, 1.50 s wanted at most
                  python/general          72.7
                    start                +50.0  what every candidate begins with
                    success rate         +16.0  90 % of the last 10 calls succeeded
                    duration              -5.0  2.00 s on average, the other 1.00 s
                    streaming             +6.7  required, and there
                    tools                 +6.7  required, and there
                    latency               -6.7  2.00 s expected, 1.50 s wanted at most
                    complexity           +10.0  the call's complexity is high
                    load                  -5.0  the pool 'general' is 25 % busy
                """)
    }

    @Test func `the better one stands first even when it was not chosen`() throws {
        let route = try Router.sample().route(.init(kind: .predict, implementation: .python))
        let lines = route.explain.split(separator: "\n")
        let native = try #require(lines.firstIndex { $0.hasPrefix("  native") })
        let python = try #require(lines.firstIndex { $0.hasPrefix("  python/general") })
        #expect(native < python)
        #expect(lines[python].hasSuffix("45.0  chosen"))
        #expect(lines[0].hasSuffix("confidence 1.00"))
    }

    @Test func `a route made by hand explains itself by its reason alone`() {
        let route = Route(
            implementation: .python, pool: "general", model: "m", timeout: .seconds(Int64.max), reason: "so it be")
        #expect(route.explain.hasPrefix("Predict runs as python/general: model 'm', at most "))
        #expect(route.explain.hasSuffix("\nbecause so it be"))
    }

    @Test(arguments: [(0, "0.00 s"), (-500, "-0.50 s"), (1_250, "1.25 s"), (61_004, "61.00 s")])
    func `times are printed in seconds with their sign`(milliseconds: Int, text: String) throws {
        let route = Route(
            implementation: .native, pool: nil, model: "m", timeout: .milliseconds(milliseconds), reason: "")
        #expect(route.explain.contains("at most \(text),"))
    }
}
