import Foundation

/// `dspex-bench SUBJECT [--json FILE] [--rounds N] [--workers N] [--peers-only]`, started by `scripts/bench` with everything that it needs in place.
@main
struct DSPexBench {
    static func main() async {
        var arguments = Array(CommandLine.arguments.dropFirst())
        var (subject, file, rounds, workers, peersOnly): (String?, String?, Int?, Int?, Bool) = (nil, nil, nil, nil, false)
        while !arguments.isEmpty {
            switch arguments.removeFirst() {
            case "--json" where !arguments.isEmpty: file = arguments.removeFirst()
            case "--rounds" where !arguments.isEmpty: rounds = Int(arguments.removeFirst())
            case "--workers" where !arguments.isEmpty: workers = Int(arguments.removeFirst())
            case "--peers-only": peersOnly = true
            case let word where subject == nil && ["call", "marshal", "start"].contains(word): subject = word
            case let word: usage("unknown argument '\(word)'")
            }
        }
        guard let subject else { usage("no subject") }
        do {
            var report = Report(machine: .here())
            switch subject {
            case "call": try await CallSubject.run(into: &report, rounds: rounds ?? 100, peersOnly: peersOnly)
            case "marshal": try await MarshalSubject.run(into: &report, rounds: rounds ?? 100)
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
        note("\(problem)\nusage: scripts/bench call|marshal|start [--json FILE] [--rounds N] [--peers-only]")
        exit(2)
    }
}
