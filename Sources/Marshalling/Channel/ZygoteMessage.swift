import CLinux

/// What host and zygote say to each other over the one socket that the zygote inherits: a packet is one message in the wire form, with
/// the descriptors that go with it.
package enum ZygoteMessage: Sendable, Hashable {
    /// Host: start the interpreter of this virtual environment and import these modules.
    case start(executable: String, paths: [String], preload: [String])
    /// Zygote: ready to fork. What was started, as `dspex_worker.zygote.prepare` reports it.
    case started(PythonDictionary)
    /// Zygote: the interpreter could not be started; it leaves. Type, message and traceback as Python gave them.
    case startFailed(type: String, message: String, traceback: String)
    /// Host: fork a worker. Comes with the descriptors of ``WorkerDescriptors``.
    case fork(generation: Int, settings: WorkerSettings)
    /// Zygote: forked. Comes with the pidfd.
    case forked(generation: Int, pid: Int32)
    /// Zygote: the fork failed.
    case forkFailed(generation: Int, reason: String)
    /// Zygote: a worker has ended with this wait status.
    case exited(generation: Int, pid: Int32, status: Int32)

    /// The version of frames, messages and layout; host and worker must agree on it.
    package static let protocolVersion = 2
    /// The descriptor at which the zygote finds its socket.
    package static let socket: Int32 = 3
    /// What the names of its workers' own folders begin with.
    package static func scratchPrefix(zygote: Int32) -> String { "dspex-\(zygote)-" }
    /// Bytes of the largest message.
    package static let largest = 128 << 10
}

extension ZygoteMessage {
    /// The message as a value.
    var value: PythonValue {
        switch self {
        case .start(let executable, let paths, let preload):
            .tuple([
                "start", .int(Self.protocolVersion), .string(executable), .list(paths.map { .string($0) }),
                .list(preload.map { .string($0) }),
            ])
        case .started(let report): .tuple(["started", .dict(report)])
        case .startFailed(let type, let message, let traceback):
            .tuple(["startFailed", .string(type), .string(message), .string(traceback)])
        case .fork(let generation, let settings): .tuple(["fork", .int(generation), settings.value])
        case .forked(let generation, let pid): .tuple(["forked", .int(generation), .int(Int(pid))])
        case .forkFailed(let generation, let reason): .tuple(["forkFailed", .int(generation), .string(reason)])
        case .exited(let generation, let pid, let status):
            .tuple(["exited", .int(generation), .int(Int(pid)), .int(Int(status))])
        }
    }

    /// Reads a message; nil when it is none of this version.
    init?(_ value: PythonValue) {
        guard case .tuple(let parts) = value, let name = parts.first?.string else { return nil }
        switch (name, Array(parts.dropFirst())) {
        case ("start", let rest):
            guard rest.count == 4, rest[0] == .int(Self.protocolVersion), let executable = rest[1].string,
                let paths = rest[2].strings, let preload = rest[3].strings
            else { return nil }
            self = .start(executable: executable, paths: paths, preload: preload)
        case ("started", let rest):
            guard rest.count == 1, let report = rest[0].dict else { return nil }
            self = .started(report)
        case ("startFailed", let rest):
            let texts = rest.compactMap(\.string)
            guard rest.count == 3, texts.count == 3 else { return nil }
            self = .startFailed(type: texts[0], message: texts[1], traceback: texts[2])
        case ("fork", let rest):
            guard rest.count == 2, let generation = rest[0].int, let settings = WorkerSettings(rest[1]) else {
                return nil
            }
            self = .fork(generation: generation, settings: settings)
        case ("forked", let rest):
            guard rest.count == 2, let generation = rest[0].int, let pid = rest[1].int32 else { return nil }
            self = .forked(generation: generation, pid: pid)
        case ("forkFailed", let rest):
            guard rest.count == 2, let generation = rest[0].int, let reason = rest[1].string else { return nil }
            self = .forkFailed(generation: generation, reason: reason)
        case ("exited", let rest):
            guard rest.count == 3, let generation = rest[0].int, let pid = rest[1].int32, let status = rest[2].int32
            else { return nil }
            self = .exited(generation: generation, pid: pid, status: status)
        default: return nil
        }
    }

    /// Sends the message; waits for room.
    ///
    /// - Throws: ``ChannelError`` when the peer is gone, or the message is larger than ``largest``.
    package func send(on socket: Int32, descriptors: [Int32] = []) throws(ChannelError) {
        guard let bytes = try? value.wireForm(), bytes.count <= Self.largest else {
            throw ChannelError("a message to the zygote is too large")
        }
        let sent = unsafe clinux_send(socket, bytes, UInt64(bytes.count), descriptors, Int32(descriptors.count), true)
        guard sent == Int64(bytes.count) else {
            if clinux_peer_is_gone(sent) { throw .peerGone }
            throw ChannelError("sending to the peer: \(linuxError(Int32(sent)))")
        }
    }

    /// Receives a message and its descriptors, which the caller owns; nil at end of file.
    ///
    /// - Throws: ``ChannelError`` for what is no message; its descriptors are closed.
    package static func receive(
        on socket: Int32, waiting: Bool
    ) throws(ChannelError) -> (message: ZygoteMessage, descriptors: [Int32])? {
        var descriptors = [Int32](repeating: -1, count: 8)
        var count: Int32 = 8
        var got: Int64 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: largest) { buffer, filled in
            // Sound: the kernel writes at most `largest` bytes, and says how many.
            unsafe got = clinux_receive(
                socket, buffer.baseAddress, UInt64(buffer.count), &descriptors, &count, waiting)
            filled = Int(max(0, got))
        }
        if got == 0 || clinux_peer_is_gone(got) { return nil }
        guard got > 0 else { throw ChannelError("receiving from the peer: \(linuxError(Int32(got)))") }
        descriptors = Array(descriptors[..<Int(count)])
        guard let value = try? PythonValue(wireForm: bytes), let message = ZygoteMessage(value)
        else {
            for descriptor in descriptors { _ = clinux_close(descriptor) }
            throw ChannelError("a packet that is no message of version \(protocolVersion)")
        }
        return (message, descriptors)
    }
}

extension PythonValue {
    fileprivate var int32: Int32? { int.flatMap(Int32.init(exactly:)) }

    /// The elements, if all of them are texts.
    var strings: [String]? {
        guard let elements else { return nil }
        let texts = elements.compactMap(\.string)
        return texts.count == elements.count ? texts : nil
    }
}

/// The descriptors that go with ``ZygoteMessage/fork(generation:settings:)``, in their order.
package struct WorkerDescriptors: Sendable {
    /// The worker's end of the channel.
    package var channel: Channel.Descriptors
    /// Where Python's faulthandler writes.
    package var crashText: Int32

    package init(channel: Channel.Descriptors, crashText: Int32) {
        self.channel = channel
        self.crashText = crashText
    }

    package init?(_ descriptors: [Int32]) {
        guard descriptors.count == 7 else { return nil }
        channel = Channel.Descriptors(
            memory: descriptors[0], socket: descriptors[1], standby: descriptors[2], direct: descriptors[3],
            peerStandby: descriptors[4], peerDirect: descriptors[5])
        crashText = descriptors[6]
    }

    package var all: [Int32] { channel.all + [crashText] }
}
