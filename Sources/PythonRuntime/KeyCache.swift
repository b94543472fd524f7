import CPython
import CPythonShims

/// The strings that are `dict` keys again and again, interned and kept. Guarded by the interpreter lock.
enum KeyCache {
    /// Longer keys are made anew.
    static let longest = 48
    private static let slots = 512

    // Sound: only touched under the interpreter lock; each filled slot owns one reference for the life of the process.
    nonisolated(unsafe) private static let table: UnsafeMutablePointer<ObjectPointer?> = {
        let table = UnsafeMutablePointer<ObjectPointer?>.allocate(capacity: slots)
        unsafe table.initialize(repeating: nil, count: slots)
        return unsafe table
    }()

    /// A new reference to the string of these bytes; nil with an exception set when they are no UTF-8.
    static func key(_ bytes: UnsafePointer<CChar>, _ count: Int) -> ObjectPointer? {
        var hash = UInt64(count) &* 0x9E37_79B9_7F4A_7C15
        let raw = unsafe UnsafeRawPointer(bytes)
        // Sound: the last read of four or eight bytes ends at `count`, as it starts that far before the end.
        if count >= 8 {
            hash ^= unsafe raw.loadUnaligned(as: UInt64.self) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= unsafe raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self) &* 0xC4CE_B9FE_1A85_EC53
        } else if count >= 4 {
            hash ^= UInt64(unsafe raw.loadUnaligned(as: UInt32.self)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^=
                UInt64(unsafe raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)) &* 0xC4CE_B9FE_1A85_EC53
        } else {
            for index in 0..<count {
                hash = (hash ^ UInt64(UInt8(bitPattern: unsafe bytes[index]))) &* 0x0100_0000_01B3
            }
        }
        let slot = Int((hash >> 32) & UInt64(slots - 1))
        if let known = unsafe table[slot], unsafe cpython_str_equals(known, bytes, count) {
            unsafe cpython_incref(known)
            return unsafe known
        }
        var fresh = unsafe cpython_make_str(bytes, count)
        guard unsafe fresh != nil else { return nil }
        unsafe PyUnicode_InternInPlace(&fresh)
        unsafe cpython_incref(fresh)
        if let old = unsafe table[slot] { unsafe cpython_decref(old) }
        unsafe table[slot] = fresh
        return unsafe fresh
    }
}
