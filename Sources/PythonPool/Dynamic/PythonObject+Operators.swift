// Python's operators. Comparisons are methods, as `isLess(than:)`: `==` and `<` in Swift promise a Bool at once.
extension PythonObject {
    /// `left + right`
    public static func + (left: PythonObject, right: Argument) -> PythonObject { left.applying("add", right) }
    /// `left + right`
    @_disfavoredOverload
    public static func + (left: Argument, right: PythonObject) -> PythonObject { right.reflected("add", left) }
    /// `left - right`
    public static func - (left: PythonObject, right: Argument) -> PythonObject { left.applying("sub", right) }
    /// `left - right`
    @_disfavoredOverload
    public static func - (left: Argument, right: PythonObject) -> PythonObject { right.reflected("sub", left) }
    /// `left * right`
    public static func * (left: PythonObject, right: Argument) -> PythonObject { left.applying("mul", right) }
    /// `left * right`
    @_disfavoredOverload
    public static func * (left: Argument, right: PythonObject) -> PythonObject { right.reflected("mul", left) }
    /// `left / right`
    public static func / (left: PythonObject, right: Argument) -> PythonObject { left.applying("truediv", right) }
    /// `left / right`
    @_disfavoredOverload
    public static func / (left: Argument, right: PythonObject) -> PythonObject { right.reflected("truediv", left) }
    /// `left % right`
    public static func % (left: PythonObject, right: Argument) -> PythonObject { left.applying("mod", right) }
    /// `left % right`
    @_disfavoredOverload
    public static func % (left: Argument, right: PythonObject) -> PythonObject { right.reflected("mod", left) }
    /// `left & right`
    public static func & (left: PythonObject, right: Argument) -> PythonObject { left.applying("and_", right) }
    /// `left & right`
    @_disfavoredOverload
    public static func & (left: Argument, right: PythonObject) -> PythonObject { right.reflected("and_", left) }
    /// `left | right`
    public static func | (left: PythonObject, right: Argument) -> PythonObject { left.applying("or_", right) }
    /// `left | right`
    @_disfavoredOverload
    public static func | (left: Argument, right: PythonObject) -> PythonObject { right.reflected("or_", left) }
    /// `left ^ right`
    public static func ^ (left: PythonObject, right: Argument) -> PythonObject { left.applying("xor", right) }
    /// `left ^ right`
    @_disfavoredOverload
    public static func ^ (left: Argument, right: PythonObject) -> PythonObject { right.reflected("xor", left) }
    /// `left << right`
    public static func << (left: PythonObject, right: Argument) -> PythonObject { left.applying("lshift", right) }
    /// `left << right`
    @_disfavoredOverload
    public static func << (left: Argument, right: PythonObject) -> PythonObject { right.reflected("lshift", left) }
    /// `left >> right`
    public static func >> (left: PythonObject, right: Argument) -> PythonObject { left.applying("rshift", right) }
    /// `left >> right`
    @_disfavoredOverload
    public static func >> (left: Argument, right: PythonObject) -> PythonObject { right.reflected("rshift", left) }
    /// `-operand`
    public static prefix func - (operand: PythonObject) -> PythonObject { operand.applying("neg") }
    /// `~operand`
    public static prefix func ~ (operand: PythonObject) -> PythonObject { operand.applying("invert") }

    /// `object ** exponent`
    public func raised(to exponent: Argument) -> PythonObject { applying("pow", exponent) }
    /// `object // divisor`
    public func floorDivided(by divisor: Argument) -> PythonObject { applying("floordiv", divisor) }
    /// `object @ other`
    public func matrixMultiplied(by other: Argument) -> PythonObject { applying("matmul", other) }
    /// `object == other`, which of an array is an array.
    public func isEqual(to other: Argument) -> PythonObject { applying("eq", other) }
    /// `object != other`
    public func isNotEqual(to other: Argument) -> PythonObject { applying("ne", other) }
    /// `object < other`
    public func isLess(than other: Argument) -> PythonObject { applying("lt", other) }
    /// `object <= other`
    public func isLessOrEqual(to other: Argument) -> PythonObject { applying("le", other) }
    /// `object > other`
    public func isGreater(than other: Argument) -> PythonObject { applying("gt", other) }
    /// `object >= other`
    public func isGreaterOrEqual(to other: Argument) -> PythonObject { applying("ge", other) }

    private func reflected(_ function: String, _ left: Argument) -> PythonObject {
        next(.init(.apply(function, [.init(left), .step(step)])))
    }
}
