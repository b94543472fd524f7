/// What has come by already. The few that a signature usually has are compared one by one, which is faster than to hash them; from
/// then on a set keeps a hostile signature cheap.
struct Seen<Element: Hashable> {
    private static var few: Int { 12 }

    private var first: [Element] = []
    private var rest: Set<Element> = []

    var count: Int { first.count + rest.count }

    /// Takes one; false when it has come by before.
    mutating func insert(_ element: Element) -> Bool {
        if first.contains(element) { return false }
        guard first.count == Self.few else {
            if first.isEmpty { first.reserveCapacity(Self.few) }
            first.append(element)
            return true
        }
        return rest.insert(element).inserted
    }
}
