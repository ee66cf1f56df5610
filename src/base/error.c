#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>

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

zkb_status zkb_fail(zkb_error *error, zkb_status status, const char *where, uint64_t index,
                    const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        error->status = status;
        error->where = where;
        error->index = index;
        va_start(arguments, format);
        (void)vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
    }
    return status;
}
