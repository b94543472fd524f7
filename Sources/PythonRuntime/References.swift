import CPython
import CPythonShims

/// The objects that the host holds references to. Guarded by the interpreter lock.
package enum References {
    @safe private struct Entry {
        /// Owned.
        var object: ObjectPointer
        /// How many references on the wire lead here.
        var count: Int
    }

    // Sound, all three: only touched under the interpreter lock.
    nonisolated(unsafe) private static var entries: [UInt64: Entry] = [:]
    nonisolated(unsafe) private static var ids: [ObjectPointer: UInt64] = unsafe [:]
    nonisolated(unsafe) private static var last: UInt64 = 0

    /// How many objects are pinned.
    package static var count: Int { unsafe entries.count }

    /// Keeps an object until its number has been released as often as it was pinned. An object that is pinned keeps its number.
    package static func pin(_ object: ObjectPointer) -> UInt64 {
        if let id = unsafe ids[object] {
            unsafe entries[id]?.count += 1
            return id
        }
        unsafe last += 1
        unsafe cpython_incref(object)
        unsafe entries[last] = unsafe Entry(object: object, count: 1)
        unsafe ids[object] = unsafe last
        return unsafe last
    }

    /// The object of a number, borrowed; nil when it is not, or not any more, pinned.
    package static func object(_ id: UInt64) -> ObjectPointer? { unsafe entries[id]?.object }

    /// Takes back one pin for each number given; numbers that are unknown are passed over. May run Python code, as objects may end here.
    package static func release(_ released: some Sequence<UInt64>) {
        for id in released {
            guard var entry = unsafe entries[id] else { continue }
            entry.count -= 1
            guard entry.count == 0 else {
                unsafe entries[id] = entry
                continue
            }
            unsafe entries[id] = nil
            unsafe ids[entry.object] = nil
            unsafe cpython_decref(entry.object)
        }
    }
}
