#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static uint64_t read_clock(clockid_t clock) {
    struct timespec time;
    if (clock_gettime(clock, &time) != 0) return 0;
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t floor_now(void) { return read_clock(CLOCK_MONOTONIC); }

uint64_t floor_cpu(int process) {
    clockid_t clock;
    return clock_getcpuclockid(process, &clock) == 0 ? read_clock(clock) : 0;
}

uint64_t floor_thread_cpu(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

int floor_start(struct floor_peer *peer) {
    peer->request = eventfd(0, EFD_CLOEXEC);
    peer->reply = eventfd(0, EFD_CLOEXEC);
    if (peer->request < 0 || peer->reply < 0) return errno;
    pid_t parent = getpid();
    peer->process = fork();
    if (peer->process < 0) return errno;
    if (peer->process > 0) return 0;
    // Only calls that are safe between fork and exec from here on.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    for (;;) {
        uint64_t count;
        if (read(peer->request, &count, sizeof count) != sizeof count) _exit(1);
        count = 1;
        if (write(peer->reply, &count, sizeof count) != sizeof count) _exit(1);
    }
}

int floor_run(const struct floor_peer *peer, uint64_t *nanoseconds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        uint64_t value = 1;
        uint64_t start = floor_now();
        if (write(peer->request, &value, sizeof value) != sizeof value) return errno;
        if (read(peer->reply, &value, sizeof value) != sizeof value) return errno;
        nanoseconds[i] = floor_now() - start;
    }
    return 0;
}

void floor_stop(struct floor_peer *peer) {
    if (peer->process > 0) {
        kill(peer->process, SIGKILL);
        waitpid(peer->process, NULL, 0);
        peer->process = 0;
    }
    close(peer->request);
    close(peer->reply);
}
