import CPython
import CPythonShims

/// The containers that a walk has met and may meet again, with the number each has on the wire. It keeps them alive, so that no other object
/// takes the place of one in memory while the walk lasts.
@safe struct IdentityTable: ~Copyable {
    @safe struct Slot {
        var object: ObjectPointer?
        /// The number on the wire.
        var number = 0
        /// Where the prefix stands in the encoder.
        var place = 0
    }

    // Sound, throughout: `slots` points to `capacity` initialized slots, at least half of them empty, or capacity is 0. The lock is held.
    private var slots: UnsafeMutablePointer<Slot>?
    private var capacity = 0
    private var count = 0

    init() { unsafe slots = nil }

    deinit {
        for index in 0..<capacity {
            if let object = unsafe slots?[index].object { unsafe cpython_decref(object) }
        }
        unsafe slots?.deallocate()
    }

    /// The number and place of an object; nil when it has none yet.
    func find(_ object: ObjectPointer) -> (number: Int, place: Int)? {
        guard count > 0, let slots = unsafe slots else { return nil }
        let slot = unsafe slots[Self.index(of: object, in: slots, capacity)]
        return unsafe slot.object == nil ? nil : (slot.number, slot.place)
    }

    /// Adds an object that is not there.
    mutating func add(_ object: ObjectPointer, number: Int, place: Int) {
        if (count + 1) * 2 > capacity { grow() }
        guard let slots = unsafe slots else { return }
        unsafe cpython_incref(object)
        unsafe slots[Self.index(of: object, in: slots, capacity)] = unsafe Slot(
            object: object, number: number, place: place)
        count += 1
    }

    /// Where the object is, or belongs.
    private static func index(of object: ObjectPointer, in slots: UnsafeMutablePointer<Slot>, _ capacity: Int) -> Int {
        // Objects lie 16 bytes apart; the multiplication spreads the rest over the upper bits.
        let hash = UInt64(UInt(bitPattern: object) >> 4) &* 0x9E37_79B9_7F4A_7C15
        var index = Int(truncatingIfNeeded: hash >> 32) & (capacity - 1)
        while let other = unsafe slots[index].object, unsafe other != object { index = (index + 1) & (capacity - 1) }
        return index
    }

    private mutating func grow() {
        let larger = max(capacity * 2, 16)
        let fresh = UnsafeMutablePointer<Slot>.allocate(capacity: larger)
        unsafe fresh.initialize(repeating: Slot(), count: larger)
        for index in 0..<capacity {
            if let slot = unsafe slots?[index], let object = unsafe slot.object {
                unsafe fresh[Self.index(of: object, in: fresh, larger)] = slot
            }
        }
        unsafe slots?.deallocate()
        unsafe slots = unsafe fresh
        capacity = larger
    }
}
