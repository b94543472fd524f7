import Marshalling

/// The values that are measured, made as `dspex_bench.values` makes them.
enum Values {
    static let names = ["small", "rows", "floats"]

    static func named(_ name: String) -> PythonValue {
        switch name {
        case "rows": rows
        case "floats": .list((0..<100_000).map { .float(Double($0) / 100_000) })
        default: small
        }
    }

    static var small: PythonValue {
        [
            "question": "Who wrote the novel Dune, 1965",
            "context": [.string(passage(1)), .string(passage(2))],
            "k": 3, "score": 0.5, "flag": true,
        ]
    }

    private static var rows: PythonValue {
        .list(
            (0..<3000).map { index in
                let text = "Row \(index): the quick brown fox jumps over the lazy dog and runs on and on"
                return [
                    "id": .int(index),
                    "text": .string(pad(text, 80)),
                    "score": .float(Double(index) / 3000),
                    "tags": [.string("tag\(index % 7)"), .string("kind\(index % 3)"), "all"],
                    "label": .none,
                    "emb": .list((0..<8).map { .float(Double(index * 8 + $0) / 24000) }),
                ]
            })
    }

    private static func passage(_ number: Int) -> String {
        pad(
            "Passage \(number): Dune is a novel by Frank Herbert, first published in 1965 by Chilton Books, Philadelphia.",
            100)
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        String((text + String(repeating: ".", count: width)).prefix(width))
    }
}
