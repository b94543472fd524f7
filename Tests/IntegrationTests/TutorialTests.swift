import DSPex
import DSPexMacros
import Foundation
import Testing

/// A day's weather.
@PythonCodable struct Weather {
    /// In degrees Celsius.
    var temperature: Double
    @PythonKey("class") var kind: Sky = .mixed
    var warning: String?
}

@PythonCodable enum Sky { case mixed, sunny, wet }

@PythonCodable struct Sorting { var reverse: Bool }

struct Reading: Codable, Equatable { var station: Int }

extension Reading: PythonCodable {}

struct Celsius: Equatable { var degrees: Double }

extension Celsius: PythonCodable {
    init(from decoder: inout WireDecoder) throws(WireError) { degrees = try decoder.decode(Double.self) }
    func encode(to encoder: inout WireEncoder) throws(WireError) { try degrees.encode(to: &encoder) }
}

@PythonCodable struct Summary {
    var mean: Double
    var extremes: [Double]
    @PythonKey("frost") var daysOfFrost: Int
}

/// Who is spoken of.
@Signature("Extract the person from the text.")
struct ExtractPerson {
    @Input var text: String
    @Output var name: String
    @Output("In years.", .range(0...130)) var age: Int
    @Output var city: String?
}

/// The code of the documentation, run as it stands there: each block occurs here word for word.
@Suite(.serialized)
struct TutorialTests {
    @Test("The first program gets the answers that the tutorial promises", .timeLimit(.minutes(3)))
    func firstProgram() async throws {
        try await DSPex.run { platform in
            let exact = GenerationOptions(maxTokens: 96, temperature: 0, seed: 7)
            var count = try platform.predict("text -> count: int", instructions: "Extract the number in the text.")
            count.options = exact
            let apples = try await count(["text": "There are 7 apples in the box."])
            print(apples["count"]?.int ?? 0)  // 7
            #expect(apples.outputs == ["count": 7])

            // A record
            let person = try Record("Person", fields: [Field("name"), Field("age", .int), Field("city")])
            var extract = try platform.predict(
                "text -> person: Person", instructions: "Extract the person from the text.",
                types: ["Person": .record(person)])
            extract.options = exact
            let tom = try await extract(["text": "Tom is 25 years old and lives in London."])
            print(tom["person"]?["name"]?.string ?? "", tom["person"]?["age"]?.int ?? 0)  // Tom 25
            #expect(tom.outputs == ["person": ["name": "Tom", "age": 25, "city": "London"]])

            // Reasoning, with worked examples
            var sum = try platform.chainOfThought("question -> answer: int", instructions: "Answer the question.")
            sum.options = exact
            sum.demos = [(3, 4), (5, 1), (2, 2)].map { a, b in
                [
                    "question": "What is \(a) plus \(b)?", "reasoning": "\(a) plus \(b) equals \(a + b).",
                    "answer": .int(a + b),
                ]
            }
            let three = try await sum(["question": "What is 1 plus 2?"])
            print(three.reasoning ?? "", three["answer"]?.int ?? 0)  // … 3
            #expect(three["answer"] == 3)
            #expect(three.reasoning?.isEmpty == false)

            // A wrong input
            do {
                _ = try await count(["txt": "There are 7 apples in the box."])
            } catch ProgramError.input(let error) {
                print(error)
            }
            let program = count
            let wrong = await #expect(throws: ProgramError.self) {
                _ = try await program(["txt": "There are 7 apples in the box."])
            }
            let shown = try Document("Sources/DSPex/DSPex.docc/Tutorial-FirstProgram.md").text
            #expect(shown.contains("\(try #require(wrong))\n```"))

            // NumPy
            let quartile = try await platform.call("numpy.percentile", [[12, 15, 11, 48, 13], 75])
            print(quartile.double ?? .nan)  // 15.0
            #expect(quartile == 15.0)
        }
    }

    @Test("The typed program gets the answers that the tutorial promises", .timeLimit(.minutes(3)))
    func typedProgram() async throws {
        try await DSPex.run { platform in
            let extract = platform.predict(ExtractPerson.self)
            let tom = try await extract(.init(text: "Tom is 25 years old and lives in London."))
            print(tom.name, tom.age, tom.city ?? "nowhere")  // Tom 25 London
            print(tom.route, tom.attempts, tom.text ?? "")  // native 1 {"name": …
            #expect(tom.name == "Tom" && tom.age == 25 && tom.city == "London")
            #expect(tom.route.implementation == .native)

            // The same program in Python
            var inPython = extract
            inPython.implementation = .python
            let again = try await inPython(.init(text: "Tom is 25 years old and lives in London."))
            #expect(again.output == tom.output)
            #expect(again.worker != nil && again.text == tom.text)

            // The string form
            let signature = try Signature(
                "question, passages: list[str] -> answer: str, score: probability",
                instructions: "Answer from the passages only.")
            #expect(signature.description == "question, passages: list[str] -> answer, score: probability")

            // What goes to the model
            let prompt = Prompt(ExtractPerson.signature, adapter: .chat)
            let messages = prompt.messages(inputs: ["text": "Tom is 25 years old."])
            print(messages.count, messages[0].role)  // 2 system
            #expect(messages.count == 2 && messages[0].role == .system)

            // What comes back
            let outputs = try prompt.parse(
                """
                Sure! Here it is:
                [[ ## name ## ]]
                Tom
                [[ ## age ## ]]
                25.0
                [[ ## city ## ]]
                null
                """)
            print(outputs["age"]?.int ?? 0, outputs["city"]?.isNone ?? false)  // 25 true
            #expect(outputs == ["name": "Tom", "age": 25, "city": .none])
        }
    }

    @Test("Python libraries answer as the second step of the tutorial promises", .timeLimit(.minutes(1)))
    func pythonLibraries() async throws {
        let page = try Document("Sources/DSPex/DSPex.docc/Tutorial-PythonLibraries.md")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("climate-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try #require(page.pythonBlocks.first).write(
            to: folder.appendingPathComponent("climate.py"), atomically: true, encoding: .utf8)

        var configuration = PythonPool.Configuration(name: "climate", size: 2, preload: ["numpy", "climate"])
        configuration.modulePaths = ["Python"]
        configuration.modulePaths = [folder.path]
        try await withPythonPool(configuration) { pool in
            let hours = try SharedArray((0..<8760).map { (hour: Int) in Float(hour % 24 + hour / 24 % 20 - 4) })
            let mean = try await pool.call("numpy.mean", [.array(hours)])
            print(mean.double ?? .nan)  // 16.9, about
            #expect(abs(try #require(mean.double) - 16.9) < 0.01)

            // A type of one's own
            let year = try await pool.call("climate.summary", hours, as: Summary.self)
            print(year.extremes, year.daysOfFrost)  // [-4.0, 38.0] 76
            #expect("\(year.extremes) \(year.daysOfFrost)" == "[-4.0, 38.0] 76")
            let wrong = WireError.mismatch(path: "extremes[1]", expected: "Double", found: #"str "n/a""#)
            #expect(page.text.contains("\(wrong)"))
            await #expect(throws: PythonPoolError.wireForm(wrong)) {
                let text = #"{"mean": 1, "extremes": [1, "n/a"], "frost": 1}"#
                _ = try await pool.call("json.loads", text, as: Summary.self)
            }

            // Objects
            let days = pool.python.numpy.reshape(hours, [365, 24])
            let warmest: Double = try await days.max(axis: 1).mean()
            print(warmest)  // 28.4, about
            #expect(abs(warmest - 28.4) < 0.01)

            // A stream
            for try await day in pool.stream("climate.warm_days", [.array(hours), 36]) {
                print(day["day"]?.int ?? 0)  // 18, 19, 38
                if day["day"] == 38 { break }
            }
            var found: [Int] = []
            for try await day in pool.stream("climate.warm_days", [.array(hours), 36]) {
                found.append(day["day"]?.int ?? -1)
            }
            #expect(found.prefix(3) == [18, 19, 38] && found.count == 36)

            // Python calls Swift
            try pool.tools.register("wear", parameters: "degrees") { (degrees: Double) async throws -> String in
                degrees > 30 ? "a hat" : "a coat"
            }
            let advice = try await pool.call("climate.advice", [34.2])
            print(advice.string ?? "")  // 34 °C: a hat
            #expect(advice == "34 °C: a hat")

            // When it goes wrong
            let tooFew = try SharedArray([Float](repeating: 0, count: 25))
            do {
                _ = try await pool.call("climate.summary", [.array(tooFew)])
            } catch PythonPoolError.raised(let exception) {
                print(exception.type, exception.message)  // ValueError cannot reshape array of size 25 into shape (24)
            }
            await #expect {
                _ = try await pool.call("climate.summary", [.array(tooFew)])
            } throws: { error in
                guard case PythonPoolError.raised(let exception) = error else { return false }
                return "\(exception.type) \(exception.message)"
                    == "ValueError cannot reshape array of size 25 into shape (24)"
            }
            do {
                _ = try await pool.call("ctypes.string_at", [0])
            } catch PythonPoolError.workerDied(let death) {
                print(death.cause)  // signalled(11)
            }
            let three = try await pool.call("builtins.abs", [-3])
            print(three.int ?? 0)  // 3
            #expect(three == 3)
        }
    }

    @Test("Calls into Python end as the article on calling Python says", .timeLimit(.minutes(1)))
    func callingPython() async throws {
        try await withPythonPool(.init(name: "science", size: 2, preload: ["numpy"])) { python in
            let quartile = try await python.call("numpy.percentile", [[12, 15, 11, 48, 13], 75])
            print(quartile.double ?? .nan)  // 15.0
            let text = try await python.call("json.dumps", [["b": 1, "a": 2]], ["sort_keys": true])
            print(text.string ?? "")  // {"a": 2, "b": 1}
            #expect(quartile == 15.0)
            #expect(text == #"{"a": 2, "b": 1}"#)

            // Exceptions
            do {
                _ = try await python.call("numpy.linalg.inv", [[[1, 2], [2, 4]]])
            } catch PythonPoolError.raised(let exception) {
                print(exception.type, exception.message)  // numpy.linalg.LinAlgError Singular matrix
            }
            let raised = await #expect(throws: PythonPoolError.self) {
                _ = try await python.call("numpy.linalg.inv", [[[1, 2], [2, 4]]])
            }
            if case .raised(let exception) = raised {
                #expect("\(exception.type) \(exception.message)" == "numpy.linalg.LinAlgError Singular matrix")
                #expect(exception.traceback.contains("Traceback"))
            } else {
                Issue.record("no exception but \(String(describing: raised))")
            }

            do {
                _ = try await python.call("os.listdir", ["/nowhere"])
            } catch PythonPoolError.raised(let exception) where exception.isInstance(of: "OSError") {
                print(exception.type)  // FileNotFoundError
            }
            await #expect { _ = try await python.call("os.listdir", ["/nowhere"]) } throws: { error in
                guard case PythonPoolError.raised(let exception) = error else { return false }
                return exception.isInstance(of: "OSError") && exception.type == "FileNotFoundError"
            }

            // A result without a value form
            await #expect(throws: PythonPoolError.wireForm(.noWireForm(type: "_thread.lock", path: ""))) {
                _ = try await python.call("threading.Lock", [], options: .init(isStrict: true))
            }

            // A deadline
            do {
                _ = try await python.call("time.sleep", [60], deadline: .now + .milliseconds(200))
            } catch PythonPoolError.deadlineExceeded(let target, _) {
                print(target)  // time.sleep
            }
            let late = await #expect(throws: PythonPoolError.self) {
                _ = try await python.call("time.sleep", [60], deadline: .now + .milliseconds(200))
            }
            guard case .deadlineExceeded("time.sleep", _) = late else {
                Issue.record("no missed deadline but \(String(describing: late))")
                return
            }

            // A crash
            do {
                _ = try await python.call("ctypes.string_at", [0])
            } catch PythonPoolError.workerDied(let death) {
                print(death.cause)  // signalled(11)
            }
            let died = await #expect(throws: PythonPoolError.self) {
                _ = try await python.call("ctypes.string_at", [0])
            }
            if case .workerDied(let death) = died {
                #expect(death.cause == .signalled(11))
                #expect(death.traceback.contains("Segmentation fault"))
            } else {
                Issue.record("no death but \(String(describing: died))")
            }
            #expect(try await python.call("builtins.abs", [-3]) == 3)
        }
    }

    @Test("A sandbox refuses what the article on isolation says", .timeLimit(.minutes(1)))
    func limitsAndIsolation() async throws {
        var isolation = PythonPool.Isolation.sandbox
        isolation.limits.cpuSeconds = 60
        try await withPythonPool(.init(name: "code", size: 2, isolation: isolation)) { python in
            do {
                _ = try await python.call("urllib.request.urlopen", ["http://127.0.0.1:1"])
            } catch PythonPoolError.raised(let exception) {
                print(exception.message)  // <urlopen error [Errno 1] Operation not permitted>
            }
            let refused = await #expect(throws: PythonPoolError.self) {
                _ = try await python.call("urllib.request.urlopen", ["http://127.0.0.1:1"])
            }
            if case .raised(let exception) = refused {
                #expect(exception.message == "<urlopen error [Errno 1] Operation not permitted>")
            } else {
                Issue.record("not refused but \(String(describing: refused))")
            }

            // The report
            try await python.start()
            print(python.isolationReport?.applied[.network] ?? "open")  // seccomp
            #expect(python.isolationReport?.applied[.network] == "seccomp")
        }
    }

    @Test("Values cross as the article on values says", .timeLimit(.minutes(1)))
    func values() async throws {
        try await withPythonPool(.init(name: "values", size: 1)) { python in
            let row = PythonShared(["id": 1])
            let rows: PythonValue = [.shared(row), .shared(row)]
            print(try await python.call("operator.is_", [.shared(row), .shared(row)]))  // bool(true)
            let back = try await python.call("copy.copy", [rows])
            print(back[0]?["id"]?.int ?? 0, back[0] == back[1])  // 1 true
            #expect(try await python.call("operator.is_", [.shared(row), .shared(row)]) == true)
            #expect(back == rows)

            // Views
            let day = try await python.call("datetime.date.fromisoformat", ["2024-02-29"])
            print(PythonDate(day)?.month ?? 0)  // 2
            let moon = PythonDateTime(
                date: PythonDate(year: 1969, month: 7, day: 20), time: PythonTime(hour: 20, minute: 17, zone: .utc))
            let written = try await python.call("datetime.datetime.isoformat", [moon.pythonValue])
            print(written.string ?? "")  // 1969-07-20T20:17:00+00:00
            let exact = try await python.call("decimal.Decimal", ["0.10"])
            print(PythonDecimal(exact)?.text ?? "")  // 0.10
            #expect(PythonDate(day)?.month == 2)
            #expect(written == "1969-07-20T20:17:00+00:00")
            #expect(PythonDecimal(exact)?.text == "0.10")

            // Records
            let parts = try await python.call("urllib.parse.urlsplit", ["https://example.org/a?b=1"])
            print(PythonRecord(parts)?["netloc"]?.string ?? "")  // example.org
            let site = PythonRecord(
                .namedtuple, PythonClassName(module: "urllib.parse", qualifiedName: "SplitResult"),
                ["scheme": "https", "netloc": "example.org", "path": "", "query": "", "fragment": ""])
            let address = try await python.call("urllib.parse.urlunsplit", [site.pythonValue])
            print(address.string ?? "")  // https://example.org
            #expect(PythonRecord(parts)?["netloc"] == "example.org")
            #expect(address == "https://example.org")

            // Cycles
            let folder = PythonShared { itself in
                ["name": "root", "children": [["name": "leaf", "parent": .shared(itself)]]]
            }
            let text = try await python.call("builtins.repr", [.shared(folder)])
            print(text.string ?? "")  // {'name': 'root', 'children': [{'name': 'leaf', 'parent': {...}}]}
            #expect(text == "{'name': 'root', 'children': [{'name': 'leaf', 'parent': {...}}]}")
        }
    }

    @Test("Types of one's own go to Python and back as their article says", .timeLimit(.minutes(1)))
    func yourOwnTypes() async throws {
        try await withPythonPool(.init(name: "types", size: 1)) { python in
            let text = #"{"temperature": 21, "class": "wet", "station": 7}"#
            let weather = try await python.call("json.loads", text, as: Weather.self)
            print(weather.temperature, weather.kind)  // 21.0 wet
            #expect("\(weather.temperature) \(weather.kind)" == "21.0 wet")

            let sorted = try await python.call(
                "builtins.sorted", [3, 1, 2], kwargs: Sorting(reverse: true), as: [Int].self)
            print(sorted)  // [3, 2, 1]
            #expect(sorted == [3, 2, 1])

            let days = #"[{"temperature": 21}, {"temperature": "n/a"}]"#
            do {
                _ = try await python.call("json.loads", days, as: [Weather].self)
            } catch PythonPoolError.wireForm(let error) {
                print(error)  // [1].temperature: expected Double, found str "n/a"
            }
            let wrong = WireError.mismatch(path: "[1].temperature", expected: "Double", found: #"str "n/a""#)
            #expect("\(wrong)" == #"[1].temperature: expected Double, found str "n/a""#)
            await #expect(throws: PythonPoolError.wireForm(wrong)) {
                _ = try await python.call("json.loads", days, as: [Weather].self)
            }

            let readings = [Reading(station: 7)]
            #expect(try await python.call("copy.copy", readings, as: [Reading].self) == readings)
            #expect(try await python.call("builtins.abs", Celsius(degrees: -3), as: Celsius.self).degrees == 3)
            #expect(Weather.jsonSchema["description"] == "A day's weather.")
        }
    }

    @Test("Objects of a class of one's own go both ways as the article says", .timeLimit(.minutes(1)))
    func classes() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("shop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = """
            class Money:
                def __init__(self, cents, currency):
                    self.cents, self.currency = cents, currency

            def double(money):
                return Money(2 * money.cents, money.currency)
            """
        try source.write(to: folder.appendingPathComponent("shop.py"), atomically: true, encoding: .utf8)

        struct Money: PythonValueConvertible, PythonCodable {
            static let python = PythonClass(name: "shop.Money", path: "shop.Money", fields: ["cents", "currency"])
            var cents: Int
            var currency: String

            init?(_ value: PythonValue) {
                guard let fields = Self.python.fields(of: value), let cents = fields["cents"]?.int,
                    let currency = fields["currency"]?.string
                else { return nil }
                (self.cents, self.currency) = (cents, currency)
            }

            var pythonValue: PythonValue { Self.python.value(["cents": .int(cents), "currency": .string(currency)]) }
        }

        let configuration = PythonPool.Configuration(preload: ["shop"], converters: [Money.python])
        var here = configuration
        (here.size, here.modulePaths) = (1, [folder.path])
        try await withPythonPool(here) { python in
            let price = try await python.call("shop.Money", [250, "CHF"])
            let doubled = try await python.call("shop.double", try #require(Money(price)), as: Money.self)
            #expect(doubled.cents == 500 && doubled.currency == "CHF")
        }
    }

    @Test("Swift is called from Python as the article on tools says", .timeLimit(.minutes(1)))
    func tools() async throws {
        let populations = ["Bern": 134_000]
        @Sendable func weather(_ city: String, _ days: Int) async throws -> String { "\(city): sun for \(days) days" }
        try await withPythonPool(.init(name: "tools", size: 1)) { python in
            try python.tools.register(
                "lookup", "The weather of a city.", parameters: ToolParameter("city", "The city's name."),
                ToolParameter("days", default: 1)
            ) { (city: String, days: Int) async throws -> String in
                try await weather(city, days)
            }
            let answer = try await python.call("dspex_worker.tools.lookup", ["Bern"], ["days": 3])
            #expect(answer == "Bern: sun for 3 days")

            // An error
            try python.tools.register("population", parameters: "city") { (city: String) async throws -> Int in
                guard let number = populations[city] else {
                    throw PythonException(type: "KeyError", message: "no city \(city)")
                }
                return number
            }
            #expect(try await python.call("dspex_worker.tools.population", ["Bern"]) == 134_000)
            let error = await #expect(throws: PythonException.self) {
                try await python.call("dspex_worker.tools.population", ["Atlantis"])
            }
            #expect(error?.message == "no city Atlantis")

            // A closure
            let byLength = python.callable { (word: String) in word.count }
            let words = try await python.call("builtins.sorted", [["three", "a", "seventeen"]], ["key": byLength])
            print(words[2]?.string ?? "")  // seventeen
            #expect(words == ["a", "three", "seventeen"])

            // A sequence
            let mean = try await python.call("statistics.fmean", [python.iterator(over: 1...9)])
            print(mean.double ?? .nan)  // 5.0
            #expect(mean == 5.0)
        }
    }

    @Test("Arrays are read and written as the article on arrays says", .timeLimit(.minutes(1)))
    func arrays() async throws {
        try await withPythonPool(.init(name: "science", size: 1, preload: ["numpy"])) { python in
            let rows = try SharedArray.zeros(.float32, [1000, 64])
            try rows.withMutableSpan(of: Float.self) { numbers in
                for index in numbers.indices { numbers[index] = Float(index % 64) }
            }
            let means = try await python.call("numpy.mean", [.array(rows)], ["axis": 1])
            let mean = try means.array?[0, as: Float.self]
            print(mean ?? .nan)  // 31.5
            #expect(mean == 31.5 && means.array?.shape == [1000])

            // What Python returns
            let line = try await python.call("numpy.linspace", [0, 1], ["num": 5, "dtype": "float32"])
            if let array = line.array {
                print(array.dtype, array.shape)  // float32 [5]
                let last = try array.withSpan(of: Float.self) { numbers in numbers[4] }
                print(last)  // 1.0
            }
            let array = try #require(line.array)
            #expect("\(array.dtype) \(array.shape)" == "float32 [5]")
            #expect(try array.asArray(of: Float.self) == [0, 0.25, 0.5, 0.75, 1])

            // What Python writes
            let image = try SharedArray.zeros(.uint8, [480, 640])
            _ = try await python.call("numpy.ndarray.fill", [.array(image.writable), 255])
            let pixel = try image[479, 639, as: UInt8.self]
            print(pixel)  // 255
            #expect(pixel == 255)
        }
    }

    @Test("Objects are reached and kept as the article on references says", .timeLimit(.minutes(1)))
    func references() async throws {
        try await withPythonPool(.init(name: "objects", size: 2, preload: ["numpy"])) { pool in
            let python = pool.python
            let thirds: [Double] = try await python.numpy.linspace(0, 1, num: 4)
            let total: Int = try await python.numpy.arange(10).reshape(2, 5).sum(axis: 0).max()
            print(thirds.count, total)  // 4 13
            #expect(thirds.count == 4 && total == 13)

            // Keep an object
            let counter = try await python.collections.Counter(["a", "b", "a"]).kept()
            try await counter.update(["b", "b"]).perform()
            let commonest: PythonValue = try await counter.most_common(1)
            print(commonest[0]?[0]?.string ?? "", commonest[0]?[1]?.int ?? 0)  // b 3
            #expect(commonest == [.tuple(["b", 3])])

            // Many steps, one round trip
            let mean: Double = try await pool.batch { python in
                let numbers = python.list(python.range(10))
                numbers.append(32)
                numbers.sort(reverse: true)
                return python.statistics.mean(numbers)
            }
            print(mean)  // 7.0
            #expect(mean == 7)

            // Scopes, loops, operators
            let text: PythonValue? = try await python.io.StringIO("one\ntwo\n").withScope { file in
                try await file.readlines()
            }
            print(text?[1]?.string ?? "")  // two, and a line break
            for try await item in pool.iterate(python.itertools.islice(python.itertools.count(5), 3)) {
                print(item.int ?? 0)  // 5, 6, 7
            }
            let product: Int = try await (python.int(6) * 7).decoded()
            print(product)  // 42
            #expect(text == ["one\n", "two\n"] && product == 42)

            // When it is lost
            var words = try await python.collections.Counter(["x"]).kept()
            try await pool.rollingRestart()
            do {
                try await words.update(["y"]).perform()
            } catch PythonPoolError.referenceLost {
                words = try await words.rebuilt()
                try await words.update(["y"]).perform()
            }
            print(try await words.total().evaluated().int ?? 0)  // 2
            #expect(try await words.total().evaluated() == 2)
        }
    }

    @Test("Workers die as the article on that says", .timeLimit(.minutes(1)))
    func deaths() async throws {
        try await withPythonPool(.init(name: "deaths", size: 1)) { python in
            do {
                _ = try await python.call("ctypes.string_at", [0])
            } catch PythonPoolError.workerDied(let death) {
                print(death.cause)  // signalled(11)
                print(death.traceback.contains("string_at"))  // true
            }
            await #expect { _ = try await python.call("ctypes.string_at", [0]) } throws: { error in
                guard case PythonPoolError.workerDied(let death) = error else { return false }
                return death.cause == .signalled(11) && death.traceback.contains("string_at")
            }

            // Streams
            var numbers: [Int] = []
            for try await number in python.stream("itertools.count", [7]) {
                print(number.int ?? 0)  // 7, 8, 9
                if number == 9 { break }
            }
            for try await number in python.stream("builtins.range", [3]) { numbers.append(number.int ?? -1) }
            #expect(numbers == [0, 1, 2])
        }
    }

    @Test(
        "Each code block of the documentation stands in this file",
        arguments: [
            "README.md", "Sources/DSPex/DSPex.docc/DSPex.md", "Sources/DSPex/DSPex.docc/FromACloneToAnAnswer.md",
            "Sources/DSPex/DSPex.docc/Tutorial-FirstProgram.md",
            "Sources/DSPex/DSPex.docc/Tutorial-PythonLibraries.md",
            "Sources/PythonPool/PythonPool.docc/CallingPython.md",
            "Sources/PythonPool/PythonPool.docc/PythonPool.md",
            "Sources/PythonPool/PythonPool.docc/LimitsAndIsolation.md",
            "Sources/PythonPool/PythonPool.docc/Values.md",
            "Sources/PythonPool/PythonPool.docc/Arrays.md",
            "Sources/PythonPool/PythonPool.docc/References.md",
            "Sources/PythonPool/PythonPool.docc/Tools.md",
            "Sources/PythonPool/PythonPool.docc/WhenThingsDie.md",
            "Sources/PythonPool/PythonPool.docc/YourOwnTypes.md",
        ])
    func blocks(of path: String) throws {
        let tested = try Self.lines(of: String(contentsOfFile: #filePath, encoding: .utf8))
        let parts = try Document(path).testedParts
        #expect(!parts.isEmpty, "no blocks were found in \(path)")
        for part in parts {
            let isTested = Self.lines(tested, contain: part)
            #expect(isTested, "not in TutorialTests.swift:\n\(part.joined(separator: "\n"))")
        }
    }

    /// A text's lines without indentation.
    fileprivate static func lines(of text: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func lines(_ lines: [String], contain part: [String]) -> Bool {
        lines.indices.contains { lines[$0...].starts(with: part) }
    }
}

/// A page of the documentation.
private struct Document {
    let text: String

    /// - Parameter path: below the root of the package.
    init(_ path: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    var pythonBlocks: [String] {
        text.components(separatedBy: "```python\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    }

    /// The Swift code of the page: every block that is no manifest, cut where a line `// …` stands for other blocks.
    var testedParts: [[String]] {
        let blocks = text.components(separatedBy: "```swift\n").dropFirst()
            .map { $0.components(separatedBy: "\n```")[0] }
        return blocks.filter { !$0.hasPrefix("// swift-tools-version") }.flatMap { block in
            TutorialTests.lines(of: block).split(separator: "// …").map(Array.init)
        }
    }
}
