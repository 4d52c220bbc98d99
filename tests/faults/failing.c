/* Lets one call that writes below a folder fail: `failing_arm` says which, from a process that this is preloaded into.

   Own code of this project's tests. cc -shared -fPIC -o failing.so failing.c -ldl */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static char below[4096];
static long at, seen;
static int code, lasting;

/* From now on the n-th write, sync or truncation of a file below `folder` fails with `error`; 0 only counts.
   With `stays` all later ones fail too, as on a disk that is full. */
void failing_arm(const char *folder, long n, int error, int stays)
{
    at = n, seen = 0, code = error, lasting = stays;
    strncpy(below, folder, sizeof below - 1);
}

long failing_seen(void) { return seen; }

static int fails(int fd)
{
    char name[64], path[4096];
    ssize_t length;

    if (!below[0])
        return 0;
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    length = readlink(name, path, sizeof path - 1);
    if (length < 0 || strncmp(path, below, strlen(below)))
        return 0;
    seen++;
    if (!at || (lasting ? seen < at : seen != at))
        return 0;
    errno = code;
    return 1;
}

#define REAL(name, type) \
    static type *real; \
    if (!real) \
        real = (type *)dlsym(RTLD_NEXT, name)

typedef ssize_t writes(int, const void *, size_t);
typedef ssize_t writes_at(int, const void *, size_t, off64_t);
typedef int syncs(int);
typedef int cuts(int, off64_t);

ssize_t write(int fd, const void *data, size_t size)
{
    REAL("write", writes);
    return fails(fd) ? -1 : real(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t place)
{
    REAL("pwrite64", writes_at);
    return fails(fd) ? -1 : real(fd, data, size, place);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t place)
{
    REAL("pwrite64", writes_at);
    return fails(fd) ? -1 : real(fd, data, size, place);
}

int fsync(int fd)
{
    REAL("fsync", syncs);
    return fails(fd) ? -1 : real(fd);
}

int fdatasync(int fd)
{
    REAL("fdatasync", syncs);
    return fails(fd) ? -1 : real(fd);
}

int ftruncate(int fd, off_t size)
{
    REAL("ftruncate64", cuts);
    return fails(fd) ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size)
{
    REAL("ftruncate64", cuts);
    return fails(fd) ? -1 : real(fd, size);
}
