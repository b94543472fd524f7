/// What a call wants its result to be. It is the fourth value of a call, left out for ``values``.
package enum ResultForm: Int, Sendable, Hashable {
    /// Values; what has no value form is a reference.
    case values = 0
    /// Values; what has no value form is an error.
    case strict = 1
    /// A reference to the result itself, whatever it is.
    case reference = 2
}
