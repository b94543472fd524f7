// What `scripts/test chaos` preloads into the host: memory that two processes share cannot be had as often as the test asks. Every so many calls of
// each function fails, counted for each, so that a run does what the last one did.
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { memory, size, mapping, kinds };
static atomic_uint every;
static atomic_ulong calls[kinds], failures;

// 0: none fails any more.
void faults_fail_every(unsigned number) { atomic_store(&every, number); }
unsigned long faults_count(void) { return atomic_load(&failures); }

static int fails(int kind, int error) {
    unsigned number = atomic_load(&every);
    if (number == 0 || (atomic_fetch_add(&calls[kind], 1) + 1) % number != 0) return 0;
    atomic_fetch_add(&failures, 1);
    errno = error;
    return 1;
}

int memfd_create(const char *name, unsigned flags) {
    return fails(memory, EMFILE) ? -1 : (int)syscall(SYS_memfd_create, name, flags);
}

int ftruncate(int fd, off_t length) { return fails(size, ENOSPC) ? -1 : (int)syscall(SYS_ftruncate, fd, length); }

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    // What is shared through a descriptor, and no memory of the process's own.
    if ((flags & MAP_SHARED) && fd >= 0 && fails(mapping, ENOMEM)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}
