/* A file without a name that holds given bytes, for what reads files. */
#ifndef ZKB_TESTS_MEMORY_FILE_H
#define ZKB_TESTS_MEMORY_FILE_H

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Its descriptor, which the caller closes. */
static inline int memory_file(const void *bytes, size_t size)
{
    const int fd = memfd_create("test", MFD_CLOEXEC);
    if (fd < 0 || write(fd, bytes, size) != (ssize_t)size) {
        abort();
    }
    return fd;
}

#endif
