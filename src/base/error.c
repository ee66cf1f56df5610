#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *zkb_status_string(zkb_status status)
{
    switch (status) {
#define CASE(name, value, meaning)                                                                 \
    case name:                                                                                     \
        return meaning;
        ZKB_STATUS_LIST(CASE)
#undef CASE
    }
    return "unknown status";
}

const char *zkb_phase_string(zkb_phase phase)
{
    static const char *const texts[] = {
#define TEXT(name, text) text,
        ZKB_PHASE_LIST(TEXT)
#undef TEXT
    };
    return (unsigned)phase < ZKB_PHASE_COUNT ? texts[phase] : "unknown phase";
}

const char *zkb_version(void) { return ZKBPF_VERSION; }

void zkb_free(void *memory) { free(memory); }

/* What is too long loses its middle: a path's end and the reason after it say more. */
static void put_message(char *message, size_t size, const char *format, va_list arguments)
{
    static const char gap[] = "...";
    char whole[4096 + 256];
    (void)vsnprintf(whole, sizeof whole, format, arguments);
    const size_t length = strlen(whole);
    if (length < size) {
        memcpy(message, whole, length + 1);
    } else {
        const size_t head = size / 4;
        const size_t tail = size - head - (sizeof gap - 1); /* with the NUL */
        memcpy(message, whole, head);
        memcpy(message + head, gap, sizeof gap - 1);
        memcpy(message + size - tail, whole + length + 1 - tail, tail);
    }
}

zkb_status zkb_fail(zkb_error *error, zkb_status status, const char *where, uint64_t index,
                    const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        error->status = status;
        error->where = where;
        error->index = index;
        va_start(arguments, format);
        put_message(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return status;
}
