/* What the library needs of an operating system. src/base/os has it for POSIX; a build with
 * ZKBPF_FREESTANDING takes src/base/freestanding, which needs a C library alone and has one thread.
 * Files and clocks, which a verifier can do without, have headers of their own in src/base/os. */
#ifndef ZKB_BASE_OS_H
#define ZKB_BASE_OS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* A zero-filled block, 64-byte aligned, which takes memory where it is first written to; NULL when
 * there is none. zkb_os_release gives it back, with the same size. */
void *zkb_os_pages(size_t size);
void zkb_os_release(void *pages, size_t size);

/* Random bytes that nobody can guess. False when there are none. */
bool zkb_os_random(void *out, size_t size);

/* An environment variable's value, or NULL. */
const char *zkb_os_setting(const char *name);

/* Calls `make` before the first call with this *done returns, and never again. */
void zkb_os_once(atomic_bool *done, void (*make)(void));

/* A lock for threads; NULL when there is no memory. */
typedef struct zkb_mutex zkb_mutex;
zkb_mutex *zkb_mutex_create(void);
void zkb_mutex_destroy(zkb_mutex *mutex); /* NULL is allowed */
void zkb_mutex_lock(zkb_mutex *mutex);
void zkb_mutex_unlock(zkb_mutex *mutex);

#endif
