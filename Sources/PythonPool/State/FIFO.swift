/// A queue whose both ends cost the same however long it is.
struct FIFO<Element: Sendable & Equatable>: Sendable, Equatable {
    private var elements: [Element] = []
    /// Elements at the start of the array that have been taken.
    private var taken = 0

    static func == (left: Self, right: Self) -> Bool { left.elements[left.taken...] == right.elements[right.taken...] }

    var isEmpty: Bool { taken == elements.count }
    var count: Int { elements.count - taken }
    var first: Element? { isEmpty ? nil : elements[taken] }
    var last: Element? { isEmpty ? nil : elements.last }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func prepend(_ element: Element) {
        if taken == 0 { return elements.insert(element, at: 0) }
        taken -= 1
        elements[taken] = element
    }

    @discardableResult
    mutating func popFirst() -> Element? {
        guard let first else { return nil }
        taken += 1
        // Each element is moved once at most on average.
        if taken * 2 >= elements.count, taken > 16 || taken == elements.count {
            elements.removeFirst(taken)
            taken = 0
        }
        return first
    }

    @discardableResult
    mutating func popLast() -> Element? { isEmpty ? nil : elements.removeLast() }

    mutating func removeAll(where isUnwanted: (Element) -> Bool) {
        elements.removeFirst(taken)
        taken = 0
        elements.removeAll(where: isUnwanted)
    }

    /// What is in it, first to last.
    var all: [Element] { Array(elements[taken...]) }
}
