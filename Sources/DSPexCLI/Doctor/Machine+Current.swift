import CLinux
import Foundation
import PythonPool

extension Machine {
    /// The machine that this runs on.
    static var current: Machine {
        Machine(
            environment: ProcessInfo.processInfo.environment,
            workingFolder: FileManager.default.currentDirectoryPath,
            executableFolder: PythonInstallation.executableFolder,
            architecture: builtFor,
            kernelRelease: trimmed("/proc/sys/kernel/osrelease"),
            // Files of /proc have no size that could be asked first, so they are read until they end.
            text: { path in
                guard let file = FileHandle(forReadingAtPath: path) else { return nil }
                defer { try? file.close() }
                guard let data = try? file.read(upToCount: 1 << 20) else { return nil }
                return String(decoding: data, as: UTF8.self)
            },
            size: { path in
                (try? FileManager.default.attributesOfItem(atPath: path))?[.size].flatMap {
                    ($0 as? NSNumber)?.intValue
                }
            },
            isExecutable: { path in
                var isFolder = ObjCBool(false)
                return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
                    && FileManager.default.isExecutableFile(atPath: path)
            },
            names: { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] },
            output: run,
            kernel: { .current },
            controlGroups: { Result { () throws(ControlGroups.Unavailable) in try ControlGroups.find() } },
            gpus: { GPUDevices(visible: ProcessInfo.processInfo.environment["CUDA_VISIBLE_DEVICES"]) },
            makesSharedMemory: {
                let descriptor = clinux_sealed_memfd("dspex-doctor", 4096)
                guard descriptor >= 0 else { return false }
                _ = clinux_close(descriptor)
                return true
            })
    }

    private static var builtFor: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "aarch64"
        #else
            "unknown"
        #endif
    }

    private static func trimmed(_ path: String) -> String {
        ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Sendable private static func run(_ program: String, _ arguments: [String]) -> String? {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        // A program that hangs must not hang the doctor.
        let watchdog = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + 20, execute: watchdog)
        let data = (try? output.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        watchdog.cancel()
        guard process.terminationStatus == 0, let data else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
