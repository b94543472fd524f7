import Foundation
import Marshalling

/// The folders that workers have for themselves. Their zygote makes and removes them; this is for what it leaves when it is killed.
enum ScratchFolders {
    static func removeAll(of zygote: Int32, in place: String) {
        let prefix = ZygoteMessage.scratchPrefix(zygote: zygote)
        for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] where name.hasPrefix(prefix) {
            try? FileManager.default.removeItem(atPath: place + "/" + name)
        }
    }
}
