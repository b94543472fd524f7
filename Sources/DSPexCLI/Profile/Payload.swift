import ArgumentParser
import DSPex

/// Values to give to and fro.
enum Payload: String, ExpressibleByArgument, CaseIterable {
    /// A question with two passages.
    case small
    /// 3,000 records.
    case rows
    /// 100,000 numbers.
    case floats

    var value: PythonValue {
        switch self {
        case .small:
            [
                "question": "Who wrote the novel Dune, 1965",
                "context": [
                    "Dune is a novel by Frank Herbert, first published in 1965 by Chilton Books in Philadelphia.",
                    "It tied for the Hugo Award in 1966 and won the first Nebula Award for the best novel.",
                ],
                "k": 3, "score": 0.5, "flag": true,
            ]
        case .rows:
            .list(
                (0..<3000).map { index in
                    [
                        "id": .int(index), "text": .string("Row \(index): the quick brown fox jumps over the lazy dog"),
                        "score": .float(Double(index) / 3000), "tags": ["news", "animals", "all"], "label": .none,
                        "emb": .list((0..<8).map { .float(Double(index * 8 + $0) / 24000) }),
                    ]
                })
        case .floats: .list((0..<100_000).map { .float(Double($0) / 100_000) })
        }
    }
}
