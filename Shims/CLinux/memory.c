#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int clinux_sealed_memfd(const char *name, uint64_t size) {
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) return -errno;
    if (ftruncate(fd, (off_t)size) != 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

int64_t clinux_sealed_size(int fd) {
    int seals = fcntl(fd, F_GET_SEALS);
    if (seals < 0 || !(seals & F_SEAL_SHRINK)) return -EPERM;
    struct stat status;
    if (fstat(fd, &status) != 0) return -errno;
    return status.st_size;
}

int clinux_text_memfd(const char *name) {
    int fd = memfd_create(name, MFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

void *clinux_map_shared(int fd, uint64_t size, int *error) {
    void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address != MAP_FAILED) return address;
    *error = errno;
    return NULL;
}

void clinux_unmap(void *address, uint64_t size) { munmap(address, size); }
int clinux_close(int fd) { return close(fd) == 0 ? 0 : -errno; }
int clinux_dup2(int from, int to) { return dup2(from, to) < 0 ? -errno : to; }

int clinux_set_cloexec(int fd, bool on) { return fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0) == 0 ? 0 : -errno; }

int64_t clinux_read_file(const char *path, void *into, uint64_t count) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    uint64_t got = 0;
    ssize_t step = 1;
    while (got < count && (step = read(fd, (char *)into + got, count - got)) > 0) got += (uint64_t)step;
    int error = errno;
    close(fd);
    return step < 0 ? -error : (int64_t)got;
}

int64_t clinux_page_size(void) { return sysconf(_SC_PAGESIZE); }

int64_t clinux_pread(int fd, void *into, uint64_t count, int64_t offset) {
    ssize_t got = pread(fd, into, count, offset);
    return got < 0 ? -errno : got;
}

int clinux_eventfd(void) {
    int fd = eventfd(0, EFD_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int clinux_ring(int fd) {
    uint64_t one = 1;
    ssize_t written;
    do written = write(fd, &one, sizeof one);
    while (written < 0 && errno == EINTR);
    return written < 0 ? -errno : 0;
}

int clinux_await_ring(int fd, int64_t timeout_ns) {
    uint64_t end = timeout_ns < 0 ? 0 : clinux_monotonic_ns() + (uint64_t)timeout_ns;
    for (;;) {
        if (timeout_ns >= 0) {
            uint64_t now = clinux_monotonic_ns();
            uint64_t left = now >= end ? 0 : end - now;
            struct timespec limit = {.tv_sec = (time_t)(left / 1000000000u), .tv_nsec = (long)(left % 1000000000u)};
            struct pollfd entry = {.fd = fd, .events = POLLIN};
            int ready = ppoll(&entry, 1, &limit, NULL);
            if (ready == 0) return 0;
            if (ready < 0) {
                if (errno == EINTR) continue;
                return -errno;
            }
        }
        uint64_t count;
        if (read(fd, &count, sizeof count) == sizeof count) return 1;
        if (errno != EINTR) return -errno;
    }
}

uint64_t clinux_monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void clinux_collapse_memory(void) {
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
    const uintptr_t huge = 2u << 20;
    FILE *maps = fopen("/proc/self/maps", "re");
    if (maps == NULL) return;
    char line[512];
    while (fgets(line, sizeof line, maps) != NULL) {
        uintptr_t start, end;
        char access[5];
        unsigned long inode;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s %*s %*s %lu", &start, &end, access, &inode) != 4) continue;
        if (access[1] != 'w' || access[3] != 'p' || inode != 0) continue;
        start = (start + huge - 1) & ~(huge - 1);
        end &= ~(huge - 1);
        if (end > start) madvise((void *)start, end - start, MADV_COLLAPSE);
    }
    fclose(maps);
}
