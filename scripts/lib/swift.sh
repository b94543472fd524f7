# shellcheck shell=bash disable=SC2154
# Sourced after steps.sh: the Swift toolchain, and the pkg-config answers that its build needs.

least_swift=6.2
# Tests run a few at a time: with all of them at once one waits for minutes between two of its steps, and what it times is wrong.
few_at_a_time=(--experimental-maximum-parallelization-width 4)

# Refuses a missing or old toolchain. The answer is remembered per binary: `swift --version` can take half a second.
require_swift() {
    local swift identity remembered=$root/.build/logs/swift-version version
    swift=$(command -v swift) || fail "swift is not on PATH" \
        "install Swift $least_swift or later for Debian 12 from https://www.swift.org/install/linux and put its usr/bin on PATH"
    identity="$swift $(stat -L -c '%s %Y' -- "$swift") $least_swift"
    if [[ -r $remembered && $(<"$remembered") == "$identity" ]]; then return; fi
    if ! version=$(swift --version 2>&1); then
        fail "$swift does not run: $(head -n 1 <<<"$version")" "install the library that it misses, then run this again"
    fi
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$version" | head -n 1)
    if [[ $(printf '%s\n' "$least_swift" "$version" | sort -V | head -n 1) != "$least_swift" ]]; then
        fail "Swift $least_swift or later is needed, and $swift is $version" "install a newer one from https://www.swift.org/install/linux"
    fi
    mkdir -p -- "$root/.build/logs"
    printf '%s' "$identity" >"$remembered"
}

# The worker embeds Debian's libpython3.11. A pyenv or conda that comes first must not lend its headers to that library.
use_system_pkg_config() {
    local embed own
    own=/usr/lib/$(uname -m)-linux-gnu/pkgconfig
    embed=$(pkg-config --variable=pcfiledir python3-embed 2>/dev/null || true)
    if [[ ! -e $own/python3-embed.pc ]]; then
        fail "there is no $own/python3-embed.pc" "sudo apt-get install libpython3-dev"
    fi
    if [[ $embed != "$own" ]]; then export PKG_CONFIG_PATH=$own${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}; fi
    # The library comes without a path, so an `-L` of another Python must not stand before it.
    if [[ $(pkg-config --modversion python3-embed 2>/dev/null) != 3.11 ]]; then
        fail "pkg-config finds Python $(pkg-config --modversion python3-embed 2>&1 | head -n 1) instead of Debian's 3.11" \
            "sudo apt-get install --reinstall libpython3-dev libpython3.11-dev"
    fi
}
