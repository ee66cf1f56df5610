/* One thread, and of a C library malloc and its kin, memcpy and its kin, vsnprintf, and getentropy.
 */
#include "base/os.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALIGNMENT = 64 };

void *zkb_os_pages(size_t size)
{
    if (size > SIZE_MAX - (ALIGNMENT - 1)) {
        return NULL;
    }
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    void *pages = aligned_alloc(ALIGNMENT, size);
    if (pages != NULL) {
        memset(pages, 0, size);
    }
    return pages;
}

void zkb_os_release(void *pages, size_t size)
{
    (void)size;
    free(pages);
}

bool zkb_os_random(void *out, size_t size)
{
    unsigned char *at = out;
    while (size != 0) {
        const size_t part = size < 256 ? size : 256; /* the most that getentropy gives */
        if (getentropy(at, part) != 0) {
            return false;
        }
        at += part;
        size -= part;
    }
    return true;
}

const char *zkb_os_setting(const char *name)
{
    (void)name;
    return NULL;
}

void zkb_os_once(atomic_bool *done, void (*make)(void))
{
    if (!*done) {
        make();
        *done = true;
    }
}

struct zkb_mutex {
    char unused;
};

zkb_mutex *zkb_mutex_create(void)
{
    static zkb_mutex only;
    return &only;
}

void zkb_mutex_destroy(zkb_mutex *mutex) { (void)mutex; }

void zkb_mutex_lock(zkb_mutex *mutex) { (void)mutex; }

void zkb_mutex_unlock(zkb_mutex *mutex) { (void)mutex; }
