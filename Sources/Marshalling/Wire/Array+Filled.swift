extension Array {
    /// Makes an array in memory that is written once.
    ///
    /// No elements are the one empty array that all threads share: the standard library's own initialiser writes the count into that, too,
    /// which the thread sanitizer sees as a race.
    ///
    /// - Parameter fill: initializes `count` elements, of which there is one at least.
    init(count: Int, filledBy fill: (UnsafeMutablePointer<Element>) -> Void) {
        guard count > 0 else {
            self = []
            return
        }
        unsafe self.init(unsafeUninitializedCapacity: count) { buffer, filled in
            if let start = buffer.baseAddress { unsafe fill(start) }
            filled = count
        }
    }
}
