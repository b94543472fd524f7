// The system calls that Swift cannot say: atomics over shared memory, variadic and flag-heavy calls, descriptor passing,
// process creation. Every function returns what the kernel returned, or a negative errno.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

// --- Atomics over memory that another process maps too ------------------------------------------------------------

static inline uint64_t clinux_load_acquire_u64(const uint64_t *at) { return __atomic_load_n(at, __ATOMIC_ACQUIRE); }
static inline void clinux_store_release_u64(uint64_t *at, uint64_t value) { __atomic_store_n(at, value, __ATOMIC_RELEASE); }
static inline uint32_t clinux_load_acquire_u32(const uint32_t *at) { return __atomic_load_n(at, __ATOMIC_ACQUIRE); }
static inline void clinux_store_release_u32(uint32_t *at, uint32_t value) { __atomic_store_n(at, value, __ATOMIC_RELEASE); }
// Sequentially consistent, for the sleeper's "I sleep, is there anything?" against the producer's "published, who sleeps?".
static inline uint32_t clinux_load_u32(const uint32_t *at) { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }
static inline void clinux_store_u32(uint32_t *at, uint32_t value) { __atomic_store_n(at, value, __ATOMIC_SEQ_CST); }
static inline uint32_t clinux_exchange_u32(uint32_t *at, uint32_t value) { return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST); }
static inline uint32_t clinux_add_u32(uint32_t *at, uint32_t value) { return __atomic_add_fetch(at, value, __ATOMIC_SEQ_CST); }
static inline bool clinux_exchange_if_u64(uint64_t *at, uint64_t known, uint64_t value) {
    return __atomic_compare_exchange_n(at, &known, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
static inline uint64_t clinux_load_u64(const uint64_t *at) { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }
static inline void clinux_store_u64(uint64_t *at, uint64_t value) { __atomic_store_n(at, value, __ATOMIC_SEQ_CST); }

// Tells the core that this is a loop which waits for memory to change.
static inline void clinux_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

// Lets others have this core, if any wait for it.
void clinux_yield(void);
// The core that this thread is on now, counted from 1.
uint32_t clinux_core(void);

// --- Memory, descriptors --------------------------------------------------------------------------------------------

// A memfd of `size` bytes, sealed against shrinking and growing.
int clinux_sealed_memfd(const char *name, uint64_t size);
// The size of a memfd that is sealed against shrinking and growing, or -EPERM when it is none. Memory of huge pages is refused too: a hole
// in it can fail its reader.
int64_t clinux_sealed_size(int fd);
// What tells one file from all others.
int clinux_file_identity(int fd, uint64_t *device, uint64_t *inode);
// One more descriptor of the same file, close-on-exec.
int clinux_duplicate(int fd);
// A memfd that may grow, for text such as a crash report.
int clinux_text_memfd(const char *name);
// Maps `size` bytes of a descriptor, shared, readable and writable; NULL and errno in `*error` when it fails.
void *clinux_map_shared(int fd, uint64_t size, int *error);
void clinux_unmap(void *address, uint64_t size);
int clinux_close(int fd);
int clinux_dup2(int from, int to);
int clinux_set_cloexec(int fd, bool on);
// Reads the start of a file, at most `count` bytes: how many there were.
int64_t clinux_read_file(const char *path, void *into, uint64_t count);
int64_t clinux_page_size(void);
int64_t clinux_pread(int fd, void *into, uint64_t count, int64_t offset);

// Puts what this process has written into huge pages as far as it fills them, so that a fork has fewer entries to copy. A copy of a
// page that a child writes to is still a small one. Best effort: kernels before 6.1 cannot.
void clinux_collapse_memory(void);

// The limit of open files of this process. 0, or a negative errno.
int clinux_open_files_limit(uint64_t *soft, uint64_t *hard);
int clinux_set_open_files_limit(uint64_t soft, uint64_t hard);
// How many it has open.
int clinux_open_files_count(void);

// --- Doorbells ------------------------------------------------------------------------------------------------------

int clinux_eventfd(void);
// Adds one to a doorbell: wakes who sleeps on it.
int clinux_ring(int fd);
// Sleeps until a doorbell rings, at most `timeout_ns` (negative: for ever). 1 rung, 0 timed out.
int clinux_await_ring(int fd, int64_t timeout_ns);
uint64_t clinux_monotonic_ns(void);

// --- Unix socket pairs that carry descriptors -------------------------------------------------------------------------

// A pair of SOCK_SEQPACKET sockets, close-on-exec.
int clinux_socketpair(int pair[2]);
// Sends one packet with descriptors. Never raises SIGPIPE. -EAGAIN when `wait` is false and the socket is full.
int64_t clinux_send(int socket, const void *bytes, uint64_t count, const int *fds, int fd_count, bool wait);
// Whether that is what it returned because there is no room.
bool clinux_would_block(int64_t result);
// Whether that is what sending or receiving returned because the process at the other end is not there any more.
bool clinux_peer_is_gone(int64_t result);
// Receives one packet. `*fd_count` holds the room in `fds` on entry and the number received on return; all are close-on-exec.
// 0 at end of file, -EMSGSIZE when the packet or its descriptors did not fit (nothing is leaked).
int64_t clinux_receive(int socket, void *bytes, uint64_t count, int *fds, int *fd_count, bool wait);

// --- epoll ----------------------------------------------------------------------------------------------------------

int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int fd, uint64_t tag, bool edge_triggered);
int clinux_epoll_remove(int epoll, int fd);
// Waits for events and writes their tags. timeout_ms < 0 waits for ever.
int clinux_epoll_wait(int epoll, uint64_t *tags, int capacity, int timeout_ms);

// --- Folders that are watched (inotify) ---------------------------------------------------------------------------------

int clinux_inotify(void);
// Watches what is written, moved, made and deleted in a folder. The watch's number, the same for the same folder; -ENOTDIR when it is
// none, -ENOSPC when the user has too many (fs.inotify.max_user_watches).
int clinux_inotify_add(int fd, const char *folder);
// Reads what has been reported, whole events; 0 when there is nothing.
int64_t clinux_inotify_read(int fd, void *into, uint64_t count);
// Whether a file's contents, name or properties have changed in the last `ns`: 1, 0, or a negative errno.
int clinux_changed_within(const char *path, uint64_t ns);

// --- Processes --------------------------------------------------------------------------------------------------------

// Starts an executable with an empty standard input, both outputs on this process's standard error, and `socket` as descriptor 3;
// nothing else is inherited. Returns the pid.
int clinux_spawn(const char *path, char *const argv[], char *const envp[], int socket);
int clinux_fork(void);
int clinux_pidfd_open(int pid);
int clinux_pidfd_kill(int pidfd, int signal);
// Whether the process behind a pidfd has ended.
bool clinux_pidfd_ended(int pidfd);
// Reaps one ended child without waiting: its pid and wait status; 0 when none has ended; -ECHILD when there is none.
int clinux_reap(int *status);
int clinux_wait(int pid, int *status);
bool clinux_status_exited(int status, int *code);
bool clinux_status_signalled(int status, int *signal);
int clinux_kill(int pid, int signal);
// Kills every child process of this one until none is left, adopted grandchildren included, and reaps them.
void clinux_kill_descendants(void);
int clinux_become_subreaper(void);
// Asks for SIGKILL when the parent thread ends, and exits at once if the parent is no longer `parent`.
void clinux_die_with_parent(int parent);
// Asks for SIGCHLD when the parent thread ends, and exits at once if the parent is no longer `parent`.
void clinux_signal_with_parent(int parent);
int clinux_own_process_group(void);
// A descriptor that becomes readable on SIGCHLD, which is blocked from now on.
int clinux_child_signal_fd(void);
void clinux_drain_signal_fd(int fd);
// Unblocks all signals and gives each its default disposition, but SIGPIPE and SIGXFSZ, which stay ignored as Python expects:
// what cannot be written is an error there.
void clinux_reset_signals(void);
// Closes every descriptor from 3 up that is not in `keep`.
void clinux_close_others(const int *keep, int count);
// Threads of this process, counted in /proc/self/task.
int clinux_thread_count(void);
int clinux_poll2(int first, int second, int timeout_ms);
_Noreturn void clinux_exit(int code);
// Writes to standard error, as far as that goes.
void clinux_write_error(const void *bytes, uint64_t count);
int clinux_getpid(void);
int clinux_getppid(void);
const char *clinux_strerror(int error);

// --- Limits and confinement of the calling process ----------------------------------------------------------------------
// All of it is for a process with one thread that has just been forked; none of it can be taken back.

enum clinux_limit {
    clinux_limit_address_space, clinux_limit_open_files, clinux_limit_processes, clinux_limit_file_size, clinux_limit_cpu_seconds,
    clinux_limit_core
};
// Sets a resource limit, soft and hard; a stricter hard limit stays. Processor time ends in SIGXCPU, and a second later in SIGKILL.
int clinux_set_limit(enum clinux_limit which, uint64_t value);
int clinux_set_niceness(int niceness);
int clinux_set_affinity(const int *cores, int count);

// Writes a text into a file that is there, in one piece, as files of the kernel want it.
int clinux_write_file(const char *path, const char *text);
// Writes to the start of a descriptor that is no stream.
int clinux_write_report(int fd, const void *bytes, uint64_t count);
int clinux_chdir(const char *path);
// Makes a folder that only this user may enter; the last six characters, XXXXXX, become its own.
int clinux_make_folder(char *path);
// Deletes a folder with what is in it, and follows no link.
int clinux_remove_tree(const char *path);

int clinux_no_new_privileges(void);
int clinux_drop_capabilities(void);
// Mounts and System V objects of its own, and a network without interfaces; by a user namespace where privileges are missing.
int clinux_own_namespaces(bool network);
// In namespaces of its own: makes every mount read-only but those at `writable`, and mounts an empty file system of `bytes` at `folder`
// (NULL for none).
int clinux_read_only_mounts(const char *folder, uint64_t bytes, char *const writable[], int count);

// The version of Landlock's interface, or a negative errno: -ENOSYS too old a kernel, -EOPNOTSUPP switched off.
int clinux_landlock_abi(void);
// Rules under which nothing is allowed: no file, no TCP (from version 4), no signal to others (from version 6), as asked for.
int clinux_landlock_create(int abi, bool files, bool network, bool signals);
enum clinux_access { clinux_access_read, clinux_access_run, clinux_access_write };
// Allows access to a file, or to a folder and what is below it.
int clinux_landlock_allow(int rules, int abi, const char *path, enum clinux_access access);
// Puts the rules into force and closes them. Wants `clinux_no_new_privileges` before.
int clinux_landlock_enforce(int rules);

// 0 when system calls can be filtered.
int clinux_seccomp_available(void);
enum clinux_refusal {
    clinux_refuse_network = 1,     // sockets, but for pairs within the process
    clinux_refuse_processes = 2,   // forks and programs; threads are made as ever
    clinux_refuse_signals = 4,     // signals to other processes; only together with `clinux_refuse_processes`
    clinux_refuse_attributes = 8,  // modes, owners, times and extended attributes of files
    clinux_refuse_truncation = 16, // emptying a file that may be read only
};
// Refuses the system calls of administrators with EPERM, and those that the flags name. Wants `clinux_no_new_privileges` before.
int clinux_seccomp_enforce(unsigned flags);

// --- Threads that are no Swift tasks ------------------------------------------------------------------------------------

// Starts a thread with all signals blocked; it owns `context`. 0, or a negative errno.
int clinux_thread_start(void (*body)(void *), void *context, uint64_t *handle);
int clinux_thread_join(uint64_t handle);
// The handle of this thread.
uint64_t clinux_thread_current(void);
// The call that this thread works for, 0 for none; setting it returns the one before.
uint64_t clinux_current_call(void);
uint64_t clinux_set_current_call(uint64_t call);

#endif
