/* Files: whole reads, read-only maps, and writes that appear whole or not at all. */
#ifndef ZKB_BASE_OS_FILE_H
#define ZKB_BASE_OS_FILE_H

#include "base/error.h"

#include <stdbool.h>

/* Reads a whole file into malloc'd memory that the caller frees; *data is non-NULL even when the
 * file is empty, and one NUL byte follows the content. Refuses directories and files above
 * max_bytes. */
zkb_status zkb_file_read(uint8_t **data, size_t *size, const char *path, size_t max_bytes,
                         zkb_error *error) ZKB_MUST_USE;

/* A regular file that is read in pieces. One that is truncated meanwhile ends in an error, where a
 * map would end in a signal. */
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

/* A read-only map of a regular file. */
typedef struct zkb_file_map {
    const uint8_t *data;
    size_t size;
} zkb_file_map;
zkb_status zkb_file_map_open(zkb_file_map *map, const char *path, zkb_error *error) ZKB_MUST_USE;
void zkb_file_map_close(zkb_file_map *map);

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
