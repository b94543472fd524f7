import DSPex
import Foundation

/// Files that DSPy has saved.
enum StateFile {
    /// - Throws: ``Failure`` with ``Status/usage``, naming the file and what is wrong with it.
    static func read(_ path: String) throws(Failure) -> ProgramState {
        guard !path.hasSuffix(".pkl") else {
            throw Failure(.usage, "\(path): a pickle can run code when it is read; save the program as JSON")
        }
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw Failure(.usage, "the file \(path) cannot be read as text in UTF-8")
        }
        do { return try ProgramState(json: text) } catch { throw Failure(.usage, "\(path): \(error)") }
    }

    /// - Throws: ``Failure`` when the state has no JSON form or the file cannot be written.
    static func write(_ state: ProgramState, to path: String) throws(Failure) {
        let text: String
        do { text = try state.jsonText() } catch { throw Failure(.failed, "\(error)") }
        do { try text.write(toFile: path, atomically: true, encoding: .utf8) } catch {
            throw Failure(.failed, "the file \(path) cannot be written")
        }
    }
}
