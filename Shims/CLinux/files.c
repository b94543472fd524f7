#include "CLinux.h"

#include <errno.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int clinux_inotify(void) {
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

int clinux_inotify_add(int fd, const char *folder) {
    int watch = inotify_add_watch(
        fd, folder,
        IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
    return watch < 0 ? -errno : watch;
}

int64_t clinux_inotify_read(int fd, void *into, uint64_t count) {
    ssize_t got;
    do got = read(fd, into, count);
    while (got < 0 && errno == EINTR);
    if (got >= 0) return got;
    return errno == EAGAIN ? 0 : -errno;
}

int clinux_changed_within(const char *path, uint64_t ns) {
    struct stat status;
    struct timespec now;
    if (stat(path, &status) != 0) return -errno;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -errno;
    int64_t age = (int64_t)(now.tv_sec - status.st_ctim.tv_sec) * 1000000000 + (now.tv_nsec - status.st_ctim.tv_nsec);
    return age <= (int64_t)ns;
}
