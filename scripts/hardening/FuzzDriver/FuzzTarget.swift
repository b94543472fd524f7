import Glibc

/// One thing that reads untrusted bytes, and what must hold whatever they are.
///
/// An input that is refused with an error is fine. What must not happen: a crash, a trap, a hang, memory out of proportion, a broken promise
/// (checked with ``require(_:_:)``).
public struct FuzzTarget: Sendable {
    let name: String
    let body: @Sendable (UnsafeRawBufferPointer) -> Void

    /// Makes a target; `body` reads one input.
    public init(_ name: String, _ body: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
        self.name = name
        self.body = body
    }

    /// Runs libFuzzer, with this process's arguments, over the target that the environment variable `DSPEX_FUZZ` names.
    ///
    /// It is no argument because libFuzzer, to merge corpora, starts this executable anew with arguments of its own.
    public static func run(_ targets: [FuzzTarget]) -> Never {
        let name = unsafe getenv("DSPEX_FUZZ").map { unsafe String(cString: $0) }
        guard let target = targets.first(where: { $0.name == name }) else {
            print("usage: DSPEX_FUZZ=\(targets.map(\.name).joined(separator: "|")) dspex-fuzz [options of libFuzzer]")
            exit(2)
        }
        unsafe current = target.body
        exit(unsafe start(CommandLine.argc, CommandLine.unsafeArgv))
    }

    private static func start(_ count: Int32, _ arguments: Arguments) -> Int32 {
        var count = count
        var arguments = unsafe Optional(arguments)
        return unsafe libFuzzer(&count, &arguments, runOne)
    }
}

private typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

// Sound: set once, before the only thread calls it.
nonisolated(unsafe) private var current: @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }

private func runOne(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    unsafe current(UnsafeRawBufferPointer(start: bytes, count: count))
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func libFuzzer(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<Arguments?>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// Ends the process, for the fuzzer to see, unless a promise holds.
public func require(_ holds: Bool, _ promise: @autoclosure () -> String) {
    if !holds { fatalError("broken promise: \(promise())") }
}
