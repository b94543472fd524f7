#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int clinux_spawn(const char *path, char *const argv[], char *const envp[], int socket) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) return -error;
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -error;
    }
    // A duplicate above 3 first: dup2 of a descriptor onto itself would leave it close-on-exec.
    int source = fcntl(socket, F_DUPFD_CLOEXEC, 4);
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    error = source < 0 ? errno : 0;
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, source, 3);
    // What Python prints must not mix with what the host says on its standard output.
    if (error == 0) error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, 2, 1);
    if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 4);
    if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
    if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
    if (error == 0) error = posix_spawnattr_setpgroup(&attributes, 0);
    if (error == 0)
        error = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    pid_t pid = 0;
    if (error == 0) error = posix_spawn(&pid, path, &actions, &attributes, argv, envp);
    if (source >= 0) close(source);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error == 0 ? pid : -error;
}

int clinux_fork(void) {
    pid_t pid = fork();
    return pid < 0 ? -errno : pid;
}

int clinux_pidfd_open(int pid) {
    long fd = syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -errno : (int)fd;
}

int clinux_pidfd_kill(int pidfd, int signal) {
    return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) == 0 ? 0 : -errno;
}

bool clinux_pidfd_ended(int pidfd) {
    struct pollfd entry = {.fd = pidfd, .events = POLLIN};
    return poll(&entry, 1, 0) > 0;
}

int clinux_reap(int *status) {
    pid_t pid;
    do pid = waitpid(-1, status, WNOHANG);
    while (pid < 0 && errno == EINTR);
    return pid < 0 ? -errno : pid;
}

int clinux_wait(int pid, int *status) {
    pid_t ended;
    do ended = waitpid(pid, status, 0);
    while (ended < 0 && errno == EINTR);
    return ended < 0 ? -errno : ended;
}

bool clinux_status_exited(int status, int *code) {
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    return WIFEXITED(status);
}

bool clinux_status_signalled(int status, int *signal) {
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return WIFSIGNALED(status);
}

int clinux_kill(int pid, int signal) { return kill(pid, signal) == 0 ? 0 : -errno; }

static pid_t parent_of(const char *pid) {
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL) return 0;
    size_t count = fread(line, 1, sizeof line - 1, file);
    fclose(file);
    line[count] = 0;
    // The command stands in parentheses and may hold any character; the fields go on after the last one.
    char *after = strrchr(line, ')');
    int parent = 0;
    char state;
    if (after == NULL || sscanf(after + 1, " %c %d", &state, &parent) != 2) return 0;
    return parent;
}

void clinux_kill_descendants(void) {
    // As a subreaper this process adopts what a killed child leaves behind, so each round reaches one generation further.
    for (;;) {
        int status;
        int ended;
        while ((ended = clinux_reap(&status)) > 0) {
        }
        if (ended == -ECHILD) return;
        DIR *processes = opendir("/proc");
        if (processes == NULL) return;
        pid_t self = getpid();
        struct dirent *entry;
        while ((entry = readdir(processes)) != NULL) {
            if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || parent_of(entry->d_name) != self) continue;
            pid_t child = (pid_t)atoi(entry->d_name);
            kill(-child, SIGKILL);
            kill(child, SIGKILL);
        }
        closedir(processes);
        do ended = waitpid(-1, &status, 0);
        while (ended < 0 && errno == EINTR);
    }
}

int clinux_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : -errno; }

void clinux_die_with_parent(int parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != parent) _exit(0);
}

void clinux_signal_with_parent(int parent) {
    prctl(PR_SET_PDEATHSIG, SIGCHLD, 0, 0, 0);
    if (getppid() != parent) _exit(0);
}

int clinux_own_process_group(void) { return setpgid(0, 0) == 0 ? 0 : -errno; }

int clinux_child_signal_fd(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -errno;
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -errno : fd;
}

void clinux_drain_signal_fd(int fd) {
    struct signalfd_siginfo information;
    while (read(fd, &information, sizeof information) > 0) {
    }
}

void clinux_reset_signals(void) {
    for (int number = 1; number < 32; number++)
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void clinux_close_others(const int *keep, int count) {
    int last = 2;
    for (;;) {
        int next = -1;
        for (int index = 0; index < count; index++)
            if (keep[index] > last && (next < 0 || keep[index] < next)) next = keep[index];
        unsigned first = (unsigned)last + 1;
        if (next < 0) {
            syscall(SYS_close_range, first, ~0u, 0);
            return;
        }
        if (first < (unsigned)next) syscall(SYS_close_range, first, (unsigned)next - 1, 0);
        last = next;
    }
}

static int entries(const char *folder) {
    DIR *listing = opendir(folder);
    if (listing == NULL) return -errno;
    int count = 0;
    struct dirent *entry;
    while ((entry = readdir(listing)) != NULL)
        if (entry->d_name[0] != '.') count++;
    closedir(listing);
    return count;
}

int clinux_thread_count(void) { return entries("/proc/self/task"); }

int clinux_open_files_count(void) {
    int count = entries("/proc/self/fd");
    // One of them was the listing itself.
    return count < 0 ? count : count - 1;
}

int clinux_open_files_limit(uint64_t *soft, uint64_t *hard) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return -errno;
    *soft = limit.rlim_cur;
    *hard = limit.rlim_max;
    return 0;
}

int clinux_set_open_files_limit(uint64_t soft, uint64_t hard) {
    struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? 0 : -errno;
}

int clinux_poll2(int first, int second, int timeout_ms) {
    struct pollfd entries[2] = {{.fd = first, .events = POLLIN}, {.fd = second, .events = POLLIN}};
    int ready = poll(entries, 2, timeout_ms);
    if (ready < 0) return errno == EINTR ? 0 : -errno;
    return (entries[0].revents ? 1 : 0) | (entries[1].revents ? 2 : 0);
}

void clinux_exit(int code) { _exit(code); }
void clinux_write_error(const void *bytes, uint64_t count) {
    ssize_t written = write(2, bytes, count);
    (void)written;
}

int clinux_getpid(void) { return getpid(); }
int clinux_getppid(void) { return getppid(); }
const char *clinux_strerror(int error) { return strerror(error < 0 ? -error : error); }

struct thread_start {
    void (*body)(void *);
    void *context;
};

static void *thread_main(void *argument) {
    struct thread_start start = *(struct thread_start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int clinux_thread_start(void (*body)(void *), void *context, uint64_t *handle) {
    struct thread_start *start = malloc(sizeof *start);
    if (start == NULL) return -ENOMEM;
    *start = (struct thread_start){body, context};
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    int error = pthread_create(&thread, NULL, thread_main, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) {
        free(start);
        return -error;
    }
    *handle = (uint64_t)thread;
    return 0;
}

int clinux_thread_join(uint64_t handle) { return -pthread_join((pthread_t)handle, NULL); }

uint64_t clinux_thread_current(void) { return (uint64_t)pthread_self(); }

void clinux_yield(void) { sched_yield(); }

uint32_t clinux_core(void) { return (uint32_t)sched_getcpu() + 1; }

static __thread uint64_t current_call;

uint64_t clinux_current_call(void) { return current_call; }

uint64_t clinux_set_current_call(uint64_t call) {
    uint64_t before = current_call;
    current_call = call;
    return before;
}
