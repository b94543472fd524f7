// swift-tools-version: 6.2

import PackageDescription

// The lower floors as they are in the package around this one (the three folders are links to it), built for fuzzing and for sanitizers:
// instrumented, and with their insides in reach. `scripts/fuzz` and `scripts/test sanitizers` build it.

let common: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
let fenced: [SwiftSetting] = common + [.strictMemorySafety(), .enableExperimentalFeature("Lifetimes")]

/// What the fuzzer looks for its way in; tests are built for debugging, and without.
let fuzzed: [SwiftSetting] = [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"], .when(configuration: .release))]
let seesPython: [CSetting] = [.define("_GNU_SOURCE")]

let floors: [Target] = [
    .systemLibrary(name: "CPython", path: "Shims/CPython", pkgConfig: "python3-embed"),
    .target(name: "CPythonShims", dependencies: ["CPython"], path: "Shims/CPythonShims"),
    .target(name: "CLinux", path: "Shims/CLinux", cSettings: [.define("_GNU_SOURCE")]),
    .target(name: "Marshalling", dependencies: ["CLinux"], swiftSettings: fenced + fuzzed),
    .target(
        name: "PythonRuntime", dependencies: ["CPython", "CPythonShims", "Marshalling"],
        cSettings: seesPython, swiftSettings: fenced + fuzzed),
    .target(
        name: "PythonWorker", dependencies: ["CLinux", "Marshalling", "PythonRuntime"],
        cSettings: seesPython, swiftSettings: fenced + fuzzed),
]

let fuzzing: [Target] = [
    .target(name: "Signatures", swiftSettings: common + fuzzed),
    .target(name: "FuzzDriver", path: "FuzzDriver", swiftSettings: common),
    .executableTarget(
        name: "dspex-fuzz", dependencies: ["CLinux", "FuzzDriver", "Marshalling", "Signatures"], path: "Fuzz",
        swiftSettings: common),
    .executableTarget(
        name: "dspex-fuzz-python",
        dependencies: ["CPython", "FuzzDriver", "Marshalling", "PythonRuntime", "PythonWorker"],
        path: "FuzzPython", cSettings: seesPython, swiftSettings: common),
]

let testing: [Target] = [
    .target(
        name: "PythonPool",
        dependencies: [
            "CLinux", "Marshalling",
            .product(name: "Configuration", package: "swift-configuration"),
            .product(name: "Logging", package: "swift-log"),
            .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        ],
        swiftSettings: fenced),
    .executableTarget(
        name: "dspex-worker", dependencies: ["PythonWorker"], cSettings: seesPython, swiftSettings: fenced),
    .testTarget(name: "MarshallingTests", dependencies: ["CLinux", "Marshalling"], swiftSettings: common),
    .testTarget(
        name: "PythonPoolTests",
        dependencies: ["CLinux", "Marshalling", "PythonPool", .product(name: "Logging", package: "swift-log")],
        exclude: ["python", "python_of_another_version"], swiftSettings: common),
]

// The fuzzers are linked with libFuzzer, which a build of all tests would miss; the tests want packages that no fuzzer waits for.
let isForTests = Context.environment["DSPEX_HARDENING"] == "tests"

let package = Package(
    name: "hardening",
    dependencies: isForTests
        ? [
            .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["YAML"]),
            .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
            .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        ] : [],
    targets: floors + (isForTests ? testing : fuzzing)
)
