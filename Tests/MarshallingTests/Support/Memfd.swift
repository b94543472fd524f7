import Glibc
import Testing

/// Memory that can be passed, sealed as asked for.
func memfd(size: Int, seals: Int32 = Seal.shrink | Seal.grow) throws -> Int32 {
    let create = try #require(Seal.createMemory)
    let descriptor = create("test", 3)
    try #require(descriptor >= 0 && ftruncate(descriptor, size) == 0 && fcntl(descriptor, Seal.add, seals) == 0)
    return descriptor
}

/// What the C library shows to GNU sources only, which a Swift file is not.
enum Seal {
    static let add: Int32 = 1033
    static let seal: Int32 = 1
    static let shrink: Int32 = 2
    static let grow: Int32 = 4
    static let write: Int32 = 8

    /// `memfd_create`; flag 1 closes it on exec, flag 2 lets it be sealed.
    static let createMemory: (@convention(c) (UnsafePointer<CChar>, UInt32) -> Int32)? = unsafeBitCast(
        dlsym(nil, "memfd_create"), to: (@convention(c) (UnsafePointer<CChar>, UInt32) -> Int32)?.self)
}
