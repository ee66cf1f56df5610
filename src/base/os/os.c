#include "base/os.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>

void *zkb_os_pages(size_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

void zkb_os_release(void *pages, size_t size) { (void)munmap(pages, size); }

bool zkb_os_random(void *out, size_t size)
{
    unsigned char *at = out;
    while (size != 0) {
        const ssize_t got = getrandom(at, size < 256 ? size : 256, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return false;
        }
        at += got;
        size -= (size_t)got;
    }
    return true;
}

const char *zkb_os_setting(const char *name) { return getenv(name); }

void zkb_os_once(atomic_bool *done, void (*make)(void))
{
    static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    if (!atomic_load_explicit(done, memory_order_acquire)) {
        (void)pthread_mutex_lock(&mutex);
        if (!atomic_load_explicit(done, memory_order_relaxed)) {
            make();
            atomic_store_explicit(done, true, memory_order_release);
        }
        (void)pthread_mutex_unlock(&mutex);
    }
}

struct zkb_mutex {
    pthread_mutex_t mutex;
};

zkb_mutex *zkb_mutex_create(void)
{
    zkb_mutex *mutex = malloc(sizeof *mutex);
    if (mutex != NULL) {
        (void)pthread_mutex_init(&mutex->mutex, NULL);
    }
    return mutex;
}

void zkb_mutex_destroy(zkb_mutex *mutex)
{
    if (mutex != NULL) {
        (void)pthread_mutex_destroy(&mutex->mutex);
        free(mutex);
    }
}

void zkb_mutex_lock(zkb_mutex *mutex) { (void)pthread_mutex_lock(&mutex->mutex); }

void zkb_mutex_unlock(zkb_mutex *mutex) { (void)pthread_mutex_unlock(&mutex->mutex); }
