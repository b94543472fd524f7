import DSPex

@main
struct CallPython {
    static func main() async throws {
        try await callNumPy()
        try await askDSPy()
    }

    /// Any Python library, in a pool of workers that have imported it before their first call.
    static func callNumPy() async throws {
        let configuration = PythonPool.Configuration(name: "science", size: 2, preload: ["numpy"])
        try await withPythonPool(configuration) { python in
            let quartile = try await python.call("numpy.percentile", [[12, 15, 11, 48, 13], 75])
            print("NumPy: the upper quartile is \(quartile.double ?? .nan)")

            // Python's exceptions arrive as Swift errors, and the pool goes on.
            do {
                _ = try await python.call("numpy.linalg.inv", [[[1, 2], [2, 4]]])
            } catch PythonPoolError.raised(let exception) {
                print("NumPy: \(exception.type): \(exception.message)")
            }
        }
    }

    /// DSPy on the model that comes with it: typed values in, typed values out.
    static func askDSPy() async throws {
        try await DSPex.run { platform in
            var count = try platform.predict("text -> count: int", instructions: "Extract the number in the text.")
            count.options = GenerationOptions(maxTokens: 96, temperature: 0, seed: 7)
            let result = try await count(["text": "There are 7 apples in the box."])
            print("DSPy: the text counts \(result["count"]?.int ?? 0) apples")
        }
    }
}
