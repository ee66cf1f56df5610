#include "vm/helper.h"

#include "base/bytes_inline.h"

#include <string.h>

/* The most words that one call accesses. */
static uint32_t most_words(const zkb_helper *helper)
{
    uint32_t words = 0;
    for (unsigned i = 0; i < helper->range_count; i++) {
        words += helper->ranges[i].most;
    }
    return words;
}

static bool is_valid(const zkb_helper *helper)
{
    bool valid =
        helper->arguments <= ZKB_HELPER_ARGUMENTS && helper->range_count <= ZKB_HELPER_RANGES;
    for (unsigned i = 0; valid && i < helper->range_count; i++) {
        const zkb_helper_range *range = &helper->ranges[i];
        valid = range->address >= 1 && range->address <= helper->arguments &&
                range->count <= helper->arguments &&
                (i == 0 || range->writes || !helper->ranges[i - 1].writes) &&
                !(range->writes && range->stops);
    }
    return valid && most_words(helper) <= ZKB_HELPER_MOST_WORDS;
}

zkb_status zkb_helpers_check(const zkb_helper *helpers, size_t count, zkb_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_valid(&helpers[i])) {
            return zkb_fail(
                error, ZKB_ERROR_ARGUMENT, "helper", helpers[i].number,
                "helper %u is declared with more than %u arguments, %u ranges or %u "
                "words, or with a range that is read after one that is written, or that is "
                "written and stops",
                helpers[i].number, ZKB_HELPER_ARGUMENTS, ZKB_HELPER_RANGES, ZKB_HELPER_MOST_WORDS);
        }
    }
    return ZKB_OK;
}

bool zkb_helper_fits(const zkb_step_batch *batch, uint32_t steps, const zkb_helper *helper)
{
    const size_t others = (size_t)(batch->capacity - steps) * ZKB_HELPER_ARGUMENTS;
    return batch->access_count + ZKB_HELPER_ARGUMENTS + most_words(helper) + others <=
           zkb_step_batch_accesses(batch->capacity);
}

/* ---- One call ---------------------------------------------------------------------------- */

static bool refuse(zkb_vm *vm, const zkb_helper *helper, zkb_fault fault, unsigned argument,
                   const uint64_t *r)
{
    vm->fault = fault;
    vm->fault_address = r[argument];
    vm->fault_helper = helper->name != NULL ? helper->name : "helper";
    vm->fault_argument = (uint8_t)argument;
    return false;
}

/* Holds a range to its declaration and to memory; its words go to the call. */
static bool open_range(zkb_helper_call *call, zkb_vm *vm, const zkb_helper *helper, unsigned index,
                       const uint64_t *r)
{
    const zkb_helper_range *range = &helper->ranges[index];
    uint64_t count = range->count != 0 ? r[range->count] : range->most;
    const uint64_t address = r[range->address];
    const zkb_mapping *m = zkb_map_entry(vm->map, address);
    const uint64_t at = address - m->start;
    if (count > range->most) {
        return refuse(vm, helper, ZKB_FAULT_HELPER_COUNT, range->count, r);
    }
    call->count[index] = (uint32_t)count;
    if (count == 0) {
        return true;
    }
    if (address % 8 != 0) {
        return refuse(vm, helper, ZKB_FAULT_HELPER_MISALIGNED, range->address, r);
    }
    if (at + 8 * count > m->size && range->stops) {
        count = at < m->size ? (m->size - at) / 8 : 0;
        call->count[index] = (uint32_t)count;
    } else if (at + 8 * count > m->size) {
        return refuse(vm, helper,
                      range->writes ? ZKB_FAULT_STORE_UNMAPPED : ZKB_FAULT_LOAD_UNMAPPED,
                      range->address, r);
    }
    if (range->writes && at < m->writable_from) {
        return refuse(vm, helper, ZKB_FAULT_STORE_READ_ONLY, range->address, r);
    }
    if (count != 0) {
        memcpy(call->words[index], m->base + at, 8 * count);
    }
    return true;
}

/* Whether no range that stops was read beyond the words that were there. */
static bool stopped_in_time(zkb_vm *vm, const zkb_helper *helper, const zkb_helper_call *call,
                            const uint32_t *there, const uint64_t *r)
{
    for (unsigned i = 0; i < helper->range_count; i++) {
        if (call->count[i] > there[i]) {
            return refuse(vm, helper, ZKB_FAULT_LOAD_UNMAPPED, helper->ranges[i].address, r);
        }
    }
    return true;
}

/* Stores a range that is written; lists the accesses of any. Returns how many. */
static uint32_t close_range(zkb_memory_operation *accesses, zkb_vm *vm, const zkb_helper_call *call,
                            const zkb_helper_range *range, unsigned index)
{
    const uint64_t address = call->arguments[range->address - 1];
    const uint32_t count = call->count[index];
    zkb_mapping *m = zkb_map_entry(vm->map, address);
    const uint64_t at = address - m->start;
    for (uint32_t w = 0; accesses != NULL && w < count; w++) {
        accesses[w] = (zkb_memory_operation){.address = address + 8 * (uint64_t)w,
                                             .before = zkb_load64(m->base + at + 8 * (size_t)w),
                                             .after = call->words[index][w]};
        if (!range->writes) { /* what an earlier range wrote is not there yet */
            accesses[w].after = accesses[w].before;
        }
    }
    if (range->writes && count != 0) {
        memcpy(m->base + at, call->words[index], 8 * (size_t)count);
        zkb_mark_written(m, at, 8 * (uint64_t)count);
    }
    return count;
}

bool zkb_helper_run(uint64_t *value, uint32_t *words, bool *end, zkb_memory_operation *accesses,
                    zkb_vm *vm, const zkb_helper *helper, const uint64_t *r)
{
    uint64_t buffer[ZKB_HELPER_MOST_WORDS];
    zkb_helper_call call = {.end = false};
    uint32_t there[ZKB_HELPER_RANGES];
    uint32_t used = 0;
    memcpy(call.arguments, &r[1], sizeof call.arguments);
    for (unsigned i = 0; i < helper->range_count; i++) {
        call.words[i] = buffer + used;
        used += helper->ranges[i].most;
        if (!open_range(&call, vm, helper, i, r)) {
            return false;
        }
    }
    memcpy(there, call.count, sizeof there);
    *value = helper->call(helper->context, &call);
    if (call.refused != 0) {
        return refuse(vm, helper, ZKB_FAULT_HELPER_REFUSED, call.refused, r);
    }
    if (!stopped_in_time(vm, helper, &call, there, r)) {
        return false;
    }
    *words = 0;
    for (unsigned i = 0; i < helper->range_count; i++) {
        *words += close_range(accesses != NULL ? accesses + *words : NULL, vm, &call,
                              &helper->ranges[i], i);
    }
    *end = call.end;
    return true;
}
