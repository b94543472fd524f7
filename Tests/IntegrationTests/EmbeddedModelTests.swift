import DSPex
import Testing

/// Programs in Swift and by real DSPy on the real embedded model.
@Suite struct EmbeddedModelTests {
    @Test(arguments: Route.Implementation.allCases)
    func `Answers are typed, exact and say where they come from`(implementation: Route.Implementation) async throws {
        try await DSPex.run { platform in
            var count = try platform.predict("text -> count: int", instructions: "Extract the number in the text.")
            count.implementation = implementation
            for (text, expected) in [("There are 7 apples in the box.", 7), ("We saw 42 birds.", 42)] {
                let prediction = try await count(["text": .string(text)])
                #expect(prediction["count"]?.int == expected)
                #expect(prediction.route.implementation == implementation)
                #expect(prediction.route.pool == (implementation == .python ? "general" : nil))
                #expect(prediction.model == EmbeddedLanguageModel.name)
                #expect((prediction.worker != nil) == (implementation == .python))
                #expect((prediction.usage?.totalTokens ?? 0) > 0)
            }
        }
    }

    @Test func `A killed model server is started anew by the next question`() async throws {
        try await DSPex.run { platform in
            let city = try platform.predict("text -> city: str", instructions: "Extract the city.")
            let question: PythonDictionary = ["text": "The meeting is on Monday in Berlin."]
            #expect(try await city(question)["city"]?.string == "Berlin")
            let servers = platform.neural.statistics.workers.map(\.pid)
            // The worker that serves is not known by name from here: all of the pool go.
            for server in servers { _ = try await platform.call("os.kill", [.int(Int(server)), 9]) }
            #expect(try await city(question)["city"]?.string == "Berlin")
        }
    }

    @Test func `An input that does not fit is refused before anything is sent`() async throws {
        try await DSPex.run { platform in
            let sum = try platform.predict("first: int, second: int -> sum: int")
            await #expect(throws: ProgramError.self) { try await sum(["first": 1]) }
            await #expect(throws: ProgramError.self) { try await sum(["first": "one", "second": 2]) }
            #expect(platform.python.statistics.zygote == nil, "no worker was needed to see it")
        }
    }

    @Test func `A program's deadline ends the model's work too`() async throws {
        try await DSPex.run { platform in
            let story = try platform.predict("topic -> story: str", instructions: "Write a very long story.")
            _ = try await platform.predict("text -> city: str", instructions: "Extract the city.")([
                "text": "We are in Paris."
            ])
            await #expect(throws: ProgramError.self) {
                try await story(["topic": "rain"], deadline: .now + .milliseconds(300))
            }
            #expect(try await platform.call("math.sqrt", [4.0]) == 2.0)
        }
    }

    @Test func `DSPy's engine streams the model's answer through the host`() async throws {
        let expression = """
            [type(event).__name__ for event in __import__("dspex_worker.engine").engine.HostEngine().stream(
                lm15.Request(model="host/smollm2-135m-instruct", messages=(lm15.Message.user("Say hi"),),
                             config=lm15.Config(max_tokens=8)))]
            """
        try await DSPex.run { platform in
            // A lambda gives the names inside the expression a scope of their own.
            let source = "(lambda lm15: \(expression))(__import__('dspy').lm15)"
            let events = try await platform.call("builtins.eval", [.string(source), .dict([:])])
            let names = events.elements?.compactMap(\.string) ?? []
            #expect(names.first == "StreamStartEvent")
            #expect(names.last == "StreamEndEvent")
            #expect(names.count > 3 && names.dropFirst().dropLast().allSatisfy { $0 == "StreamDeltaEvent" })
        }
    }
}
