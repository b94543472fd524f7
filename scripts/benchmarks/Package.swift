// swift-tools-version: 6.2

import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "DSPex", path: "../..")],
    targets: [
        .target(name: "CFloor"),
        .executableTarget(
            name: "dspex-bench",
            dependencies: [
                "CFloor", .product(name: "DSPex", package: "DSPex"), .product(name: "PythonPool", package: "DSPex"),
            ],
            swiftSettings: [.treatAllWarnings(as: .error)]),
    ]
)
