import Testing

@testable import PythonPool

/// What a pool does about the limit of open files.
@Suite struct DescriptorLimitTests {
    @Test(arguments: [(8, 0, nil), (100, 0, 1056), (1000, 100, 8356)] as [(Int, Int, UInt64?)])
    func `The limit is raised to what the pool needs, when it is too low`(workers: Int, open: Int, wanted: UInt64?)
        throws
    {
        let limit = try DescriptorLimit.wanted(workers: workers, open: open, soft: 1024, hard: 524_288, pool: "p")
        #expect(limit == wanted)
    }

    @Test func `A pool that cannot fit says by how much`() throws {
        let error = #expect(throws: PythonPoolError.self) {
            try DescriptorLimit.wanted(workers: 1000, open: 44, soft: 1024, hard: 4096, pool: "crowd")
        }
        guard case .environment(let problem, let remedy) = error else {
            Issue.record("expected an environment error, got \(String(describing: error))")
            return
        }
        #expect(problem.contains("crowd") && problem.contains("8300") && problem.contains("4096"))
        #expect(remedy.contains("ulimit -Hn 8300"))
    }

    @Test func `A limit that is unlimited is enough`() throws {
        #expect(try DescriptorLimit.wanted(workers: 10_000, open: 9, soft: .max, hard: .max, pool: "p") == nil)
    }
}
