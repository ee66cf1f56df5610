#include "machine/chunk.h"

static void state_term(zkb_chunk_terms *out, unsigned n, bool give, uint32_t clock,
                       const zkb_machine_state *state)
{
    zkb_fr_from_u64(&out->tuples[n][0], clock);
    zkb_fr_from_u64(&out->tuples[n][1], state->pc);
    zkb_fr_from_u64(&out->tuples[n][2], state->depth);
    out->terms[n] = (zkb_boundary_term){&zkb_bus_state, give, out->tuples[n]};
}

static void register_term(zkb_chunk_terms *out, unsigned n, bool give, unsigned index,
                          uint64_t value, uint32_t time)
{
    zkb_fr_from_u64(&out->tuples[n][0], ZKB_SPACE_REGISTER);
    zkb_fr_from_u64(&out->tuples[n][1], index);
    zkb_fr_from_u64(&out->tuples[n][2], value);
    zkb_fr_from_u64(&out->tuples[n][3], time);
    out->terms[n] = (zkb_boundary_term){&zkb_bus_memory, give, out->tuples[n]};
}

void zkb_chunk_terms_make(zkb_chunk_terms *out, const zkb_chunk_boundary *boundary)
{
    state_term(out, 0, true, 1, &boundary->before);
    state_term(out, 1, false, boundary->clock_end, &boundary->after);
    for (unsigned i = 0; i < ZKB_REGISTER_COUNT; i++) {
        register_term(out, 2 + 2 * i, true, i, boundary->before.r[i], 0);
        register_term(out, 3 + 2 * i, false, i, boundary->after.r[i], boundary->register_time[i]);
    }
}
