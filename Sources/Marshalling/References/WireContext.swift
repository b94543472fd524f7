/// What gives meaning to the parts of a frame that are no values: it knows the worker from which the frame came.
@usableFromInline package protocol WireContext: AnyObject, Sendable {
    /// The handle to an object that the worker has pinned once for this place in the frame.
    func reference(id: UInt64, typeName: String) -> PythonReference
}
