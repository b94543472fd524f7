# shellcheck shell=bash disable=SC2154,SC2034
# Sourced after steps.sh and swift.sh: building the package scripts/hardening, and CPython's debug build.

hardening=$root/scripts/hardening
clang=$(dirname -- "$(readlink -f -- "$(command -v swift)")")/clang
# libFuzzer without its own main. lld, because gold cannot link what a sanitizer has instrumented.
fuzzer_flags=(-Xlinker "$("$clang" -print-resource-dir)/lib/linux/libclang_rt.fuzzer_no_main-$(uname -m).a" -Xlinker -lstdc++)

# build_hardening OPTION...: swift build of that package.
build_hardening() { swift build --package-path "$hardening" -Xswiftc -use-ld=lld "$@"; }

# sanitized COMMAND…: hashes are the same in every run, so that an input does again what it did; Swift's own report of a crash would stand in the way
# of the sanitizer's; and what was freed is kept (to see it used) in less memory than the default, with which all looks like a leak.
sanitized() (
    export SWIFT_DETERMINISTIC_HASHING=1 SWIFT_BACKTRACE=enable=no
    export LSAN_OPTIONS="suppressions=$hardening/leaks.supp:print_suppressions=0"
    export ASAN_OPTIONS="quarantine_size_mb=8:detect_stack_use_after_return=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
    "$@"
)

# Debian's debug build of CPython, which counts every reference and asserts what it assumes. It is unpacked, not installed: that takes no root, and
# leaves the Python that is installed as it is. From here on pkg-config and the loader find it.
use_debug_python() {
    local folder=$root/.build/debug-python
    if [[ ! -e $folder/complete ]]; then step "fetch CPython's debug build" debug-python fetch_debug_python "$folder"; fi
    export PKG_CONFIG_PATH=$folder
    LD_LIBRARY_PATH=$folder/usr/lib/$(uname -m)-linux-gnu${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    export LD_LIBRARY_PATH
    # How it was built, which `zoneinfo` asks for, and its own modules in C before the other build's, which it would load too but whose references it
    # does not count.
    local library=$folder/usr/lib/python3.11
    printf 'import sys; sys.path[:0] = ["%s/lib-dynload", "%s"]\n' "$library" "$library" \
        >"$root/.venv/lib/python3.11/site-packages/debug-python.pth"
}

fetch_debug_python() {
    local folder=$1 package=libpython3.11-dbg
    rm -rf -- "$folder"
    mkdir -p -- "$folder"
    cd -- "$folder" || return
    apt-get download "$package"
    dpkg -x "$package"_*.deb .
    rm -- "$package"_*.deb
    # Its headers are links to those of the other build.
    ln -s /usr/include/python3.11 usr/include/python3.11
    cat >python3-embed.pc <<END
Name: Python
Description: CPython, debug build
Version: 3.11
Cflags: -I$folder/usr/include/python3.11d -I$folder/usr/include
Libs: -L$folder/usr/lib/$(uname -m)-linux-gnu -lpython3.11d
END
    touch complete
}
