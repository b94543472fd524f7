import Logging
import Marshalling
import PythonPool
import Testing

/// Swift types that stand for Python classes, declared in the pool's configuration; and the classes of exceptions.
@Suite struct ConverterTests {
    private struct Money: PythonValueConvertible, PythonCodable {
        static let python = PythonClass(name: "shop.Money", path: "shop.Money", fields: ["cents", "currency"])
        var cents: Int
        var currency: String

        init(cents: Int, currency: String) { (self.cents, self.currency) = (cents, currency) }

        init?(_ value: PythonValue) {
            guard let fields = Self.python.fields(of: value), let cents = fields["cents"]?.int,
                let currency = fields["currency"]?.string
            else { return nil }
            self.init(cents: cents, currency: currency)
        }

        var pythonValue: PythonValue { Self.python.value(["cents": .int(cents), "currency": .string(currency)]) }
    }

    private func withShop<Result>(
        _ converters: [PythonClass] = [
            Money.python, PythonClass(name: "nothing", path: "shop.Nothing", fields: []),
        ], size: Int = 1, _ body: (PythonPool) async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return try await withPythonPool(
            .init(name: "shop", size: size, modulePaths: [fixtures, pysrc], converters: converters), logger: logger,
            body)
    }

    @Test func `Objects of a declared class go both ways, as values and typed`() async throws {
        try await withShop { (python: PythonPool) async throws in
            let price = try await python.call("shop.price")
            #expect(Money(price) == Money(cents: 250, currency: "CHF"))
            let sum = try await python.call("shop.add", [price, Money(cents: 50, currency: "CHF").pythonValue])
            #expect(Money(sum)?.cents == 300)
            let typed = try await python.call(
                "shop.add", Money(cents: 1, currency: "EUR"), Money(cents: 2, currency: "EUR"), as: Money.self)
            #expect(typed == Money(cents: 3, currency: "EUR"))
            let basket = try await python.call("shop.basket", [100])
            #expect(basket["items"]?.elements?.compactMap { Money($0)?.cents } == Array(0..<100))
            #expect(basket["nothing"] == .extended(name: "nothing", payload: [:] as PythonValue))
        }
    }

    @Test func `Workers that are started later know the class as well`() async throws {
        try await withShop(size: 2) { (python: PythonPool) async throws in
            try await python.start()
            for _ in 0..<2 {
                for worker in python.statistics.workers {
                    let price = try await python.call("shop.price", options: .init(worker: worker.pid))
                    #expect(Money(price)?.cents == 250)
                }
                try await python.rollingRestart()
            }
            _ = await poolError { _ = try await python.call("os.abort") }
            #expect(Money(try await python.call("shop.price")) != nil)
        }
    }

    @Test func `A value that is none of the type is named, with what it is`() async throws {
        try await withShop { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("builtins.int", as: Money.self) }
            #expect(error == .wireForm(.mismatch(path: "", expected: "Money", found: "int")))
            let nested = await poolError { _ = try await python.call("shop.basket", 1, as: [String: [Money]].self) }
            guard case .wireForm(.mismatch) = nested else {
                return #expect(Bool(false), "\(String(describing: nested))")
            }
        }
    }

    @Test func `A payload that the class does not take is its error`() async throws {
        try await withShop { (python: PythonPool) async throws in
            let error = await poolError {
                _ = try await python.call("builtins.repr", [Money.python.value(["cents": 1])])
            }
            #expect("\(String(describing: error))".contains("currency"))
            #expect(Money(try await python.call("shop.price")) != nil)
        }
    }

    @Test(arguments: [
        ("nowhere.Money", "No module named 'nowhere'"), ("shop.Missing", "Missing"), ("shop.price", "no class"),
        ("Money", "module.Class"),
    ])
    func `A class that does not exist stops the start with its name`(_ path: String, _ text: String) async throws {
        let error = await poolError {
            try await withShop([PythonClass(name: "money", path: path, fields: [])]) {
                (python: PythonPool) async throws in
                try await python.start()
            }
        }
        guard case .environment(let problem, let remedy) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(problem.contains(path) && problem.contains(text) && problem.contains("'money'"))
        #expect(remedy.contains("module.Class"))
    }
}
