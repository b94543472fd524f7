import Programs
import Testing

@Suite struct ComposedRegistryTests {
    @Test(arguments: ["ReAct", "BestOfN", "Refine", "MultiChainComparison", "majority", "Parallel"])
    func `the router knows what runs in Swift too`(name: String) throws {
        let entry = try #require(ProgramRegistry.dspy[ProgramKind(name)])
        #expect(entry.implementations == [.native, .python])
        #expect(entry.native?.capabilities.contains(.streaming) == false)
    }

    @Test(arguments: ["CodeAct", "ProgramOfThought", "RLM", "KNN", "GEPA"])
    func `the others are Python's alone`(name: String) throws {
        #expect(try #require(ProgramRegistry.dspy[ProgramKind(name)]).implementations == [.python])
    }
}
