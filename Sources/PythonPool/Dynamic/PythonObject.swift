public import Marshalling

/// A Python object, or the way to one. Nothing runs until its result is awaited, and then all of it runs in one round trip:
///
/// ```swift
/// let numbers: [Double] = try await python.numpy.linspace(0, 1, num: 5)
/// let total: Double = try await python.numpy.arange(10).reshape(2, 5).sum(axis: 0).max()
/// ```
///
/// ``PythonPool/python`` is where every way begins: its members are modules and built-in functions. Members are attributes, subscripts are
/// items, calls are calls, operators are operators. What the compiler takes a call for decides what comes back: a Swift value of a type that
/// is ``PythonDecodable``, a ``PythonValue`` where nothing says otherwise, or, without `await`, a `PythonObject` that goes on.
///
/// ``object()`` runs the way and keeps what it leads to in its worker, as a model is kept between calls; everything that starts there runs
/// in that worker, whatever the pool's strategy.
@dynamicMemberLookup
@dynamicCallable
public struct PythonObject: Sendable {
    /// What may be an argument, a key or an operand: `Int`, `Double`, `String`, `Bool`, arrays, dictionaries, ``PythonValue``, every
    /// ``PythonEncodable``, and a `PythonObject` itself (but not one inside an array).
    public typealias Argument = any PythonEncodable & Sendable

    let step: ExpressionStep
    let pool: PythonPool
    /// Where the steps of a batch are written down in order; nil outside of one.
    let recorder: BatchRecorder?

    init(_ step: ExpressionStep, _ pool: PythonPool, recorder: BatchRecorder? = nil) {
        self.step = step
        self.pool = pool
        self.recorder = recorder
    }

    /// The handle to the object; nil while this is only the way to one.
    public var reference: PythonReference? {
        if case .value(let value as PythonValue) = step.kind, case .reference(let reference) = value {
            reference
        } else {
            nil
        }
    }

    // MARK: The way

    /// An attribute.
    public subscript(dynamicMember name: String) -> PythonObject { next(step.attribute(name)) }

    /// An attribute whose name is no Swift name, or is only known when the program runs.
    public func attribute(_ name: String) -> PythonObject { next(step.attribute(name)) }

    /// An item: `object[key]`.
    public subscript(key: Argument) -> PythonObject { next(.init(.item(step, .init(key)))) }

    /// A slice: `object[start:end]`.
    public subscript(range: Range<Int>) -> PythonObject { slice(range.lowerBound, range.upperBound) }

    /// A slice: `object[start:]`.
    public subscript(range: PartialRangeFrom<Int>) -> PythonObject { slice(range.lowerBound, nil) }

    /// A slice: `object[:end]`.
    public subscript(range: PartialRangeUpTo<Int>) -> PythonObject { slice(nil, range.upperBound) }

    /// A slice: `object[start:end:step]`, each of which may be missing.
    public func slice(_ start: Int? = nil, _ end: Int? = nil, by stride: Int? = nil) -> PythonObject {
        let bounds = [start, end, stride].map { ExpressionStep.Operand($0.map(PythonValue.int) ?? .none) }
        return next(.init(.item(step, .step(.init(.apply("slice", bounds))))))
    }

    /// A call, which runs as a step of what is made of it.
    @discardableResult
    public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, Argument>) -> PythonObject {
        next(step.call(arguments))
    }

    /// A call that runs now and gives a value.
    ///
    /// - Throws: as ``value(deadline:)`` does.
    public func dynamicallyCall(
        withKeywordArguments arguments: KeyValuePairs<String, Argument>
    ) async throws -> PythonValue {
        try await next(step.call(arguments)).value()
    }

    /// A call that runs now and gives a value of a Swift type.
    ///
    /// - Throws: as ``decoded(as:deadline:)`` does.
    public func dynamicallyCall<Result: PythonDecodable>(
        withKeywordArguments arguments: KeyValuePairs<String, Argument>
    ) async throws -> Result {
        try await next(step.call(arguments)).decoded()
    }

    /// `isinstance(object, type)`.
    public func isInstance(of type: PythonObject) -> PythonObject { apply("isinstance", type) }

    /// The function of Python's `operator` or `builtins` of this name, applied to the object and further operands.
    @discardableResult
    public func apply(_ function: String, _ operands: Argument...) -> PythonObject {
        next(.init(.apply(function, [.step(step)] + operands.map { .init($0) })))
    }

    /// Sets an attribute, when it is run or as a statement of a ``PythonPool/batch(as:deadline:_:)``.
    @discardableResult
    public func set(_ attribute: String, to value: Argument) -> PythonObject {
        next(.init(.set(step, attribute, .init(value))))
    }

    /// Sets an item.
    @discardableResult
    public func setItem(_ key: Argument, to value: Argument) -> PythonObject {
        next(.init(.setItem(step, .init(key), .init(value))))
    }

    /// Deletes an attribute.
    @discardableResult
    public func delete(_ attribute: String) -> PythonObject { next(.init(.delete(step, attribute))) }

    /// Deletes an item.
    @discardableResult
    public func deleteItem(_ key: Argument) -> PythonObject { next(.init(.deleteItem(step, .init(key)))) }

    func next(_ step: ExpressionStep) -> PythonObject {
        if step.mayDoSomething { recorder?.record(step) }
        return PythonObject(step, pool, recorder: recorder)
    }
}

extension PythonObject: PythonEncodable {
    /// Throws: a way is no value. As an argument of a call, a key or an operand it is understood without this.
    public func encode(to encoder: inout WireEncoder) throws(WireError) {
        guard case .value(let value) = step.kind else {
            throw .noWireForm(type: "PythonObject inside another value: give it as an argument of its own", path: "")
        }
        try value.encode(to: &encoder)
    }
}
