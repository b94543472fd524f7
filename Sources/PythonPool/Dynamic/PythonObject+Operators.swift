// Python's operators. Comparisons are methods of Python's names: `==` and `<` in Swift promise a Bool at once.
extension PythonObject {
    /// `left + right`
    public static func + (left: PythonObject, right: Argument) -> PythonObject { left.apply("add", right) }
    /// `left + right`
    @_disfavoredOverload
    public static func + (left: Argument, right: PythonObject) -> PythonObject { right.reflected("add", left) }
    /// `left - right`
    public static func - (left: PythonObject, right: Argument) -> PythonObject { left.apply("sub", right) }
    /// `left - right`
    @_disfavoredOverload
    public static func - (left: Argument, right: PythonObject) -> PythonObject { right.reflected("sub", left) }
    /// `left * right`
    public static func * (left: PythonObject, right: Argument) -> PythonObject { left.apply("mul", right) }
    /// `left * right`
    @_disfavoredOverload
    public static func * (left: Argument, right: PythonObject) -> PythonObject { right.reflected("mul", left) }
    /// `left / right`
    public static func / (left: PythonObject, right: Argument) -> PythonObject { left.apply("truediv", right) }
    /// `left / right`
    @_disfavoredOverload
    public static func / (left: Argument, right: PythonObject) -> PythonObject { right.reflected("truediv", left) }
    /// `left % right`
    public static func % (left: PythonObject, right: Argument) -> PythonObject { left.apply("mod", right) }
    /// `left & right`
    public static func & (left: PythonObject, right: Argument) -> PythonObject { left.apply("and_", right) }
    /// `left | right`
    public static func | (left: PythonObject, right: Argument) -> PythonObject { left.apply("or_", right) }
    /// `left ^ right`
    public static func ^ (left: PythonObject, right: Argument) -> PythonObject { left.apply("xor", right) }
    /// `-operand`
    public static prefix func - (operand: PythonObject) -> PythonObject { operand.apply("neg") }
    /// `~operand`
    public static prefix func ~ (operand: PythonObject) -> PythonObject { operand.apply("invert") }

    /// `object ** exponent`
    public func power(_ exponent: Argument) -> PythonObject { apply("pow", exponent) }
    /// `object // divisor`
    public func floorDivided(by divisor: Argument) -> PythonObject { apply("floordiv", divisor) }
    /// `object @ other`
    public func matrixMultiplied(by other: Argument) -> PythonObject { apply("matmul", other) }
    /// `object == other`, which of an array is an array.
    public func equals(_ other: Argument) -> PythonObject { apply("eq", other) }
    /// `object != other`
    public func differs(from other: Argument) -> PythonObject { apply("ne", other) }
    /// `object < other`
    public func isLess(than other: Argument) -> PythonObject { apply("lt", other) }
    /// `object <= other`
    public func isLessOrEqual(to other: Argument) -> PythonObject { apply("le", other) }
    /// `object > other`
    public func isGreater(than other: Argument) -> PythonObject { apply("gt", other) }
    /// `object >= other`
    public func isGreaterOrEqual(to other: Argument) -> PythonObject { apply("ge", other) }
    /// `element in object`
    public func contains(_ element: Argument) -> PythonObject { apply("contains", element) }
    /// `len(object)`
    public var count: PythonObject { apply("len") }

    private func reflected(_ function: String, _ left: Argument) -> PythonObject {
        next(.init(.apply(function, [.init(left), .step(step)])))
    }
}
