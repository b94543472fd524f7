// swift-tools-version: 6.2

import PackageDescription

// A package of your own would name the repository and a version here. DSPEX_PATH serves a copy of this folder that lies elsewhere.
let path = Context.environment["DSPEX_PATH"] ?? "../../.."

let package = Package(
    name: "call-python",
    dependencies: [.package(name: "DSPex", path: path)],
    targets: [
        .executableTarget(name: "call-python", dependencies: [.product(name: "DSPex", package: "DSPex")])
    ]
)
