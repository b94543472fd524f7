// The filter of system calls for processes that run code which nobody trusts: a list of what is refused, with EPERM, so that a
// program learns that it may not and goes on. Compiled for the architecture that it runs on.
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls knows x86_64 and aarch64"
#endif

// Numbers that the headers of a build machine need not know yet; from 424 on they are the same everywhere.
enum {
    nr_pidfd_send_signal = 424, nr_io_uring_setup = 425, nr_open_tree = 428, nr_fspick = 433, nr_clone3 = 435, nr_openat2 = 437, nr_pidfd_getfd = 438,
    nr_process_madvise = 440, nr_mount_setattr = 442, nr_quotactl_fd = 443, nr_process_mrelease = 448, nr_fchmodat2 = 452,
    nr_setxattrat = 463, nr_removexattrat = 466, nr_open_tree_attr = 467, nr_file_setattr = 469
};

// What takes hold of other processes, of the kernel, of mounts, time, keys and devices.
static const unsigned administration[] = {
    SYS_ptrace, SYS_process_vm_readv, SYS_process_vm_writev, SYS_kcmp, nr_pidfd_getfd, nr_process_madvise, nr_process_mrelease,
    SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, nr_mount_setattr, nr_open_tree_attr, SYS_swapon, SYS_swapoff, SYS_reboot,
    SYS_sethostname, SYS_setdomainname, SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load,
    SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_keyctl, SYS_add_key, SYS_request_key, SYS_unshare, SYS_setns,
    SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_acct, SYS_quotactl, nr_quotactl_fd, SYS_settimeofday, SYS_clock_settime,
    SYS_clock_adjtime, SYS_adjtimex, SYS_syslog, SYS_vhangup, SYS_fanotify_init, SYS_personality,
    SYS_migrate_pages, SYS_move_pages,
#if defined(__x86_64__)
    SYS_iopl, SYS_ioperm, SYS_modify_ldt, SYS_uselib, SYS_ustat, SYS_sysfs,
#endif
};

// What changes the mode, the owner or the attributes of a file; Landlock lets it pass.
static const unsigned attributes[] = {
    SYS_fchmod, SYS_fchmodat, nr_fchmodat2, SYS_fchown, SYS_fchownat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, SYS_removexattr,
    SYS_lremovexattr, SYS_fremovexattr, nr_setxattrat, nr_removexattrat, nr_file_setattr, SYS_utimensat,
#if defined(__x86_64__)
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
};

// Programs of their own.
static const unsigned processes[] = {
    SYS_execve, SYS_execveat,
#if defined(__x86_64__)
    SYS_fork, SYS_vfork,
#endif
};

enum { most_instructions = 512 };
struct program {
    struct sock_filter code[most_instructions];
    unsigned short count;
};

static void put(struct program *program, struct sock_filter instruction) {
    if (program->count < most_instructions) program->code[program->count] = instruction;
    program->count++;
}

#define STATEMENT(code, k) ((struct sock_filter)BPF_STMT(code, k))
#define JUMP(code, k, yes, no) ((struct sock_filter)BPF_JUMP(code, k, yes, no))

static void load(struct program *program, size_t offset) {
    put(program, STATEMENT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offset));
}
static void load_argument(struct program *program, int number) {
    // The lower half comes first on both architectures; every argument that is looked at is an int for the kernel.
    load(program, offsetof(struct seccomp_data, args) + sizeof(uint64_t) * (size_t)number);
}
static void answer(struct program *program, unsigned error) {
    put(program, STATEMENT(BPF_RET | BPF_K, error == 0 ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | error));
}
static void refuse(struct program *program, unsigned call, unsigned error) {
    put(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
    answer(program, error);
}
static void refuse_all(struct program *program, const unsigned *calls, size_t count) {
    for (size_t index = 0; index < count; index++) refuse(program, calls[index], EPERM);
}
static void refuse_range(struct program *program, unsigned first, unsigned last) {
    put(program, JUMP(BPF_JMP | BPF_JGE | BPF_K, first, 0, 2));
    put(program, JUMP(BPF_JMP | BPF_JGT | BPF_K, last, 1, 0));
    answer(program, EPERM);
}

// Refuses a call unless its argument, under a mask, is one of these values.
static void only(struct program *program, unsigned call, int argument, unsigned mask, const unsigned *values, int count) {
    put(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, (unsigned char)(count + 4)));
    load_argument(program, argument);
    put(program, STATEMENT(BPF_ALU | BPF_AND | BPF_K, mask));
    for (int index = 0; index < count; index++)
        put(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, values[index], (unsigned char)(count - index), 0));
    answer(program, EPERM);
    answer(program, 0);
}

// Refuses a call when its argument, under a mask, is this value.
static void never(struct program *program, unsigned call, int argument, unsigned mask, unsigned value) {
    put(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 5));
    load_argument(program, argument);
    put(program, STATEMENT(BPF_ALU | BPF_AND | BPF_K, mask));
    put(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1));
    answer(program, EPERM);
    load(program, offsetof(struct seccomp_data, nr));
}

// Refuses a call when any of these bits of its first argument is set.
static void without(struct program *program, unsigned call, unsigned bits) {
    put(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 4));
    load_argument(program, 0);
    put(program, JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1));
    answer(program, EPERM);
    answer(program, 0);
}

#define COUNT(list) (sizeof(list) / sizeof(list)[0])
#define ALL(program, list) refuse_all(program, list, COUNT(list))

static void build(struct program *program, unsigned flags) {
    load(program, offsetof(struct seccomp_data, arch));
    put(program, JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
    // 32-bit calls have other numbers: nothing honest makes them here.
    put(program, STATEMENT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    load(program, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
    put(program, JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1));  // x32
    answer(program, ENOSYS);
#endif
    ALL(program, administration);
    refuse_range(program, nr_open_tree, nr_fspick);
    // io_uring opens sockets and files past every filter of system calls.
    for (unsigned call = nr_io_uring_setup; call < nr_io_uring_setup + 3; call++) refuse(program, call, ENOSYS);
    // Its flags lie in memory, where a filter cannot look; the C library then uses clone.
    refuse(program, nr_clone3, ENOSYS);
    if (flags & clinux_refuse_attributes) ALL(program, attributes);
    if (flags & clinux_refuse_truncation) {
        refuse(program, SYS_truncate, EPERM);
        refuse(program, nr_openat2, ENOSYS);
        never(program, SYS_openat, 2, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDONLY);
#if defined(__x86_64__)
        never(program, SYS_open, 1, O_TRUNC | O_ACCMODE, O_TRUNC | O_RDONLY);
#endif
    }
    // A terminal that is standard error must not be typed into.
    never(program, SYS_ioctl, 1, ~0u, 0x5412);  // TIOCSTI
    never(program, SYS_ioctl, 1, ~0u, 0x541c);  // TIOCLINUX
    never(program, SYS_prctl, 0, ~0u, PR_SET_PDEATHSIG);

    const unsigned unix_only = AF_UNIX, threads_only = CLONE_THREAD;
    if (flags & clinux_refuse_network) {
        refuse(program, SYS_socket, EPERM);
        only(program, SYS_socketpair, 0, ~0u, &unix_only, 1);
    } else {
        never(program, SYS_socket, 1, 0xf, SOCK_RAW);
        never(program, SYS_socket, 0, ~0u, AF_PACKET);
        never(program, SYS_socket, 0, ~0u, AF_ALG);
        never(program, SYS_socket, 0, ~0u, AF_VSOCK);
    }
    if (flags & clinux_refuse_signals) {
        const unsigned own = (unsigned)getpid(), own_or_group[] = {own, 0};
        only(program, SYS_kill, 0, ~0u, own_or_group, 2);
        only(program, SYS_tgkill, 0, ~0u, &own, 1);
        only(program, SYS_rt_sigqueueinfo, 0, ~0u, &own, 1);
        only(program, SYS_rt_tgsigqueueinfo, 0, ~0u, &own, 1);
        refuse(program, SYS_tkill, EPERM);
        refuse(program, nr_pidfd_send_signal, EPERM);
    }
    if (flags & clinux_refuse_processes) {
        ALL(program, processes);
        only(program, SYS_clone, 0, CLONE_THREAD, &threads_only, 1);
    } else {
        without(program, SYS_clone,
            CLONE_NEWNS | CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP);
    }
    answer(program, 0);
}

int clinux_seccomp_available(void) {
    unsigned action = SECCOMP_RET_ERRNO;
    return syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ? 0 : -errno;
}

int clinux_seccomp_enforce(unsigned flags) {
    struct program program = {.count = 0};
    build(&program, flags);
    if (program.count > most_instructions) return -E2BIG;
    struct sock_fprog filter = {.len = program.count, .filter = program.code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0 ? 0 : -errno;
}
