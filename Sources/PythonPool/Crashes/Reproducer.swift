import Foundation
public import Marshalling

/// A call that killed workers, as it was saved: enough to make it again where it can be looked at.
///
/// ```swift
/// let reproducer = try Reproducer(contentsOf: error.reproducer!)
/// let pool = PythonPool.Configuration(
///     size: 1, preload: reproducer.preload, modulePaths: reproducer.modulePaths, converters: reproducer.converters)
/// try await withPythonPool(pool) { python in
///     _ = try await python.call(reproducer.target, reproducer.args, reproducer.kwargs)
/// }
/// ```
public struct Reproducer: Sendable, Hashable {
    /// The function.
    public var target: String
    /// The call in the wire form: target, positional and keyword arguments. What ``args`` and ``kwargs`` decode.
    public var payload: [UInt8]
    /// What the worker was: its modules, folders, virtual environment and converters.
    public var preload: [String]
    /// Folders that were first on `sys.path`.
    public var modulePaths: [String]
    /// The virtual environment, when the configuration named one.
    public var venv: String?
    /// Classes of the configuration whose objects cross by converters.
    public var converters: [PythonClass]
    /// How the last worker ended, and what Python's faulthandler wrote.
    public var death: String

    init(_ call: PendingCall, _ death: WorkerDeath, _ configuration: PythonPool.Configuration) {
        target = call.target
        payload = call.payload.standalone
        preload = configuration.preload
        modulePaths = configuration.modulePaths
        venv = configuration.venv
        converters = configuration.converters
        self.death = "\(death.cause)\n\(death.traceback)"
    }

    /// Reads what was saved in a folder.
    ///
    /// - Throws: what Foundation throws for files that are missing or no property list.
    public init(contentsOf folder: String) throws {
        let folder = URL(fileURLWithPath: folder)
        let facts = try PropertyListDecoder().decode(
            Facts.self, from: Data(contentsOf: folder.appendingPathComponent(Self.factsName)))
        target = facts.target
        preload = facts.preload
        modulePaths = facts.modulePaths
        venv = facts.venv
        converters = facts.converters
        death = facts.death
        payload = [UInt8](try Data(contentsOf: folder.appendingPathComponent(Self.payloadName)))
    }

    /// The positional arguments.
    ///
    /// - Throws: ``PythonPoolError/wireForm(_:)`` when the payload is no call.
    public var args: [PythonValue] {
        get throws { try values().0 }
    }

    /// The keyword arguments.
    ///
    /// - Throws: ``PythonPoolError/wireForm(_:)`` when the payload is no call.
    public var kwargs: PythonDictionary {
        get throws { try values().1 }
    }

    private func values() throws -> ([PythonValue], PythonDictionary) {
        do {
            return try unsafe payload.withUnsafeBytes { bytes in
                // Sound: the decoder reads within the bytes, which are lent for as long as it lives.
                var decoder = unsafe WireDecoder(bytes)
                _ = try decoder.str()
                guard case .tuple(let args) = try decoder.value(), case .dict(let kwargs) = try decoder.value() else {
                    throw WireError.invalid(offset: 0, detail: "a call is a str, a tuple and a dict")
                }
                // What the result was to be.
                if decoder.remaining > 0 { _ = try decoder.value() }
                try decoder.finish()
                return (args, kwargs)
            }
        } catch let error as WireError { throw PythonPoolError.wireForm(error) }
    }

    private struct Facts: Codable {
        var target: String
        var preload: [String]
        var modulePaths: [String]
        var venv: String?
        var converters: [PythonClass]
        var death: String
    }

    private static let factsName = "reproducer.plist"
    private static let payloadName = "call.wire"

    /// Writes the call into a new folder that this user alone can read.
    ///
    /// - Returns: the folder.
    func save(in configuration: PythonPool.Configuration) throws -> String {
        let parent =
            configuration.reproducerFolder.map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("dspex-reproducers")
        let folder = parent.appendingPathComponent("\(configuration.name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let encoder = PropertyListEncoder()
        encoder.outputFormat = .xml
        try encoder.encode(
            Facts(
                target: target, preload: preload, modulePaths: modulePaths, venv: venv, converters: converters,
                death: death)
        ).write(to: folder.appendingPathComponent(Self.factsName))
        try Data(payload).write(to: folder.appendingPathComponent(Self.payloadName))
        return folder.path
    }
}
