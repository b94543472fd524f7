import Foundation
import Marshalling
import Signatures
import Testing

@testable import Programs

/// Every case of `parity/corpus.py`, run through real DSPy and compared: what a signature string means, the bytes of every message
/// for three adapters, what is read in good, sloppy and broken texts.
@Suite struct ParityTests {
    private static let cases = Result { try ParityCase.all() }

    @Test func `the corpus is as large as it is meant to be`() throws {
        let counts = Dictionary(grouping: try Self.cases.get(), by: \.kind).mapValues(\.count)
        #expect(counts[.signature] ?? 0 >= 300)
        #expect(counts[.prompt] ?? 0 >= 300)
        #expect(counts[.parse] ?? 0 >= 500)
    }

    @Test(arguments: ParityCase.Kind.allCases)
    func `Swift does what DSPy does`(kind: ParityCase.Kind) throws {
        var differences: [String] = []
        var compared = 0
        for example in try Self.cases.get() where example.kind == kind {
            compared += 1
            if let difference = example.difference { differences.append("\(example.id): \(difference)") }
        }
        #expect(compared > 0)
        #expect(
            differences.isEmpty,
            "\(differences.count) of \(compared):\n\(differences.prefix(20).joined(separator: "\n"))")
    }

    /// `DSPEX_PARITY_CASES` asks for so many new ones, for a long night; `DSPEX_PARITY_SEED` makes others.
    private static let randomCount =
        ProcessInfo.processInfo.environment["DSPEX_PARITY_CASES"].flatMap { Int($0) } ?? 300
    private static let seed = ProcessInfo.processInfo.environment["DSPEX_PARITY_SEED"].flatMap { Int($0) } ?? 4

    @Test func `nor does Swift differ from DSPy in random cases`() throws {
        let cases = try ParityCase.random(Self.randomCount, seed: Self.seed)
        #expect(cases.count >= Self.randomCount)
        let differences = cases.compactMap { example in example.difference.map { "\(example.id): \($0)" } }
        #expect(
            differences.isEmpty,
            "\(differences.count) of \(cases.count):\n\(differences.prefix(20).joined(separator: "\n"))")
    }
}
