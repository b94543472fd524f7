import Foundation

/// Progress goes to standard error, so that standard output holds the table alone.
func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
