/* Stands between a program and the C library, so that tests can see and spoil what reaches the disk, and set the clock.

   Watched are files below the folder QUIZ_FAULTS_WATCH. Three things can be asked for:
   - QUIZ_FAULTS_LOG names a file to which every change of a watched file is recorded, by all processes in one order. Syncs are
     recorded when they begin and when they end, and are not really made: the replay decides what a power cut leaves.
   - QUIZ_FAULTS_CONTROL names a file of four little-endian 64-bit numbers, looked at in every call: the errors with which writes
     fail and with which syncs fail (0: none), the seconds by which the clock is wrong, the error with which reads fail.
   SQLite's shared memory (-shm) is not recorded: it is made anew after a power cut. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096 };
enum kind { WRITE = 1, TRUNCATE = 2, SYNC_BEGINS = 3, SYNC_ENDS = 4, CREATE = 5, UNLINK = 6 };

struct head { uint32_t kind, process; uint64_t offset; uint32_t path_length, data_length; };

static char *path_of[MOST]; /* of each descriptor that is watched */
static int log_descriptor = -1;
static volatile int64_t *control;
static const char *folder;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void prepare(void) {
    folder = getenv("QUIZ_FAULTS_WATCH");
    const char *log = getenv("QUIZ_FAULTS_LOG"), *file = getenv("QUIZ_FAULTS_CONTROL");
    if (log) log_descriptor = REAL(open64)(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (file) {
        int descriptor = REAL(open64)(file, O_RDONLY | O_CLOEXEC);
        void *mapped = mmap(NULL, 32, PROT_READ, MAP_SHARED, descriptor, 0);
        if (mapped != MAP_FAILED) control = mapped;
        REAL(close)(descriptor);
    }
}

static void record(enum kind kind, const char *path, uint64_t offset, const void *data, size_t length) {
    if (log_descriptor < 0 || !path) return;
    struct head head = {kind, (uint32_t)getpid(), offset, (uint32_t)strlen(path), (uint32_t)length};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)path, strlen(path)}, {(void *)data, length}};
    if (writev(log_descriptor, parts, data ? 3 : 2) < 0) abort();
}

static const char *watched(int descriptor) { return descriptor >= 0 && descriptor < MOST ? path_of[descriptor] : NULL; }

static int fails(int which, const char *path) {
    if (!path || !control || !control[which]) return 0;
    errno = (int)control[which];
    return 1;
}

static int opened(int descriptor, const char *path, int is_new) {
    char full[PATH_MAX];
    if (descriptor < 0 || descriptor >= MOST || !folder || !realpath(path, full)) return descriptor;
    size_t length = strlen(full);
    if (strncmp(full, folder, strlen(folder)) || (length > 4 && !strcmp(full + length - 4, "-shm"))) return descriptor;
    path_of[descriptor] = strdup(full);
    if (is_new) record(CREATE, full, 0, NULL, 0);
    return descriptor;
}

int open64(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; va_end(more);
    struct stat about;
    int is_new = (flags & O_CREAT) && stat(path, &about);
    return opened(REAL(open64)(path, flags, mode), path, is_new);
}

int open(const char *path, int flags, ...) {
    va_list more; va_start(more, flags); mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0; va_end(more);
    struct stat about;
    int is_new = (flags & O_CREAT) && stat(path, &about);
    return opened(REAL(open)(path, flags, mode), path, is_new);
}

int close(int descriptor) {
    if (watched(descriptor)) { free(path_of[descriptor]); path_of[descriptor] = NULL; }
    return REAL(close)(descriptor);
}

ssize_t pwrite64(int descriptor, const void *data, size_t length, off64_t offset) {
    const char *path = watched(descriptor);
    if (fails(0, path)) return -1;
    ssize_t done = REAL(pwrite64)(descriptor, data, length, offset);
    if (done > 0) record(WRITE, path, (uint64_t)offset, data, (size_t)done);
    return done;
}

ssize_t pread64(int descriptor, void *data, size_t length, off64_t offset) {
    if (fails(3, watched(descriptor))) return -1;
    return REAL(pread64)(descriptor, data, length, offset);
}

ssize_t pread(int descriptor, void *data, size_t length, off_t offset) { return pread64(descriptor, data, length, offset); }

ssize_t pwrite(int descriptor, const void *data, size_t length, off_t offset) { return pwrite64(descriptor, data, length, offset); }

ssize_t write(int descriptor, const void *data, size_t length) {
    const char *path = watched(descriptor);
    if (!path) return REAL(write)(descriptor, data, length);
    if (fails(0, path)) return -1;
    off64_t offset = lseek64(descriptor, 0, SEEK_CUR);
    ssize_t done = REAL(write)(descriptor, data, length);
    if (done > 0) record(WRITE, path, (uint64_t)offset, data, (size_t)done);
    return done;
}

int ftruncate64(int descriptor, off64_t length) {
    const char *path = watched(descriptor);
    if (fails(0, path)) return -1;
    int done = REAL(ftruncate64)(descriptor, length);
    if (!done) record(TRUNCATE, path, (uint64_t)length, NULL, 0);
    return done;
}

int ftruncate(int descriptor, off_t length) { return ftruncate64(descriptor, length); }

int fdatasync(int descriptor) {
    const char *path = watched(descriptor);
    if (fails(1, path)) return -1;
    if (log_descriptor < 0 || !path) return REAL(fdatasync)(descriptor);
    record(SYNC_BEGINS, path, 0, NULL, 0);
    record(SYNC_ENDS, path, 0, NULL, 0);
    return 0;
}

int fsync(int descriptor) { return fdatasync(descriptor); }

int unlink(const char *path) {
    char full[PATH_MAX];
    int is_watched = folder && realpath(path, full) && !strncmp(full, folder, strlen(folder));
    int done = REAL(unlink)(path);
    if (!done && is_watched) record(UNLINK, full, 0, NULL, 0);
    return done;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int done = REAL(clock_gettime)(clock, now);
    if (!done && control && clock == CLOCK_REALTIME) now->tv_sec += control[2];
    return done;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    int done = REAL(gettimeofday)(now, zone);
    if (!done && control) now->tv_sec += control[2];
    return done;
}

time_t time(time_t *where) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (where) *where = now.tv_sec;
    return now.tv_sec;
}
