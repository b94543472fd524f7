/// The version of the package; `dspex_worker` in the virtual environment must have the same one.
package enum PackageVersion {
    /// As `pysrc/dspex_worker/__init__.py` says it.
    package static let current = "0.1.0"
}
