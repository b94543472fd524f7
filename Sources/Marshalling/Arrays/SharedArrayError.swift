/// Why an array could not be made, read or written.
public enum SharedArrayError: Error, Sendable, Hashable {
    /// The array holds other elements than were asked for.
    case elementMismatch(expected: DType, found: DType)
    /// The number of elements is not what the shape makes; or a length is negative, or the whole is larger than memory can be.
    case shapeMismatch(shape: [Int], elements: Int)
    /// The elements do not lie one after the other in Swift's order, or not where their type may lie. ``SharedArray/contiguous()`` copies
    /// them so that they do.
    case notContiguous(shape: [Int], strides: [Int])
    /// An index is not in the shape, or there are too few or too many.
    case indexOutOfRange(index: [Int], shape: [Int])
    /// Somebody writes the array, or reads it while it was to be written.
    case inUse(by: Holder)
    /// The kernel refused memory or a descriptor.
    case system(problem: String, remedy: String)

    /// Who holds an array.
    public enum Holder: Sendable, Hashable {
        /// Python code has a view that it may write through. It lets go when its last view of the array is gone.
        case python
        /// Swift code lent the elements for reading and is not back yet.
        case swiftReading
        /// Swift code lent the elements for writing and is not back yet.
        case swiftWriting
    }
}

extension SharedArrayError: CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String {
        switch self {
        case .elementMismatch(let expected, let found):
            "the array holds \(found), not \(expected): ask for the type that it holds, or convert it in Python with astype"
        case .shapeMismatch(let shape, let elements):
            "\(elements) elements do not make an array of the shape \(shape)"
        case .notContiguous(let shape, let strides):
            "the elements do not lie one after the other (shape \(shape), strides \(strides)): read a copy, contiguous()"
        case .indexOutOfRange(let index, let shape): "there is no element \(index) in an array of the shape \(shape)"
        case .inUse(.python):
            "Python code holds a view of the array through which it may write: return the array, or a copy, and keep no view in Python"
        case .inUse(.swiftReading): "the array is being read: write it after withSpan has returned"
        case .inUse(.swiftWriting): "the array is being written: use it after withMutableSpan has returned"
        case .system(let problem, let remedy): "\(problem): \(remedy)"
        }
    }
}
