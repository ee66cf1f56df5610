/* Files: whole reads, reads in pieces, and writes that appear whole or not at all. */
#ifndef ZKB_BASE_OS_FILE_H
#define ZKB_BASE_OS_FILE_H

#include "base/error.h"

#include <stdbool.h>

/* Reads a whole file, which may be a pipe, into malloc'd memory that the caller frees; *data is
 * non-NULL even when the file is empty, and one NUL byte follows the content. Refuses directories
 * and files above max_bytes. */
zkb_status zkb_file_read(uint8_t **data, size_t *size, const char *path, size_t max_bytes,
                         zkb_error *error) ZKB_MUST_USE;
/* The same for files that begin with ZKB_FILE_START_BYTES known bytes. Of any other, however long,
 * *data is no more than its beginning, so that the caller refuses it. */
enum { ZKB_FILE_START_BYTES = 8 };
zkb_status zkb_file_read_starting(uint8_t **data, size_t *size, const char *path, const char *start,
                                  size_t max_bytes, zkb_error *error) ZKB_MUST_USE;
/* zkb_file_read for files of the library's own, in folders that others may write to: refuses what
 * is not a regular file, such as a pipe, without waiting for its writer. */
zkb_status zkb_file_read_regular(uint8_t **data, size_t *size, const char *path, size_t max_bytes,
                                 zkb_error *error) ZKB_MUST_USE;
/* Before a write that must not wait for the reader of a pipe: ZKB_ERROR_IO where something is at
 * `path` that is not a regular file. */
zkb_status zkb_file_check_replaceable(const char *path, zkb_error *error) ZKB_MUST_USE;

/* A regular file that is read in pieces. One that is truncated meanwhile ends in an error, where
 * access to a map of it would end in a signal. */
typedef struct zkb_file_reader {
    int fd;
    uint64_t size; /* when it was opened */
    const char *name;
} zkb_file_reader;
/* Borrows path. */
zkb_status zkb_file_reader_open(zkb_file_reader *reader, const char *path,
                                zkb_error *error) ZKB_MUST_USE;
/* `size` bytes from `offset`, all of them or an error. */
zkb_status zkb_file_reader_at(void *out, size_t size, const zkb_file_reader *reader,
                              uint64_t offset, zkb_error *error) ZKB_MUST_USE;
void zkb_file_reader_close(zkb_file_reader *reader);

/* A file that is written without a name (or, where the file system has no such files, under a
 * temporary one beside `path`), synced, and put in the place of `path` by commit. After an error or
 * abort nothing is left behind, nor, but for a temporary name, after a kill. Several processes may
 * race: one whole file wins. A path that names a device or a pipe is written to directly. */
typedef struct zkb_file_writer {
    int fd;
    bool direct;
    char *temporary; /* NULL while the new file has no name, and when direct */
    char *path;
} zkb_file_writer;
zkb_status zkb_file_writer_open(zkb_file_writer *writer, const char *path,
                                zkb_error *error) ZKB_MUST_USE;
zkb_status zkb_file_writer_write(zkb_file_writer *writer, const void *data, size_t size,
                                 zkb_error *error) ZKB_MUST_USE;
zkb_status zkb_file_writer_commit(zkb_file_writer *writer, zkb_error *error) ZKB_MUST_USE;
void zkb_file_writer_abort(zkb_file_writer *writer);

/* Whether the calls above would have a file to write to at `path`; leaves nothing behind. For work
 * that takes long: what it says may have changed when they are made. */
zkb_status zkb_file_writable(const char *path, zkb_error *error) ZKB_MUST_USE;

/* The three calls of a writer in one. */
zkb_status zkb_file_write_atomic(const char *path, const void *data, size_t size,
                                 zkb_error *error) ZKB_MUST_USE;

#endif
