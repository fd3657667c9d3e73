/* Records what a process asks of the disk below one folder, for the power-cut replayer.
 *
 * Preloaded (LD_PRELOAD) into the real program. Everything is passed on to libc unchanged; what
 * concerns POWERCUT_DIR is also appended to POWERCUT_LOG as
 *   op u8 | path length u16 | path | offset u64 | length u32 | data          (little endian)
 * ops: W write, T truncate (offset = new size), S sync of a file, D sync of a folder, U unlink, R rename (data = new path), M folder made,
 *      A acknowledgement (path = what was promised to the person).
 * An acknowledgement is an open() of a path that contains "/ACK." (the open fails; that is fine).
 *
 * With POWERCUT_FAIL=ENDING:FIRST:COUNT, syncs number FIRST to FIRST + COUNT - 1 of files whose path has this ENDING
 * fail with EIO and do nothing.
 *
 * With POWERCUT_BREAK=FILE, as long as that file is there, whatever would write below POWERCUT_DIR fails and does nothing:
 * with ENOSPC, or with EROFS if the file begins with R.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -2;
static const char *folder;

static int ready(void) {
  if (log_fd == -2) {
    const char *log = getenv("POWERCUT_LOG");
    folder = getenv("POWERCUT_DIR");
    log_fd = (log && folder)
                 ? (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)
                 : -1;
  }
  return log_fd >= 0;
}

static int below(const char *path) {
  size_t n = strlen(folder);
  return strncmp(path, folder, n) == 0 && (path[n] == '/' || path[n] == 0);
}

static void put(const void *bytes, size_t length) {
  const char *at = bytes;
  while (length > 0) {
    ssize_t n = syscall(SYS_write, log_fd, at, length);
    if (n < 0) { if (errno == EINTR) continue; abort(); }
    at += n;
    length -= (size_t)n;
  }
}

static void record(char op, const char *path, uint64_t offset, const void *data, uint32_t length) {
  uint16_t n = (uint16_t)strlen(path);
  pthread_mutex_lock(&lock);
  put(&op, 1); put(&n, 2); put(path, n); put(&offset, 8); put(&length, 4); put(data, length);
  pthread_mutex_unlock(&lock);
}

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, PATH_MAX - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return below(path);
}

static void record_fd(char op, int fd, uint64_t offset, const void *data, uint32_t length) {
  int saved = errno;
  char path[PATH_MAX];
  if (ready() && path_of(fd, path)) record(op, path, offset, data, length);
  errno = saved;
}

static int opened(const char *path, int flags, int fd) {
  int saved = errno;
  if (ready()) {
    const char *ack = strstr(path, "/ACK.");
    if (ack && below(path)) record('A', ack + 5, 0, "", 0);
    else if (fd >= 0 && (flags & O_TRUNC)) record_fd('T', fd, 0, "", 0);
    else if (fd >= 0 && (flags & O_CREAT)) record_fd('W', fd, 0, "", 0);
  }
  errno = saved;
  return fd;
}

static void record_sync(int fd) {
  struct stat what;
  int saved = errno;
  int folder_synced = fstat(fd, &what) == 0 && S_ISDIR(what.st_mode);
  errno = saved;
  record_fd(folder_synced ? 'D' : 'S', fd, 0, "", 0);
}

static int sync_fails(int fd) {
  static unsigned long done;
  static char ending[64];
  static unsigned long first, count;
  static int state;
  char path[PATH_MAX];
  int saved = errno, fails = 0;
  pthread_mutex_lock(&lock);
  if (state == 0) {
    const char *fail = getenv("POWERCUT_FAIL");
    state = fail && sscanf(fail, "%63[^:]:%lu:%lu", ending, &first, &count) == 3 ? 1 : 2;
  }
  if (state == 1 && ready() && path_of(fd, path)) {
    size_t n = strlen(path), e = strlen(ending);
    if (n >= e && strcmp(path + n - e, ending) == 0) {
      done++;
      fails = done >= first && done - first < count;
    }
  }
  pthread_mutex_unlock(&lock);
  errno = fails ? EIO : saved;
  return fails;
}

/* Whether the disk takes nothing at this moment; errno says why then. */
static int broken(void) {
  static const char *file;
  static int known;
  char why = 0;
  int saved = errno;
  if (!known) { file = getenv("POWERCUT_BREAK"); known = 1; }
  if (!file || !ready()) return 0;
  int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC);
  if (fd < 0) { errno = saved; return 0; }
  if (syscall(SYS_read, fd, &why, 1) < 0) why = 0;
  syscall(SYS_close, fd);
  errno = why == 'R' ? EROFS : ENOSPC;
  return 1;
}

static int write_fails(int fd) {
  char path[PATH_MAX];
  int saved = errno;
  if (!ready() || !path_of(fd, path)) { errno = saved; return 0; }
  errno = saved;
  return broken();
}

static int open_fails(const char *path, int flags) {
  int writes = (flags & O_ACCMODE) != O_RDONLY;
  return ready() && below(path) && writes && broken();
}

#define REAL(name) static __typeof__(&name) real; if (!real) *(void **)&real = dlsym(RTLD_NEXT, #name)
#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list ap; va_start(ap, flags); mode = va_arg(ap, mode_t); va_end(ap); }

int open(const char *path, int flags, ...) { MODE if (open_fails(path, flags)) return -1; REAL(open); return opened(path, flags, real(path, flags, mode)); }
int open64(const char *path, int flags, ...) { MODE if (open_fails(path, flags)) return -1; REAL(open64); return opened(path, flags, real(path, flags, mode)); }
int openat(int at, const char *path, int flags, ...) { MODE if (open_fails(path, flags)) return -1; REAL(openat); return opened(path, flags, real(at, path, flags, mode)); }
int openat64(int at, const char *path, int flags, ...) { MODE if (open_fails(path, flags)) return -1; REAL(openat64); return opened(path, flags, real(at, path, flags, mode)); }

ssize_t pwrite(int fd, const void *b, size_t n, off_t o) { if (write_fails(fd)) return -1; REAL(pwrite); ssize_t r = real(fd, b, n, o); if (r > 0) record_fd('W', fd, (uint64_t)o, b, (uint32_t)r); return r; }
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) { if (write_fails(fd)) return -1; REAL(pwrite64); ssize_t r = real(fd, b, n, o); if (r > 0) record_fd('W', fd, (uint64_t)o, b, (uint32_t)r); return r; }
ssize_t write(int fd, const void *b, size_t n) {
  if (write_fails(fd)) return -1;
  REAL(write);
  ssize_t r = real(fd, b, n);
  if (r > 0 && ready()) {
    int saved = errno;
    off_t end = lseek(fd, 0, SEEK_CUR);
    if (end >= r) record_fd('W', fd, (uint64_t)(end - r), b, (uint32_t)r);
    errno = saved;
  }
  return r;
}
int ftruncate(int fd, off_t n) { if (write_fails(fd)) return -1; REAL(ftruncate); int r = real(fd, n); if (r == 0) record_fd('T', fd, (uint64_t)n, "", 0); return r; }
int ftruncate64(int fd, off64_t n) { if (write_fails(fd)) return -1; REAL(ftruncate64); int r = real(fd, n); if (r == 0) record_fd('T', fd, (uint64_t)n, "", 0); return r; }
int fsync(int fd) { REAL(fsync); if (sync_fails(fd)) return -1; int r = real(fd); if (r == 0) record_sync(fd); return r; }
int fdatasync(int fd) { REAL(fdatasync); if (sync_fails(fd)) return -1; int r = real(fd); if (r == 0) record_sync(fd); return r; }
int unlink(const char *path) { if (ready() && below(path) && broken()) return -1; REAL(unlink); int r = real(path); if (r == 0 && ready() && below(path)) record('U', path, 0, "", 0); return r; }
int mkdir(const char *path, mode_t mode) { REAL(mkdir); int r = real(path, mode); if (r == 0 && ready() && below(path)) record('M', path, 0, "", 0); return r; }
int rename(const char *from, const char *to) {
  REAL(rename);
  int r = real(from, to);
  if (r == 0 && ready() && below(to)) record('R', from, 0, to, (uint32_t)strlen(to));
  return r;
}
