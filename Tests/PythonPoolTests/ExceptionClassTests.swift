import Marshalling
import Testing

@testable import PythonPool

/// Exceptions are told apart by their base classes.
@Suite struct ExceptionClassTests {
    private func raised(_ kind: String) async throws -> PythonException {
        try await withFixturePool(preload: ["shop"]) { (python: PythonPool) async throws in
            let error = await poolError { _ = try await python.call("shop.fail", [.string(kind)]) }
            guard case .raised(let exception) = error else { throw error ?? PythonPoolError.closed(pool: "none") }
            return exception
        }
    }

    @Test(arguments: [
        ("os", ["FileNotFoundError", "OSError", "Exception", "BaseException"]),
        (
            "cash",
            [
                "shop.CashError", "ConnectionRefusedError", "ConnectionError", "OSError", "LookupError", "Exception",
                "BaseException",
            ]
        ),
        ("exit", ["SystemExit", "BaseException"]),
    ])
    func `An exception knows its classes in Python's order`(_ kind: String, _ classes: [String]) async throws {
        let exception = try await raised(kind)
        #expect(exception.classes == classes && exception.type == classes[0])
        for name in classes { #expect(exception.isInstance(of: name)) }
        #expect(exception.isInstance(of: "builtins.BaseException"))
        #expect(!exception.isInstance(of: "object") && !exception.isInstance(of: "KeyError"))
        #expect(!exception.isInstance(of: "CashError") && !exception.isInstance(of: ""))
        #expect(exception.isInstance(of: "builtins.OSError") == classes.contains("OSError"))
    }

    @Test(arguments: [("liar", "KeyError"), ("knot", "ValueError"), ("deep", "ArithmeticError")])
    func `Classes that lie about themselves, or are hundreds, do not hide the others`(
        _ kind: String, _ base: String
    ) async throws {
        let exception = try await raised(kind)
        #expect(exception.classes.count <= 64)
        #expect(exception.classes.first == exception.type)
        #expect(exception.isInstance(of: base) == (kind != "deep"), "what is beyond the limit is not known")
    }

    @Test(
        arguments: [
            [:], ["classes": 7], ["classes": ["OSError", 7, PythonValue.none]], ["type": 5, "classes": [[]]],
            ["type": "E", "classes": []], ["hook": 7, "type": "E"],
        ] as [PythonDictionary])
    func `A failure whose classes are no such list is still an exception`(_ payload: PythonDictionary) throws {
        let bytes = try PythonValue.dict(payload).wireForm()
        var caught: (any Error)?
        do { _ = try PythonPool.result(of: .failure(bytes, worker: 3), target: "m.f") } catch { caught = error }
        guard case .raised(let exception) = caught as? PythonPoolError else {
            return #expect(Bool(false), "\(String(describing: caught))")
        }
        #expect(!exception.classes.isEmpty)
        #expect(exception.isInstance(of: "OSError") == (exception.classes == ["OSError"]))
    }
}
