/// What the command ends with.
enum Status: Int32 {
    /// Fine.
    case success = 0
    /// The program failed, or answered something else than expected.
    case failed = 1
    /// The arguments make no sense.
    case usage = 2
    /// Something is missing on this machine.
    case environment = 3
}
