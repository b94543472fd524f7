internal import Foundation

extension String {
    /// The name as Python reads it: characters of the same meaning are one (NFKC), so that `ﬁeld` is `field`.
    var compatiblyComposed: String {
        utf8.allSatisfy { $0 < 0x80 } ? self : precomposedStringWithCompatibilityMapping
    }
}
