import Foundation

/// The CUDA devices of a machine, found without any library of CUDA: by what the driver leaves in /dev and /proc.
package struct GPUDevices: Sendable, Hashable {
    /// What `CUDA_VISIBLE_DEVICES` calls each: its UUID where the driver tells it, else its number.
    package var names: [String]
    /// The device files that a worker opens, for those that hide files.
    package var files: [String]

    /// No device.
    package static let none = GPUDevices(names: [], files: [])

    package init(names: [String], files: [String]) {
        self.names = names
        self.files = files
    }

    /// Looks for devices.
    ///
    /// - Parameters:
    ///   - root: the root of the file system.
    ///   - visible: the host's own `CUDA_VISIBLE_DEVICES`: what it names, and nothing else, is handed on. Nil for all.
    package init(root: String = "/", visible: String?) {
        let manager = FileManager.default
        let device = (try? manager.contentsOfDirectory(atPath: root + "/dev")) ?? []
        let numbers = device.compactMap { $0.hasPrefix("nvidia") ? UInt($0.dropFirst(6)) : nil }.sorted()
        guard !numbers.isEmpty else {
            self = .none
            return
        }
        files =
            ["nvidiactl", "nvidia-uvm"].filter(device.contains).map { "/dev/" + $0 }
            + numbers.map { "/dev/nvidia\($0)" }
        let folder = root + "/proc/driver/nvidia/gpus"
        var identifiers: [UInt: String] = [:]
        for entry in (try? manager.contentsOfDirectory(atPath: folder)) ?? [] {
            guard let text = try? String(contentsOfFile: "\(folder)/\(entry)/information", encoding: .utf8) else {
                continue
            }
            let fields = Self.fields(of: text)
            if let number = fields["Device Minor"].flatMap({ UInt($0) }), let identifier = fields["GPU UUID"],
                identifier.hasPrefix("GPU-"), !identifier.contains("?")
            {
                identifiers[number] = identifier
            }
        }
        // A name that stands for another device for one worker than for the next would be worse than a number.
        let known = numbers.compactMap { identifiers[$0] }
        let all = known.count == numbers.count ? known : numbers.map { "\($0)" }
        names = visible.map { Self.chosen($0, of: all) } ?? all
    }

    /// What a list such as `1,0` or `GPU-8932f937,…` chooses; as for CUDA, the first name that means nothing ends it.
    private static func chosen(_ list: String, of all: [String]) -> [String] {
        var chosen: [String] = []
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            let name = part.trimmingCharacters(in: .whitespaces)
            let found =
                Int(name).flatMap { all.indices.contains($0) ? all[$0] : nil }
                ?? (name.hasPrefix("GPU-") ? all.first { $0.hasPrefix(name) } : nil)
            guard let found, !chosen.contains(found) else { break }
            chosen.append(found)
        }
        return chosen
    }

    /// The lines `Name: value` of a driver's file.
    private static func fields(of text: String) -> [String: String] {
        var fields: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            fields[parts[0].trimmingCharacters(in: .whitespaces)] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        return fields
    }
}

/// Which worker has which device: a new one gets the device that the fewest have, in turn.
struct GPUAssignment: Sendable, Equatable {
    private var load: [Int]
    private var holders: [Int: Int] = [:]
    private let names: [String]

    init(_ names: [String]) {
        self.names = names
        load = names.map { _ in 0 }
    }

    /// The variables that give a worker its device; none when there is no device.
    mutating func assign(_ generation: Int) -> [String: String] {
        guard let device = load.indices.min(by: { load[$0] < load[$1] }) else { return [:] }
        released(generation)
        load[device] += 1
        holders[generation] = device
        // The numbers of /dev are in the order of the bus; those of CUDA are not, unless it is told so.
        return ["CUDA_VISIBLE_DEVICES": names[device], "CUDA_DEVICE_ORDER": "PCI_BUS_ID"]
    }

    /// A worker has ended.
    mutating func released(_ generation: Int) {
        if let device = holders.removeValue(forKey: generation) { load[device] -= 1 }
    }
}
