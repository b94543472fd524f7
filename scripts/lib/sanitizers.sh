# shellcheck shell=bash disable=SC2154
# A part of scripts/test: the Swift tests of the lower floors under the address, leak and thread sanitizers, and the references of a debug build
# of CPython.

export DSPEX_HARDENING=tests
# The sanitizers watch this process and its threads. Its workers are what they always are, but for those that count references.
step "build dspex-worker" build-worker swift build --product dspex-worker

# sanitized_tests NAME SANITIZER FILTER: one build, one run, counted.
sanitized_tests() {
    local name=$1 sanitizer=$2 filter=$3 scratch=$hardening/.build/$1
    local build=(--package-path "$hardening" --scratch-path "$scratch" --sanitize "$sanitizer" -Xswiftc -use-ld=lld)
    attempt "build for the $sanitizer sanitizer" "build-$name" swift build "${build[@]}" --build-tests
    if ((status != 0)); then
        count_one
        return
    fi
    rm -f -- "$logs/$name.xml"
    attempt "$name" "$name" sanitized limit 900 swift test "${build[@]}" --skip-build --disable-xctest \
        "${few_at_a_time[@]}" --xunit-output "$logs/$name.xml" --filter "$filter"
    count_report "$logs/$name.xml" "$logs/$name.log"
}

tests=${filter:-MarshallingTests|PythonPoolTests}
sanitized_tests test-addresses address "$tests"

# What the thread sanitizer does not know of the order of things in Swift's libraries.
step "build what tells of orders" build-orders "$clang" -D_GNU_SOURCE -O1 -fPIC -shared "$hardening/orders.c" -o "$hardening/.build/liborders.so"
export LD_PRELOAD=$hardening/.build/liborders.so
sanitized_tests test-threads thread "$tests"
unset LD_PRELOAD

# Workers with a debug CPython, and under the address sanitizer themselves.
use_debug_python
export DSPEX_WORKER=$hardening/.build/test-references/debug/dspex-worker
sanitized_tests test-references address "${filter:-CallTests|StreamTests|UpcallTests|NestedCallTests|ReferenceCountTests}"
