/// Lends texts to C as an array of strings that ends with NULL.
package func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let copies = unsafe strings.map { text -> UnsafeMutablePointer<CChar>? in
        let bytes = Array(text.utf8CString)
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        unsafe copy.initialize(from: bytes, count: bytes.count)
        return unsafe copy
    }
    // Sound: the copies live until the call has returned.
    defer { unsafe copies.forEach { unsafe $0?.deallocate() } }
    return unsafe (copies + [nil]).withUnsafeBufferPointer { unsafe body($0.baseAddress!) }
}
