// swift-tools-version: 6.2

import CompilerPluginSupport
import PackageDescription

/// Settings of every Swift target: Swift 6 mode comes from the tools version, warnings stop the build.
let common: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The floors where unsafe code may live: every unsafe expression is spelled out.
let fenced: [SwiftSetting] =
    common + [
        .strictMemorySafety(),
        .enableExperimentalFeature("Lifetimes"),
    ]

/// CPython's headers define `_GNU_SOURCE`; a Swift file that sees them beside Glibc must have been built with it too.
let seesPython: [CSetting] = [.define("_GNU_SOURCE")]

let package = Package(
    name: "DSPex",
    products: [
        .library(name: "DSPex", targets: ["DSPex"]),
        .library(name: "PythonPool", targets: ["PythonPool"]),
        .library(name: "DSPexMacros", targets: ["DSPexMacros"]),
        .executable(name: "dspex-worker", targets: ["dspex-worker"]),
        .executable(name: "dspex", targets: ["DSPexCLI"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/swiftlang/swift-syntax", "602.0.0"..<"604.0.0"),
    ],
    targets: [
        // Shims
        .systemLibrary(
            name: "CPython", path: "Shims/CPython", pkgConfig: "python3-embed",
            providers: [.apt(["libpython3-dev"])]),
        .target(name: "CPythonShims", dependencies: ["CPython"], path: "Shims/CPythonShims"),
        .systemLibrary(
            name: "CCurl", path: "Shims/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .target(name: "CCurlShims", dependencies: ["CCurl"], path: "Shims/CCurlShims"),
        .target(name: "CLinux", path: "Shims/CLinux", cSettings: [.define("_GNU_SOURCE")]),

        // Floor 1
        .target(name: "Marshalling", dependencies: ["CLinux"], swiftSettings: fenced),
        .target(name: "HTTPClient", dependencies: ["CCurlShims"], swiftSettings: fenced),
        .target(name: "Signatures", swiftSettings: common),

        // Floor 2
        .target(
            name: "PythonRuntime", dependencies: ["CPython", "CPythonShims", "Marshalling"],
            cSettings: seesPython, swiftSettings: fenced),
        .target(
            name: "PythonPool",
            dependencies: [
                "CLinux", "Marshalling",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: fenced),

        // Floor 3
        .target(
            name: "PythonWorker", dependencies: ["CLinux", "Marshalling", "PythonRuntime"],
            cSettings: seesPython, swiftSettings: fenced),
        .target(
            name: "LanguageModels",
            dependencies: [
                "HTTPClient", "Marshalling", "PythonPool",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),

        // Floor 4
        .executableTarget(
            name: "dspex-worker", dependencies: ["PythonWorker"], cSettings: seesPython, swiftSettings: fenced),
        .target(
            name: "Programs",
            dependencies: [
                "LanguageModels", "Marshalling", "PythonPool", "Signatures",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),

        // The front door and the command line
        .target(
            name: "DSPex",
            dependencies: [
                "HTTPClient", "LanguageModels", "Marshalling", "Programs", "PythonPool", "Signatures",
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: common),
        .executableTarget(
            name: "DSPexCLI",
            dependencies: [
                "CLinux", "DSPex", "PythonPool",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: common),

        // The macros: a product of their own, which nothing that is built for release depends on
        .target(
            name: "DSPexMacros", dependencies: ["DSPexMacrosPlugin", "Marshalling", "Programs", "Signatures"],
            swiftSettings: common),
        .macro(
            name: "DSPexMacrosPlugin",
            dependencies: [
                "DSPexMacrosExpansion",
                .product(name: "SwiftCompilerPlugin", package: "swift-syntax"),
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
            ],
            swiftSettings: common),
        // A target of its own, as a test that depends on a plug-in makes SwiftPM build every test of the package as a tool.
        .target(
            name: "DSPexMacrosExpansion",
            dependencies: [
                "Signatures",
                .product(name: "SwiftDiagnostics", package: "swift-syntax"),
                .product(name: "SwiftParser", package: "swift-syntax"),
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftSyntaxBuilder", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
            ],
            swiftSettings: common),

        // Tests
        .testTarget(
            name: "DSPexMacrosTests",
            dependencies: [
                "DSPexMacros", "DSPexMacrosExpansion", "Marshalling", "Programs", "Signatures",
                .product(name: "SwiftDiagnostics", package: "swift-syntax"),
                .product(name: "SwiftParser", package: "swift-syntax"),
                .product(name: "SwiftSyntax", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacroExpansion", package: "swift-syntax"),
                .product(name: "SwiftSyntaxMacros", package: "swift-syntax"),
            ],
            swiftSettings: common),
        .testTarget(name: "MarshallingTests", dependencies: ["CLinux", "Marshalling"], swiftSettings: common),
        .target(
            name: "LoopbackServer", dependencies: [.product(name: "FlyingSocks", package: "FlyingFox")],
            path: "Tests/LoopbackServer", swiftSettings: common),
        .testTarget(
            name: "PythonPoolTests",
            dependencies: ["CLinux", "Marshalling", "PythonPool", .product(name: "Logging", package: "swift-log")],
            exclude: ["python", "python_of_another_version"], swiftSettings: common),
        .testTarget(
            name: "PythonWorkerTests", dependencies: ["Marshalling", "PythonWorker"], cSettings: seesPython,
            swiftSettings: common),
        .testTarget(
            name: "HTTPClientTests",
            dependencies: [
                "HTTPClient", "LoopbackServer",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
            ],
            swiftSettings: common),
        .testTarget(
            name: "LanguageModelsTests",
            dependencies: ["HTTPClient", "LanguageModels", "LoopbackServer", "Marshalling", "PythonPool"],
            swiftSettings: common),
        .testTarget(name: "SignaturesTests", dependencies: ["Signatures"], swiftSettings: common),
        .testTarget(
            name: "ProgramsTests",
            dependencies: [
                "HTTPClient", "LanguageModels", "LoopbackServer", "Marshalling", "Programs", "PythonPool", "Signatures",
            ],
            exclude: ["parity"], swiftSettings: common),
        .testTarget(
            name: "DSPexTests",
            dependencies: ["DSPex", "HTTPClient", .product(name: "Configuration", package: "swift-configuration")],
            swiftSettings: common),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "DSPex", "DSPexMacros", "LanguageModels", "Marshalling", "Programs", "PythonPool", "Signatures",
            ],
            swiftSettings: common),
        .testTarget(
            name: "ChaosTests", dependencies: ["PythonPool", .product(name: "Logging", package: "swift-log")],
            exclude: ["python"], swiftSettings: common),
        .testTarget(
            name: "DSPexCLITests",
            dependencies: [
                "DSPex", "DSPexCLI", "PythonPool",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: common),
    ]
)
