public import Marshalling
public import Programs
public import Signatures

extension Platform {
    /// An agent that calls Swift tools until it has what the outputs need.
    ///
    /// ```swift
    /// let weather = try Tool("get_weather", "The weather in a city.", parameters: "city") { (city: String) in … }
    /// let agent = try platform.reAct(try Signature("question -> answer"), tools: [weather])
    /// ```
    ///
    /// - Throws: `SignatureError` when the signature has a field that the agent needs itself.
    public func reAct(
        _ signature: Signature, tools: [Tool], maximumSteps: Int = 20
    ) throws(SignatureError) -> ReAct {
        try ReAct(signature, tools: tools, maximumSteps: maximumSteps, on: runtime)
    }

    /// A program that runs a module again, with advice, until its answer is good enough. `BestOfN`, which gives no advice,
    /// is made without a platform.
    public func refine(
        _ module: any Module, attempts: Int, threshold: Double?, programDescription: String? = nil,
        rewardDescription: String? = nil,
        reward: @escaping @Sendable (_ inputs: PythonDictionary, _ prediction: Prediction) async throws -> Double
    ) -> Refine {
        Refine(
            module, attempts: attempts, threshold: threshold, on: runtime, programDescription: programDescription,
            rewardDescription: rewardDescription, reward: reward)
    }

    /// A program that answers in the light of several attempts.
    ///
    /// - Throws: `SignatureError` when the signature has a field that the program needs itself.
    public func multiChainComparison(
        _ signature: Signature, attempts: Int = 3
    ) throws(SignatureError) -> MultiChainComparison {
        try MultiChainComparison(signature, attempts: attempts, on: runtime)
    }
}
