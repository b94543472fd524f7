# shellcheck shell=bash disable=SC2154
# A part of scripts/test: pools under load while their workers are killed, stopped, starved and lie, and a million calls. DSPEX_CHAOS: for how many
# seconds, 60 without it.

attempt "build for chaos" build-chaos swift build --build-tests
if ((status != 0)); then
    count_one
else
    step "build what makes the kernel refuse" build-faults \
        "$clang" -D_GNU_SOURCE -O1 -fPIC -shared "$hardening/faults.c" -o "$root/.build/libfaults.so"
    rm -f -- "$logs/chaos.xml" "$logs/chaos.txt"
    attempt "chaos" chaos limit 1500 env "DSPEX_CHAOS=${DSPEX_CHAOS:-60}" "DSPEX_CHAOS_REPORT=$logs/chaos.txt" \
        "LD_PRELOAD=$root/.build/libfaults.so" swift test --skip-build --disable-xctest --xunit-output "$logs/chaos.xml" \
        "${few_at_a_time[@]}" --filter "${filter:-ChaosTests\.}"
    if [[ -r $logs/chaos.txt ]]; then sed 's/^/  /' "$logs/chaos.txt"; fi
    count_report "$logs/chaos.xml" "$logs/chaos.log"
fi
