#include "base/os/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static zkb_status fail_errno(zkb_error *error, const char *path, const char *action)
{
    char text[128];
    const char *reason = strerror_r(errno, text, sizeof text);
    return zkb_fail(error, ZKB_ERROR_IO, "file", ZKB_NO_INDEX, "%s: %s: %s", path, action, reason);
}

/* start: NULL, or the bytes without which there is nothing to be read further. */
static zkb_status read_all(int fd, uint8_t **data, size_t *size, const char *path,
                           const char *start, size_t max_bytes, zkb_error *error)
{
    size_t capacity = 65536;
    size_t used = 0;
    uint8_t *buffer = malloc(capacity + 1);
    while (buffer != NULL) {
        const ssize_t got = read(fd, buffer + used, capacity - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            free(buffer);
            return fail_errno(error, path, "cannot read");
        }
        used += (size_t)got;
        if (used > max_bytes) {
            free(buffer);
            return zkb_fail(error, ZKB_ERROR_LIMIT, "file", ZKB_NO_INDEX,
                            "%s: larger than the limit of %zu bytes", path, max_bytes);
        }
        if (got == 0 || (start != NULL && used >= ZKB_FILE_START_BYTES &&
                         memcmp(buffer, start, ZKB_FILE_START_BYTES) != 0)) {
            buffer[used] = 0;
            *data = buffer;
            *size = used;
            return ZKB_OK;
        }
        if (used == capacity) {
            capacity *= 2;
            uint8_t *larger = realloc(buffer, capacity + 1);
            if (larger == NULL) {
                free(buffer);
            }
            buffer = larger;
        }
    }
    return zkb_fail(error, ZKB_ERROR_MEMORY, "file", ZKB_NO_INDEX, "%s: no memory to read it",
                    path);
}

/* Reads and closes an open file. */
static zkb_status read_and_close(int fd, uint8_t **data, size_t *size, const char *path,
                                 const char *start, size_t max_bytes, zkb_error *error)
{
    struct stat information;
    zkb_status status;
    if (fstat(fd, &information) == 0 && S_ISREG(information.st_mode) &&
        (uintmax_t)information.st_size > max_bytes) {
        status = zkb_fail(error, ZKB_ERROR_LIMIT, "file", ZKB_NO_INDEX,
                          "%s: larger than the limit of %zu bytes", path, max_bytes);
    } else {
        status = read_all(fd, data, size, path, start, max_bytes, error);
    }
    (void)close(fd);
    return status;
}

zkb_status zkb_file_read_starting(uint8_t **data, size_t *size, const char *path, const char *start,
                                  size_t max_bytes, zkb_error *error)
{
    *data = NULL;
    *size = 0;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return fail_errno(error, path, "cannot open");
    }
    return read_and_close(fd, data, size, path, start, max_bytes, error);
}

zkb_status zkb_file_read(uint8_t **data, size_t *size, const char *path, size_t max_bytes,
                         zkb_error *error)
{
    return zkb_file_read_starting(data, size, path, NULL, max_bytes, error);
}

/* ---- Regular files ----------------------------------------------------------------------- */

static zkb_status not_regular(const struct stat *information, const char *path, const char *remedy,
                              zkb_error *error)
{
    return S_ISDIR(information->st_mode)
               ? zkb_fail(error, ZKB_ERROR_IO, "file", ZKB_NO_INDEX, "%s: is a directory", path)
               : zkb_fail(error, ZKB_ERROR_IO, "file", ZKB_NO_INDEX, "%s: not a regular file%s",
                          path, remedy);
}

/* Does not wait for the writer of a pipe, which is refused. */
static zkb_status open_regular(int *fd, uint64_t *size, const char *path, const char *remedy,
                               zkb_error *error)
{
    struct stat information;
    zkb_status status = ZKB_OK;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) {
        return fail_errno(error, path, "cannot open");
    }
    if (fstat(*fd, &information) != 0) {
        status = fail_errno(error, path, "cannot read");
    } else if (!S_ISREG(information.st_mode)) {
        status = not_regular(&information, path, remedy, error);
    }
    if (status != ZKB_OK) {
        (void)close(*fd);
        *fd = -1;
        return status;
    }
    *size = (uint64_t)information.st_size;
    return ZKB_OK;
}

zkb_status zkb_file_read_regular(uint8_t **data, size_t *size, const char *path, size_t max_bytes,
                                 zkb_error *error)
{
    uint64_t bytes;
    int fd;
    *data = NULL;
    *size = 0;
    const zkb_status status = open_regular(&fd, &bytes, path, "", error);
    if (fd < 0) {
        return status;
    }
    return read_and_close(fd, data, size, path, NULL, max_bytes, error);
}

zkb_status zkb_file_check_replaceable(const char *path, zkb_error *error)
{
    struct stat information;
    return stat(path, &information) == 0 && !S_ISREG(information.st_mode)
               ? not_regular(&information, path, "", error)
               : ZKB_OK;
}

zkb_status zkb_file_reader_open(zkb_file_reader *reader, const char *path, zkb_error *error)
{
    *reader = (zkb_file_reader){.fd = -1, .name = path};
    return open_regular(&reader->fd, &reader->size, path, "; copy what it holds into one", error);
}

static zkb_status ends_early(const zkb_file_reader *reader, uint64_t offset, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, "file", offset, "%s: truncated", reader->name);
}

zkb_status zkb_file_reader_at(void *out, size_t size, const zkb_file_reader *reader,
                              uint64_t offset, zkb_error *error)
{
    if (offset > reader->size || size > reader->size - offset) {
        return ends_early(reader, offset, error);
    }
    for (size_t done = 0; done < size;) {
        const ssize_t got =
            pread(reader->fd, (uint8_t *)out + done, size - done, (off_t)(offset + done));
        if (got < 0 && errno != EINTR) {
            return fail_errno(error, reader->name, "cannot read");
        }
        if (got == 0) {
            return ends_early(reader, offset + done, error);
        }
        done += got > 0 ? (size_t)got : 0;
    }
    return ZKB_OK;
}

void zkb_file_reader_close(zkb_file_reader *reader)
{
    if (reader->fd >= 0) {
        (void)close(reader->fd);
    }
    *reader = (zkb_file_reader){.fd = -1};
}

/* A name beside path that no two writers share, and no longer for a longer name of the file; NULL
 * when there is none. Freed by the caller. */
static char *temporary_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    const int folder = slash != NULL ? (int)(slash + 1 - path) : 0;
    uint64_t random;
    char *name;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random ||
        asprintf(&name, "%.*s.zkbpf-%016llx", folder, path, (unsigned long long)random) < 0) {
        return NULL;
    }
    return name;
}

/* Opens a new file without a name in path's directory, of which nothing is left when the process is
 * killed; -1 where the system or the file system cannot do that. */
static int open_nameless(const char *path)
{
    char *copy = strdup(path);
    int fd = -1;
    if (copy != NULL && access("/proc/self/fd", X_OK) == 0) { /* by which it gets its name */
        fd = open(dirname(copy), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
    }
    free(copy);
    return fd;
}

/* Opens a new file beside path. */
static int open_named(char **name, const char *path)
{
    for (int attempt = 0; attempt < 16; attempt++) {
        *name = temporary_name(path);
        if (*name == NULL) {
            return -1;
        }
        const int fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST) {
            return fd;
        }
        free(*name);
        *name = NULL;
    }
    return -1;
}

zkb_status zkb_file_writer_open(zkb_file_writer *writer, const char *path, zkb_error *error)
{
    *writer = (zkb_file_writer){.fd = -1};
    writer->path = strdup(path);
    if (writer->path == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "file", ZKB_NO_INDEX, "%s: out of memory", path);
    }
    struct stat information;
    const size_t length = strlen(path);
    if (stat(path, &information) == 0 ? !S_ISREG(information.st_mode) : errno != ENOENT) {
        writer->direct = true; /* a device or pipe; or else this fails as it should */
        writer->fd = open(path, O_WRONLY | O_CLOEXEC);
    } else if (length == 0 || path[length - 1] == '/') {
        errno = length == 0 ? ENOENT : EISDIR;
    } else {
        writer->fd = open_nameless(path);
        if (writer->fd < 0) {
            writer->fd = open_named(&writer->temporary, path);
        }
    }
    if (writer->fd < 0) {
        const zkb_status status = fail_errno(error, path, "cannot open for writing");
        free(writer->temporary);
        free(writer->path);
        *writer = (zkb_file_writer){.fd = -1};
        return status;
    }
    return ZKB_OK;
}

zkb_status zkb_file_writer_write(zkb_file_writer *writer, const void *data, size_t size,
                                 zkb_error *error)
{
    const uint8_t *p = data;
    while (size > 0) {
        const ssize_t put = write(writer->fd, p, size);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            const zkb_status status = fail_errno(error, writer->path, "cannot write");
            zkb_file_writer_abort(writer);
            return status;
        }
        p += put;
        size -= (size_t)put;
    }
    return ZKB_OK;
}

static void sync_directory(const char *path)
{
    char *copy = strdup(path);
    if (copy != NULL) {
        const int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0) {
            (void)fsync(fd);
            (void)close(fd);
        }
        free(copy);
    }
}

static bool link_to(const zkb_file_writer *writer, const char *name)
{
    char descriptor[32];
    (void)snprintf(descriptor, sizeof descriptor, "/proc/self/fd/%d", writer->fd);
    return linkat(AT_FDCWD, descriptor, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
}

/* Gives the new file its name. A nameless one can take that of no other file, so where there is one
 * it gets a name of its own first. */
static bool put_in_place(zkb_file_writer *writer)
{
    if (writer->temporary == NULL) {
        if (link_to(writer, writer->path)) {
            return true;
        }
        if (errno != EEXIST) {
            return false;
        }
        writer->temporary = temporary_name(writer->path);
        if (writer->temporary == NULL || !link_to(writer, writer->temporary)) {
            return false;
        }
    }
    return rename(writer->temporary, writer->path) == 0;
}

zkb_status zkb_file_writer_commit(zkb_file_writer *writer, zkb_error *error)
{
    const char *failed = NULL;
    assert(writer->fd >= 0);
    if (!writer->direct && fsync(writer->fd) != 0) {
        failed = "cannot sync";
    } else if (!writer->direct && !put_in_place(writer)) {
        failed = "cannot put in place";
    } else {
        const int closed = close(writer->fd);
        writer->fd = -1;
        failed = closed != 0 ? "cannot close" : NULL;
    }
    if (failed != NULL) {
        const zkb_status status = fail_errno(error, writer->path, failed);
        zkb_file_writer_abort(writer);
        return status;
    }
    if (!writer->direct) {
        sync_directory(writer->path);
    }
    free(writer->temporary);
    free(writer->path);
    *writer = (zkb_file_writer){.fd = -1};
    return ZKB_OK;
}

void zkb_file_writer_abort(zkb_file_writer *writer)
{
    if (writer->fd >= 0) {
        (void)close(writer->fd);
    }
    if (writer->temporary != NULL) {
        (void)unlink(writer->temporary);
    }
    free(writer->temporary);
    free(writer->path);
    *writer = (zkb_file_writer){.fd = -1};
}

/* Whether path names a file of another user in a folder, such as /tmp, where only owners replace
 * files. */
static bool is_held_by_another(const char *path)
{
    struct stat file;
    struct stat folder;
    char *copy = strdup(path);
    const bool held = copy != NULL && lstat(path, &file) == 0 &&
                      stat(dirname(copy), &folder) == 0 && (folder.st_mode & S_ISVTX) != 0 &&
                      geteuid() != 0 && geteuid() != file.st_uid && geteuid() != folder.st_uid;
    free(copy);
    return held;
}

zkb_status zkb_file_writable(const char *path, zkb_error *error)
{
    struct stat information;
    zkb_file_writer writer;
    if (stat(path, &information) == 0 && !S_ISREG(information.st_mode) &&
        !S_ISDIR(information.st_mode)) { /* opening a pipe would wait, and closing it end it */
        return access(path, W_OK) == 0 ? ZKB_OK
                                       : fail_errno(error, path, "cannot open for writing");
    }
    if (is_held_by_another(path)) {
        errno = EPERM;
        return fail_errno(error, path, "cannot be replaced");
    }
    ZKB_TRY(zkb_file_writer_open(&writer, path, error));
    zkb_file_writer_abort(&writer);
    return ZKB_OK;
}

zkb_status zkb_file_write_atomic(const char *path, const void *data, size_t size, zkb_error *error)
{
    zkb_file_writer writer;
    ZKB_TRY(zkb_file_writer_open(&writer, path, error));
    ZKB_TRY(zkb_file_writer_write(&writer, data, size, error));
    return zkb_file_writer_commit(&writer, error);
}
