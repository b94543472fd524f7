/// How near a value was to the type that took it; what pydantic's unions choose their member by.
enum Exactness: Comparable {
    /// The value was turned into another one, as a text into a number.
    case lax
    /// The value is one that the type takes without turning it into something else, as an `int` for a `float`.
    case strict
    /// The value is of the type.
    case exact
}
