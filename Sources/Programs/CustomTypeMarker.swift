/// The marks with which DSPy fences a part of a prompt that is no text. DSPy inserts inputs as they are and then expands what
/// stands behind such a mark, so a text of a stranger's could add an image, fetched from anywhere, to the request.
enum CustomTypeMarker {
    static let start = "<<CUSTOM-TYPE-START-IDENTIFIER>>"
    static let end = "<<CUSTOM-TYPE-END-IDENTIFIER>>"
    private static let bytes = Array(start.utf8)

    /// Whether an attachment could begin in the text.
    static func isIn(_ text: String) -> Bool {
        var matched = 0
        for byte in text.utf8 {
            if byte == bytes[matched] {
                matched += 1
                if matched == bytes.count { return true }
            } else {
                // The mark begins with "<<" and has no other "<", so only that much can be the start of another one.
                matched = byte == UInt8(ascii: "<") ? (matched == 2 ? 2 : 1) : 0
            }
        }
        return false
    }
}
