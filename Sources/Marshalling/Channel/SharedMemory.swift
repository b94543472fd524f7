import CLinux

/// A sealed block of memory that two processes see, and the descriptor that carries it over.
@safe package struct SharedMemory: ~Copyable, @unchecked Sendable {
    // Sound to send: the mapping is fixed for the value's life, and who shares it orders accesses by the atomics on it.
    package let base: UnsafeMutableRawPointer
    package let size: Int
    package let descriptor: Int32

    /// Makes a block of zeros that can neither shrink nor grow.
    package init(creating size: Int, name: String) throws(ChannelError) {
        let descriptor = unsafe clinux_sealed_memfd(name, UInt64(size))
        guard descriptor >= 0 else {
            throw ChannelError("memfd_create of \(size) bytes: \(linuxError(descriptor))", isPeersFault: false)
        }
        try self.init(mapping: descriptor, size: size)
    }

    /// Maps a block that somebody else made; it must be sealed, and of at least `minimumSize` bytes. Owns the descriptor from now on.
    package init(
        adopting descriptor: Int32, minimumSize: Int, maximumSize: Int = WireLimit.frame * 2
    ) throws(ChannelError) {
        let size = clinux_sealed_size(descriptor)
        guard size >= Int64(minimumSize), size <= Int64(maximumSize) else {
            _ = clinux_close(descriptor)
            throw ChannelError(
                "shared memory is not sealed, or of a wrong size (\(size), at least \(minimumSize) expected)")
        }
        try self.init(mapping: descriptor, size: Int(size))
    }

    private init(mapping descriptor: Int32, size: Int) throws(ChannelError) {
        var error: Int32 = 0
        guard let base = unsafe clinux_map_shared(descriptor, UInt64(size), &error) else {
            _ = clinux_close(descriptor)
            throw ChannelError("mmap of \(size) bytes: \(linuxError(error))", isPeersFault: false)
        }
        unsafe self.base = base
        self.size = size
        self.descriptor = descriptor
    }

    /// What tells a block from all others that are open.
    struct FileIdentity: Hashable, Sendable {
        private var device: UInt64 = 0
        private var inode: UInt64 = 0

        /// Nil for what is no open file.
        init?(_ descriptor: Int32) {
            guard unsafe clinux_file_identity(descriptor, &device, &inode) == 0 else { return nil }
        }
    }

    var file: FileIdentity? { FileIdentity(descriptor) }

    deinit {
        // Sound: nobody holds a pointer into the block longer than the value itself.
        unsafe clinux_unmap(base, UInt64(size))
        _ = clinux_close(descriptor)
    }
}

/// A pair of connected sockets that carry packets and descriptors.
package func socketPair() throws(ChannelError) -> (Int32, Int32) {
    var pair: (Int32, Int32) = (-1, -1)
    let made = unsafe withUnsafeMutableBytes(of: &pair) {
        // Sound: the tuple is two 32-bit integers, one after the other.
        unsafe clinux_socketpair($0.bindMemory(to: Int32.self).baseAddress!)
    }
    guard made == 0 else { throw ChannelError("socketpair: \(linuxError(made))", isPeersFault: false) }
    return pair
}

/// The kernel's words for an error number.
package func linuxError(_ number: Int32) -> String { unsafe String(cString: clinux_strerror(number)) }
