/// One of DSPy's optimisers, by its name, and what it is made with: `BootstrapFewShot`, `MIPROv2`, `GEPA`, `SIMBA`, `COPRO` …
///
/// ```swift
/// let optimiser = Optimiser("BootstrapFewShot", arguments: ["max_bootstrapped_demos": 4])
/// ```
///
/// Data, metric, model and number of threads are given to whatever has a parameter for them.
public struct Optimiser: Sendable {
    /// The class: `dspy.MIPROv2`.
    public var path: String
    /// Arguments of its constructor, by name.
    public var arguments: [String: PythonArgument]
    /// Arguments of its `compile`, by name.
    public var compileArguments: [String: PythonArgument]
    /// Whether the program is evaluated before and after, on the validation data, or else the training data. Default true.
    public var measures: Bool

    /// Describes an optimiser.
    ///
    /// - Parameter name: What DSPy exports, or a path with its module.
    public init(
        _ name: String, arguments: [String: PythonArgument] = [:], compileArguments: [String: PythonArgument] = [:],
        measures: Bool = true
    ) {
        path = name.contains(".") ? name : "dspy." + name
        self.arguments = arguments
        self.compileArguments = compileArguments
        self.measures = measures
    }
}
