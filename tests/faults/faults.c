/* Makes one operation of a program on the files of a folder fail, or kills the program there.
 *
 * Loaded with LD_PRELOAD. It wraps the functions of the C library through which files are opened, read, written, synced,
 * renamed and removed, and counts the calls that concern the folder. It also keeps the program on one processor, so that
 * the calls come in the same order each time.
 *
 *   FAULT_UNDER  the folder, as the kernel names it
 *   FAULT_AT     the number of the call that fails, from 1; 0: none
 *   FAULT_AS     eio, enospc: it fails so; short: half is written, and the next write fails with ENOSPC;
 *                before, after: the program is killed before or after the call
 *   FAULT_LOG    a file to which each call is added as a line: number, kind, path
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

static const char *under, *as;
static size_t under_length;
static long fail_at;
static int log_file = -1;
static atomic_long calls;
static atomic_int full;

static void trap_renames(void);

__attribute__((constructor)) static void begin(void) {
    cpu_set_t all, one;
    if (sched_getaffinity(0, sizeof all, &all) == 0) {
        int wanted = getpid() % CPU_COUNT(&all);
        for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
            if (CPU_ISSET(cpu, &all) && wanted-- == 0) {
                CPU_ZERO(&one);
                CPU_SET(cpu, &one);
                sched_setaffinity(0, sizeof one, &one);
                break;
            }
        }
    }
    const char *at = getenv("FAULT_AT"), *log = getenv("FAULT_LOG");
    as = getenv("FAULT_AS");
    fail_at = at ? atol(at) : 0;
    if (log) log_file = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    under = getenv("FAULT_UNDER");
    under_length = under ? strlen(under) : 0;
    if (under) trap_renames();
}

static int is_under(const char *path) {
    return under && strncmp(path, under, under_length) == 0 && (path[under_length] == '/' || path[under_length] == 0);
}

static int named(int folder, const char *path, char *out, size_t size) {
    if (!under || !path) return 0;
    if (path[0] == '/') return snprintf(out, size, "%s", path) > 0 && is_under(out);
    char link[64], base[4096];
    if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, base, sizeof base - 1);
    if (length < 0) return 0;
    base[length] = 0;
    snprintf(out, size, "%s/%s", base, path);
    return is_under(out);
}

static int opened(int file, char *out, size_t size) {
    if (!under) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, out, size - 1);
    if (length < 0) return 0;
    out[length] = 0;
    return is_under(out);
}

enum { PASS, FAIL, SHORT, KILL_AFTER };

static int count(const char *kind, const char *path) {
    long number = atomic_fetch_add(&calls, 1) + 1;
    if (log_file >= 0) {
        char line[4352];
        int length = snprintf(line, sizeof line, "%ld %s %s\n", number, kind, path + under_length);
        if (length > 0) syscall(SYS_write, log_file, line, (size_t)length);
    }
    int is_write = strcmp(kind, "write") == 0;
    if (is_write && atomic_load(&full)) {
        errno = ENOSPC;
        return FAIL;
    }
    if (number != fail_at || !as) return PASS;
    if (strcmp(as, "before") == 0) syscall(SYS_kill, getpid(), SIGKILL);
    if (strcmp(as, "after") == 0) return KILL_AFTER;
    if (strcmp(as, "short") == 0) {
        if (!is_write) return PASS;
        atomic_store(&full, 1);
        return SHORT;
    }
    errno = strcmp(as, "enospc") == 0 ? ENOSPC : EIO;
    return FAIL;
}

static void ended(int what) {
    if (what == KILL_AFTER) syscall(SYS_kill, getpid(), SIGKILL);
}

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

/* A call on a path or an open file: fails, or is made, and perhaps is the last one. */
#define CALL(kind, is_ours, path, call) \
    do { \
        int what = (is_ours) ? count(kind, path) : PASS; \
        if (what == FAIL) return -1; \
        __typeof__(call) result = call; \
        ended(what); \
        return result; \
    } while (0)

static int open_at(int folder, const char *name, int flags, mode_t mode) {
    char path[8192];
    int writes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT;
    /* A folder that is opened is only synced or listed. */
    int is_ours = !(flags & O_DIRECTORY) && named(folder, name, path, sizeof path);
    CALL(writes ? "create" : "open", is_ours, path, (int)syscall(SYS_openat, folder, name, flags, mode));
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }

int open(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags, mode); }
int open64(const char *name, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, name, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *name, int flags, ...) { MODE(flags) return open_at(folder, name, flags, mode); }
int openat64(int folder, const char *name, int flags, ...) { MODE(flags) return open_at(folder, name, flags | O_LARGEFILE, mode); }

#define WRITES(name, parameters, arguments, half) \
    ssize_t name parameters { \
        char path[8192]; \
        REAL(name); \
        int what = opened(file, path, sizeof path) ? count("write", path) : PASS; \
        if (what == FAIL) return -1; \
        ssize_t result = what == SHORT ? half : real arguments; \
        ended(what); \
        return result; \
    }

WRITES(write, (int file, const void *bytes, size_t length), (file, bytes, length), real(file, bytes, (length + 1) / 2))
WRITES(pwrite, (int file, const void *bytes, size_t length, off_t at), (file, bytes, length, at), real(file, bytes, (length + 1) / 2, at))
WRITES(pwrite64, (int file, const void *bytes, size_t length, off64_t at), (file, bytes, length, at), real(file, bytes, (length + 1) / 2, at))
WRITES(writev, (int file, const struct iovec *parts, int number), (file, parts, number), real(file, parts, (number + 1) / 2))

#define READS(name, parameters, arguments) \
    ssize_t name parameters { \
        char path[8192]; \
        REAL(name); \
        CALL("read", opened(file, path, sizeof path), path, real arguments); \
    }

READS(read, (int file, void *bytes, size_t length), (file, bytes, length))
READS(pread, (int file, void *bytes, size_t length, off_t at), (file, bytes, length, at))
READS(pread64, (int file, void *bytes, size_t length, off64_t at), (file, bytes, length, at))
READS(readv, (int file, const struct iovec *parts, int number), (file, parts, number))

ssize_t copy_file_range(int from, off64_t *from_at, int file, off64_t *at, size_t length, unsigned flags) {
    char path[8192];
    REAL(copy_file_range);
    CALL("write", opened(file, path, sizeof path), path, real(from, from_at, file, at, length, flags));
}

ssize_t sendfile64(int file, int from, off64_t *at, size_t length) {
    char path[8192];
    CALL("write", opened(file, path, sizeof path), path, (ssize_t)syscall(SYS_sendfile, file, from, at, length));
}

#define ON_FILE(name, kind, parameters, arguments) \
    int name parameters { \
        char path[8192]; \
        REAL(name); \
        CALL(kind, opened(file, path, sizeof path), path, real arguments); \
    }

ON_FILE(fsync, "sync", (int file), (file))
ON_FILE(fdatasync, "sync", (int file), (file))
ON_FILE(ftruncate, "truncate", (int file, off_t length), (file, length))
ON_FILE(ftruncate64, "truncate", (int file, off64_t length), (file, length))
ON_FILE(fchmod, "mode", (int file, mode_t mode), (file, mode))

#define ON_PATH(name, kind, folder, which, parameters, arguments) \
    int name parameters { \
        char path[8192]; \
        REAL(name); \
        CALL(kind, named(folder, which, path, sizeof path), path, real arguments); \
    }

ON_PATH(mkdir, "folder", AT_FDCWD, name, (const char *name, mode_t mode), (name, mode))
ON_PATH(rmdir, "remove", AT_FDCWD, name, (const char *name), (name))
ON_PATH(chmod, "mode", AT_FDCWD, name, (const char *name, mode_t mode), (name, mode))

/* Files are renamed, linked and removed without the C library: the kernel sends a signal instead, and its handler makes the call,
 * marked by a sixth argument, which these calls do not have. */
#define MARK 0x636f6465

static long failed_or(int what, long result) {
    if (what == FAIL) return -errno;
    ended(what);
    return result;
}

static void on_trap(int signal, siginfo_t *info, void *context) {
    (void)signal;
    mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
#if defined(__x86_64__)
    greg_t *r = machine->gregs;
    long a[5] = {r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10], r[REG_R8]};
#else
    unsigned long long *r = machine->regs;
    long a[5] = {r[0], r[1], r[2], r[3], r[4]};
#endif
    int before = errno, folder = AT_FDCWD;
    const char *to = NULL, *kind = "rename";
    switch (info->si_syscall) {
#ifdef SYS_rename
    case SYS_unlink: kind = "remove", to = (const char *)a[0]; break;
    case SYS_link: kind = "link"; /* fall through */
    case SYS_rename: to = (const char *)a[1]; break;
#endif
    case SYS_unlinkat: kind = "remove", folder = (int)a[0], to = (const char *)a[1]; break;
    case SYS_linkat: kind = "link"; /* fall through */
    default: folder = (int)a[2], to = (const char *)a[3];
    }
    char path[8192];
    int what = named(folder, to, path, sizeof path) ? count(kind, path) : PASS;
    long result = 0;
    if (what != FAIL) {
        result = syscall(info->si_syscall, a[0], a[1], a[2], a[3], a[4], MARK);
        if (result < 0) result = -errno;
    }
    result = failed_or(what, result);
    errno = before;
#if defined(__x86_64__)
    r[REG_RAX] = result;
#else
    r[0] = result;
#endif
}

static void trap_renames(void) {
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define TRAP_IF(number) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP)
    struct sock_filter filter[] = {
        LOAD(args[5]),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MARK, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        LOAD(nr),
#ifdef SYS_rename
        TRAP_IF(SYS_rename),
        TRAP_IF(SYS_link),
        TRAP_IF(SYS_unlink),
#endif
        TRAP_IF(SYS_unlinkat),
        TRAP_IF(SYS_renameat),
        TRAP_IF(SYS_renameat2),
        TRAP_IF(SYS_linkat),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
    struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSYS, &action, NULL);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
        fprintf(stderr, "faults: renames cannot be watched: %s\n", strerror(errno));
        _exit(125);
    }
}
