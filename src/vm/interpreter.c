/* The loop that only runs. */
#include "vm/interpreter_support.h"

#include <string.h>

/* Labels as values are what makes dispatch fast; they are an extension. */
#pragma GCC diagnostic ignored "-Wpedantic"

#define LOOP zkb_vm_loop
#define RECORDER_STATE() (void)batch
#define RECORDER_END() ((void)0)
#define BEGIN_STEP() ((void)0)
#define END_STEP(next) ((void)0)
#define BEFORE_ACCESS(m, at, bytes) ((void)0)
#define AFTER_ACCESS(m, at) ((void)0)
#define BEFORE_CALL(frame) ((void)0)
#define AFTER_CALL(frame) ((void)0)
#define ON_RETURN(frame) ((void)0)
#define HELPER_FITS(helper) true
#define HELPER_ACCESSES() NULL
#define ON_HELPER(words) ((void)(words))

#include "vm/interpreter_template.h"
