#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// --- Scheduling and limits ------------------------------------------------------------------------------------------

int clinux_set_limit(enum clinux_limit which, uint64_t value) {
    static const int resources[] = {RLIMIT_AS, RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_FSIZE, RLIMIT_CPU, RLIMIT_CORE};
    struct rlimit limit;
    if (getrlimit(resources[which], &limit) != 0) return -errno;
    // Who asks for more than the hard limit has a stricter limit already.
    if (value > limit.rlim_max) value = limit.rlim_max;
    limit.rlim_cur = value;
    // At the hard limit of processor time the kernel sends SIGKILL, which says nothing: it is for who ignores SIGXCPU.
    limit.rlim_max = which == clinux_limit_cpu_seconds && value < limit.rlim_max ? value + 1 : value;
    return setrlimit(resources[which], &limit) == 0 ? 0 : -errno;
}

int clinux_set_niceness(int niceness) { return setpriority(PRIO_PROCESS, 0, niceness) == 0 ? 0 : -errno; }

int clinux_set_affinity(const int *cores, int count) {
    cpu_set_t set;
    CPU_ZERO(&set);
    for (int index = 0; index < count; index++) {
        if (cores[index] < 0 || cores[index] >= CPU_SETSIZE) return -EINVAL;
        CPU_SET(cores[index], &set);
    }
    return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : -errno;
}

// --- Files ----------------------------------------------------------------------------------------------------------

int clinux_write_file(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -errno;
    size_t count = strlen(text);
    ssize_t written = write(fd, text, count);
    int result = written < 0 ? -errno : (size_t)written == count ? 0 : -EIO;
    close(fd);
    return result;
}

int clinux_write_report(int fd, const void *bytes, uint64_t count) {
    ssize_t written = pwrite(fd, bytes, count, 0);
    return written < 0 ? -errno : (uint64_t)written == count ? 0 : -EIO;
}

int clinux_chdir(const char *path) { return chdir(path) == 0 ? 0 : -errno; }
int clinux_make_folder(char *path) { return mkdtemp(path) != NULL ? 0 : -errno; }

// Deletes what a folder holds, one level at a time and without following links: what lies in it was written by code that nobody trusts.
static void empty(int folder, int depth) {
    DIR *entries = fdopendir(folder);
    if (entries == NULL) {
        close(folder);
        return;
    }
    fchmod(dirfd(entries), 0700);
    struct dirent *entry;
    while ((entry = readdir(entries)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (unlinkat(dirfd(entries), entry->d_name, 0) == 0) continue;
        // Deeper than any honest tree: lifted out, to be emptied as a neighbour of the folder that it was found in.
        if (depth == 64) {
            char name[64];
            snprintf(name, sizeof name, "../deep-%llx", (unsigned long long)clinux_monotonic_ns());
            if (renameat(dirfd(entries), entry->d_name, dirfd(entries), name) == 0) continue;
        }
        // A folder that its owner may not enter would stay.
        fchmodat(dirfd(entries), entry->d_name, 0700, AT_SYMLINK_NOFOLLOW);
        int inner = openat(dirfd(entries), entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (inner >= 0) empty(inner, depth + 1);
        unlinkat(dirfd(entries), entry->d_name, AT_REMOVEDIR);
    }
    closedir(entries);
}

int clinux_remove_tree(const char *path) {
    // What was lifted out of the depth lies higher up, where a pass may have looked already: hence rounds.
    for (int round = 0; round < 1024; round++) {
        if (rmdir(path) == 0) return 0;
        if (errno != ENOTEMPTY && errno != EEXIST) return -errno;
        int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (folder < 0) return -errno;
        empty(folder, 0);
    }
    return -ENOTEMPTY;
}

// --- Privileges -----------------------------------------------------------------------------------------------------

int clinux_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 ? 0 : -errno; }

int clinux_drop_capabilities(void) {
    for (int capability = 0; capability < 64; capability++)
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2];
    memset(none, 0, sizeof none);
    return syscall(SYS_capset, &header, none) == 0 ? 0 : -errno;
}

// --- Namespaces -----------------------------------------------------------------------------------------------------

static int map_identity(const char *file, unsigned id) {
    char line[32];
    snprintf(line, sizeof line, "%u %u 1", id, id);
    return clinux_write_file(file, line);
}

int clinux_own_namespaces(bool network) {
    int wanted = CLONE_NEWNS | CLONE_NEWIPC | (network ? CLONE_NEWNET : 0);
    if (unshare(wanted) == 0) return 0;
    if (errno != EPERM) return -errno;
    // Without privileges: in a user namespace in which this user is what it was outside.
    unsigned user = geteuid(), group = getegid();
    if (unshare(CLONE_NEWUSER | wanted) != 0) return -errno;
    int error = map_identity("/proc/self/uid_map", user);
    if (error == 0) error = clinux_write_file("/proc/self/setgroups", "deny");
    if (error == 0) error = map_identity("/proc/self/gid_map", group);
    return error;
}

struct mount_attributes {
    uint64_t set, clear, propagation, user_namespace;
};

static int set_attributes(const char *path, unsigned flags, struct mount_attributes attributes) {
    return syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &attributes, sizeof attributes) == 0 ? 0 : -errno;
}

int clinux_read_only_mounts(const char *folder, uint64_t bytes, char *const writable[], int count) {
    const uint64_t read_only = 1;  // MOUNT_ATTR_RDONLY
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) return -errno;
    for (int index = 0; index < count; index++)
        if (mount(writable[index], writable[index], NULL, MS_BIND | MS_REC, NULL) != 0 && errno != ENOENT) return -errno;
    int error = set_attributes("/", AT_RECURSIVE, (struct mount_attributes){.set = read_only});
    for (int index = 0; error == 0 && index < count; index++) {
        error = set_attributes(writable[index], 0, (struct mount_attributes){.clear = read_only});
        // What is read-only by itself, or is not there, stays so.
        if (error == -EPERM || error == -ENOENT) error = 0;
    }
    if (error != 0 || folder == NULL) return error;
    char options[64];
    snprintf(options, sizeof options, "size=%llu,mode=0700,nr_inodes=65536", (unsigned long long)bytes);
    return mount("dspex", folder, "tmpfs", MS_NOSUID | MS_NODEV, options) == 0 ? 0 : -errno;
}

// --- Landlock -------------------------------------------------------------------------------------------------------

// The kernel's numbers, which the headers of a build machine need not know yet.
enum { landlock_create_ruleset = 444, landlock_add_rule = 445, landlock_restrict_self = 446 };
struct landlock_ruleset {
    uint64_t files, network, scoped;
};
struct landlock_path_rule {
    uint64_t access;
    int32_t parent;
} __attribute__((packed));

static const uint64_t fs_execute = 1u << 0, fs_write_file = 1u << 1, fs_read_file = 1u << 2, fs_read_dir = 1u << 3,
                      fs_truncate = 1u << 14, fs_ioctl = 1u << 15;

// Every access to files that this version of Landlock can refuse.
static uint64_t known_access(int abi) {
    uint64_t access = (1u << 13) - 1;
    if (abi >= 2) access |= 1u << 13;  // a file linked or moved into another folder
    if (abi >= 3) access |= fs_truncate;
    if (abi >= 5) access |= fs_ioctl;
    return access;
}

int clinux_landlock_abi(void) {
    long version = syscall(landlock_create_ruleset, NULL, 0, 1);
    return version < 0 ? -errno : (int)version;
}

int clinux_landlock_create(int abi, bool files, bool network, bool signals) {
    struct landlock_ruleset rules = {.files = files ? known_access(abi) : 0};
    if (network && abi >= 4) rules.network = 3;  // neither bind nor connect TCP sockets
    if (signals && abi >= 6) rules.scoped = 3;   // neither abstract Unix sockets nor signals beyond this process and its children
    size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
    long fd = syscall(landlock_create_ruleset, &rules, size, 0);
    return fd < 0 ? -errno : (int)fd;
}

int clinux_landlock_allow(int ruleset, int abi, const char *path, enum clinux_access access) {
    int folder = open(path, O_PATH | O_CLOEXEC);
    if (folder < 0) return -errno;
    struct stat status;
    int error = fstat(folder, &status) == 0 ? 0 : -errno;
    uint64_t rights = fs_read_file | fs_read_dir;
    if (access == clinux_access_run) rights |= fs_execute;
    if (access == clinux_access_write) rights = known_access(abi) & ~fs_execute;
    // What is no folder takes only the rights that a file can have.
    if (error == 0 && !S_ISDIR(status.st_mode))
        rights &= fs_execute | fs_write_file | fs_read_file | fs_truncate | fs_ioctl;
    struct landlock_path_rule rule = {.access = rights & known_access(abi), .parent = folder};
    if (error == 0 && syscall(landlock_add_rule, ruleset, 1, &rule, 0) != 0) error = -errno;
    close(folder);
    return error;
}

int clinux_landlock_enforce(int ruleset) {
    int error = syscall(landlock_restrict_self, ruleset, 0) == 0 ? 0 : -errno;
    close(ruleset);
    return error;
}
