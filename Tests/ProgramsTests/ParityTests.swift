import Foundation
import Marshalling
import Signatures
import Testing

@testable import Programs

/// Every case of `parity/corpus.py`, run through real DSPy and compared: what a signature string means, the bytes of every message
/// for three adapters, what is read in good, sloppy and broken texts.
@Suite struct ParityTests {
    /// The venv's Python, as `scripts/test` names it.
    private static let python = ProcessInfo.processInfo.environment["DSPEX_VENV"].map { $0 + "/bin/python" }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "parity")
}
