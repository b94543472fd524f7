import FuzzDriver

@testable import Marshalling

extension FuzzTarget {
    /// Any bytes as a packet between host and zygote, and as the report of a failed start. What is read survives writing and reading.
    static let zygote = FuzzTarget("zygote") { input in
        let bytes = unsafe Array(input)
        _ = StartFailure(bytes)
        guard let value = try? PythonValue(wireForm: bytes), let message = ZygoteMessage(value) else { return }
        // A report may hold a NaN, which is not equal to itself.
        if case .started = message { return }
        require(ZygoteMessage(message.value) == message, "a message survives writing and reading")
    }
}
