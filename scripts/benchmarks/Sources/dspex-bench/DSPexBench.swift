import Foundation

/// `dspex-bench SUBJECT [--json FILE] [--rounds N] [--workers N] [--peers-only]`, started by `scripts/bench` with everything that it needs in place.
@main
struct DSPexBench {
    private static let subjects = ["call", "marshal", "start", "stream", "pool", "arrays", "programs", "signatures"]

    static func main() async {
        var arguments = Array(CommandLine.arguments.dropFirst())
        var (subject, file, rounds, workers, peersOnly): (String?, String?, Int?, Int?, Bool) = (
            nil, nil, nil, nil, false
        )
        while !arguments.isEmpty {
            switch arguments.removeFirst() {
            case "--json" where !arguments.isEmpty: file = arguments.removeFirst()
            case "--rounds" where !arguments.isEmpty: rounds = Int(arguments.removeFirst())
            case "--workers" where !arguments.isEmpty: workers = Int(arguments.removeFirst())
            case "--peers-only": peersOnly = true
            case let word where subject == nil && subjects.contains(word): subject = word
            case let word: usage("unknown argument '\(word)'")
            }
        }
        guard let subject else { usage("no subject") }
        do {
            var report = Report(subject: subject, machine: .here())
            switch subject {
            case "call": try await CallSubject.run(into: &report, rounds: rounds ?? 100, peersOnly: peersOnly)
            case "marshal": try await MarshalSubject.run(into: &report, rounds: rounds ?? 100)
            case "stream": try await StreamSubject.run(into: &report, rounds: rounds ?? 20, peersOnly: peersOnly)
            case "pool": try await PoolSubject.run(into: &report, rounds: rounds ?? 50, peersOnly: peersOnly)
            case "arrays": try await ArraysSubject.run(into: &report, rounds: rounds ?? 30, peersOnly: peersOnly)
            case "programs":
                try await ProgramsSubject.run(into: &report, rounds: rounds ?? 40, peersOnly: peersOnly)
            case "signatures":
                try await SignaturesSubject.run(into: &report, rounds: rounds ?? 60, peersOnly: peersOnly)
            default: try await StartSubject.run(into: &report, workers: workers, peersOnly: peersOnly)
            }
            print(report.table)
            if let file { try report.json().write(to: URL(fileURLWithPath: file)) }
        } catch {
            note("dspex-bench \(subject): \(error)")
            exit(1)
        }
    }

    private static func usage(_ problem: String) -> Never {
        note(
            "\(problem)\nusage: scripts/bench \(subjects.joined(separator: "|")) [--json FILE] [--rounds N] [--workers N] [--peers-only]"
        )
        exit(2)
    }
}
