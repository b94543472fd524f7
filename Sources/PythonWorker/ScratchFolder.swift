import CLinux
import Marshalling

/// Makes a folder that is one worker's own, and returns its path. It is named for this process, the zygote, whose host looks after it should
/// the zygote not come to it.
func makeScratchFolder(in place: String) throws(StartFailure) -> String {
    var path = Array("\(place)/\(ZygoteMessage.scratchPrefix(zygote: clinux_getpid()))XXXXXX".utf8CString)
    // Sound: the array ends with a zero, and is written within its length.
    let made = unsafe clinux_make_folder(&path)
    guard made == 0 else {
        throw StartFailure(
            problem: "no folder of its own could be made for a worker in \(place): \(linuxError(made))",
            remedy: "set TMPDIR to a folder that can be written")
    }
    return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Removes the folder of a worker that has ended, with what it left in it.
func removeScratchFolder(_ path: String) {
    let removed = unsafe clinux_remove_tree(path)
    // ENOENT: somebody has tidied up already.
    if removed != 0, removed != -2 { complain("dspex-worker: removing \(path): \(linuxError(removed))") }
}
