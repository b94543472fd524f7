public import Marshalling

/// What an agent thought, did and saw, step by step.
public struct Trajectory: Sendable, Hashable {
    /// One turn: a thought, a call of a tool, and what came of it.
    public struct Step: Sendable, Hashable {
        /// The number of the turn, from 0. The first ones are missing when the model's context had no place for them.
        public var index: Int
        /// Why the model calls the tool.
        public var thought: String
        /// The tool.
        public var tool: String
        /// What it was called with.
        public var arguments: PythonDictionary
        /// What the tool gave, or how it failed.
        public var observation: PythonValue

        /// Makes a step.
        public init(index: Int, thought: String, tool: String, arguments: PythonDictionary, observation: PythonValue) {
            self.index = index
            self.thought = thought
            self.tool = tool
            self.arguments = arguments
            self.observation = observation
        }
    }

    /// The steps, the oldest first.
    public var steps: [Step]

    /// Makes a trajectory. Default: no steps.
    public init(_ steps: [Step] = []) { self.steps = steps }

    /// `{"thought_0": …, "tool_name_0": …, "tool_args_0": …, "observation_0": …}`, as DSPy has it.
    public var dictionary: PythonDictionary {
        PythonDictionary(
            steps.flatMap { step -> [PythonDictionary.Entry] in
                [
                    .init(key: "thought_\(step.index)", value: .string(step.thought)),
                    .init(key: "tool_name_\(step.index)", value: .string(step.tool)),
                    .init(key: "tool_args_\(step.index)", value: .dict(step.arguments)),
                    .init(key: "observation_\(step.index)", value: step.observation),
                ]
            })
    }
}
