/// Which of the calls that wait goes first.
///
/// A higher priority goes before a lower one, but of nine calls that leave the queue while lower ones wait one is of those, so that none
/// waits for ever.
public enum CallPriority: Int, Sendable, Hashable, CaseIterable, Comparable {
    /// Work that nobody watches.
    case low
    /// What calls have that say nothing.
    case normal
    /// Somebody waits for it.
    case high

    /// Whether the left one goes after the right one.
    public static func < (left: CallPriority, right: CallPriority) -> Bool { left.rawValue < right.rawValue }
}
