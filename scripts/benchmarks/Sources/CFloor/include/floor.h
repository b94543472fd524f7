#ifndef DSPEX_BENCH_FLOOR_H
#define DSPEX_BENCH_FLOOR_H

#include <stddef.h>
#include <stdint.h>

/// A second process that answers every ring of one eventfd by ringing another: the least that a round trip between two
/// processes which sleep while they wait can cost.
struct floor_peer {
    int request;
    int reply;
    int process;
};

/// Starts the process. Returns 0, or the errno of what failed. Call it before the program starts threads: it forks.
int floor_start(struct floor_peer *peer);

/// Makes `count` round trips and stores how many nanoseconds each took. Returns 0, or the errno of what failed.
int floor_run(const struct floor_peer *peer, uint64_t *nanoseconds, size_t count);

/// Ends the process.
void floor_stop(struct floor_peer *peer);

/// The monotonic clock in nanoseconds, as every contestant reads it.
uint64_t floor_now(void);

/// The processor time of all threads of a process so far, in nanoseconds; 0 is this process. 0 when there is none.
uint64_t floor_cpu(int process);

/// The processor time of the calling thread so far, in nanoseconds.
uint64_t floor_thread_cpu(void);

#endif
