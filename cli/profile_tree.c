#include "cli/profile_tree.h"

#include "cli/stats.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NO_NODE UINT32_MAX

typedef struct walker {
    zkb_cli_profile *profile;
    uint32_t *stack; /* node at each depth */
} walker;

/* The child of `parent` for a call of `function`; the parent itself when there is no room. */
static uint32_t enter(zkb_cli_profile *profile, uint32_t parent, uint32_t function)
{
    zkb_cli_profile_node *nodes = profile->nodes;
    for (uint32_t i = nodes[parent].first_child; i != NO_NODE; i = nodes[i].next_sibling) {
        if (nodes[i].function == function) {
            return i;
        }
    }
    if (profile->node_count == ZKB_CLI_MAX_PROFILE_NODES) {
        return parent;
    }
    const uint32_t index = profile->node_count++;
    nodes[index] = (zkb_cli_profile_node){.function = function,
                                          .parent = parent,
                                          .first_child = NO_NODE,
                                          .next_sibling = nodes[parent].first_child,
                                          .depth = nodes[parent].depth + 1};
    nodes[parent].first_child = index;
    return index;
}

static void walk_step(void *context, const zkb_step *step, const zkb_memory_operation *memory)
{
    (void)memory;
    walker *w = context;
    const uint32_t node = w->stack[step->depth];
    w->profile->count++;
    w->profile->slots[step->pc]++;
    w->profile->nodes[node].self++;
    const bool calls = step->op == ZKB_OP_CALL || step->op == ZKB_OP_CALLX;
    if (calls && step->frame != ZKB_NO_FRAME) {
        const uint32_t callee = enter(w->profile, node, step->next_pc);
        w->stack[step->depth + 1] = callee;
        w->profile->nodes[callee].calls++;
    }
}

static void add_totals(zkb_cli_profile *profile)
{
    for (uint32_t i = profile->node_count; i-- > 0;) {
        zkb_cli_profile_node *node = profile->nodes + i;
        node->total += node->self;
        if (i > 0) {
            profile->nodes[node->parent].total += node->total;
        }
    }
}

zkb_status zkb_cli_profile_collect(zkb_cli_profile *profile, const zkb_vm *origin, zkb_error *error)
{
    const zkb_program *program = zkb_vm_program(origin);
    *profile = (zkb_cli_profile){.program = program, .node_count = 1};
    profile->slots = calloc(program->slot_count, sizeof *profile->slots);
    profile->nodes = calloc(ZKB_CLI_MAX_PROFILE_NODES, sizeof *profile->nodes);
    walker w = {profile, calloc((size_t)program->layout.max_frames + 1, sizeof *w.stack)};
    zkb_status status;
    if (profile->slots == NULL || profile->nodes == NULL || w.stack == NULL) {
        status = zkb_fail(error, ZKB_ERROR_MEMORY, "profile", ZKB_NO_INDEX,
                          "no memory to count instructions");
    } else {
        profile->nodes[0] = (zkb_cli_profile_node){.function = program->entry,
                                                   .first_child = NO_NODE,
                                                   .next_sibling = NO_NODE,
                                                   .calls = 1};
        status = zkb_cli_replay(origin, walk_step, &w, error);
        add_totals(profile);
    }
    free(w.stack);
    return status;
}

void zkb_cli_profile_clear(zkb_cli_profile *profile)
{
    free(profile->slots);
    free(profile->nodes);
    *profile = (zkb_cli_profile){0};
}

void zkb_cli_profile_name(char *text, size_t size, const zkb_program *program, uint32_t function)
{
    uint32_t distance = 0;
    const char *name = zkb_program_symbol_at(program, function, &distance);
    if (name != NULL && distance == 0) {
        (void)snprintf(text, size, "%s", name);
    } else {
        (void)snprintf(text, size, "slot_%" PRIu32, function);
    }
    for (char *c = text; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f ||
            strchr(";<>&\"'", *c) != NULL) {
            *c = '_';
        }
    }
}

/* ---- Folded stacks ----------------------------------------------------------------------- */

#define NAME_BYTES 128u

static void print_name(FILE *stream, const zkb_cli_profile *profile, uint32_t index)
{
    char name[NAME_BYTES];
    zkb_cli_profile_name(name, sizeof name, profile->program, profile->nodes[index].function);
    (void)fputs(name, stream);
}

bool zkb_cli_profile_fold(FILE *stream, const zkb_cli_profile *profile)
{
    uint32_t *chain = calloc(profile->node_count, sizeof *chain);
    if (chain == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < profile->node_count; i++) {
        if (profile->nodes[i].self == 0) {
            continue;
        }
        const uint32_t depth = profile->nodes[i].depth;
        uint32_t at = i;
        for (uint32_t d = depth + 1; d-- > 0; at = profile->nodes[at].parent) {
            chain[d] = at;
        }
        for (uint32_t d = 0; d <= depth; d++) {
            print_name(stream, profile, chain[d]);
            (void)fputc(d < depth ? ';' : ' ', stream);
        }
        (void)fprintf(stream, "%" PRIu64 "\n", profile->nodes[i].self);
    }
    free(chain);
    return true;
}

/* ---- Flame graph ------------------------------------------------------------------------- */

#define IMAGE_WIDTH 1200.0
#define MARGIN 10.0
#define TITLE_HEIGHT 40.0
#define ROW_HEIGHT 18.0
#define CHARACTER_WIDTH 7.0
#define LEAST_WIDTH 0.1 /* narrower boxes are left out */

static uint32_t deepest(const zkb_cli_profile *profile)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < profile->node_count; i++) {
        depth = profile->nodes[i].depth > depth ? profile->nodes[i].depth : depth;
    }
    return depth;
}

/* A colour from red to yellow, the same for the same name. */
static void choose_colour(unsigned rgb[3], const char *name)
{
    uint32_t hash = 2166136261u;
    for (; *name != '\0'; name++) {
        hash = (hash ^ (unsigned char)*name) * 16777619u;
    }
    rgb[0] = 205 + hash % 50;
    rgb[1] = 80 + (hash >> 8) % 130;
    rgb[2] = 40 + (hash >> 16) % 40;
}

static void print_box(FILE *stream, const zkb_cli_profile *profile, uint32_t index, double x,
                      double y, double width)
{
    const zkb_cli_profile_node *node = profile->nodes + index;
    char name[NAME_BYTES];
    unsigned rgb[3];
    zkb_cli_profile_name(name, sizeof name, profile->program, node->function);
    choose_colour(rgb, name);
    (void)fprintf(stream,
                  "<g><title>%s: %" PRIu64 " instructions (%.2f %%), %" PRIu64
                  " of its own, %" PRIu64 " calls</title>"
                  "<rect x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" height=\"%.1f\" rx=\"2\" "
                  "fill=\"rgb(%u,%u,%u)\"/>",
                  name, node->total, 100.0 * (double)node->total / (double)profile->count,
                  node->self, node->calls, x, y, width, ROW_HEIGHT - 1, rgb[0], rgb[1], rgb[2]);
    const double room = (width - 6) / CHARACTER_WIDTH;
    if (room >= 3) {
        const int characters = room < NAME_BYTES ? (int)room : (int)NAME_BYTES;
        const bool cut = strlen(name) > (size_t)characters;
        (void)fprintf(stream, "<text x=\"%.2f\" y=\"%.1f\">%.*s%s</text>", x + 3,
                      y + ROW_HEIGHT - 5, cut ? characters - 2 : characters, name, cut ? ".." : "");
    }
    (void)fprintf(stream, "</g>\n");
}

/* Left edges: a child begins where its elder sibling ends. Siblings are linked youngest first, so
 * each takes its place from the right of what the parent's children still leave. */
static void place_boxes(double *left, const zkb_cli_profile *profile, double scale)
{
    const zkb_cli_profile_node *nodes = profile->nodes;
    left[0] = MARGIN;
    for (uint32_t i = 0; i < profile->node_count; i++) {
        double right = left[i] + scale * (double)(nodes[i].total - nodes[i].self);
        for (uint32_t c = nodes[i].first_child; c != NO_NODE; c = nodes[c].next_sibling) {
            right -= scale * (double)nodes[c].total;
            left[c] = right;
        }
    }
}

bool zkb_cli_profile_svg(FILE *stream, const zkb_cli_profile *profile)
{
    const uint32_t rows = deepest(profile) + 1;
    const double height = TITLE_HEIGHT + ROW_HEIGHT * rows + MARGIN;
    const double scale =
        profile->count > 0 ? (IMAGE_WIDTH - 2 * MARGIN) / (double)profile->count : 0;
    double *left = calloc(profile->node_count, sizeof *left);
    if (left == NULL) {
        return false;
    }
    place_boxes(left, profile, scale);
    (void)fprintf(stream,
                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
                  "viewBox=\"0 0 %.0f %.0f\">\n"
                  "<style>text{font:12px monospace;pointer-events:none}"
                  "g:hover rect{stroke:#000}</style>\n"
                  "<rect width=\"100%%\" height=\"100%%\" fill=\"#fcfcf4\"/>\n"
                  "<text x=\"%.0f\" y=\"24\">%" PRIu64 " instructions</text>\n",
                  IMAGE_WIDTH, height, IMAGE_WIDTH, height, MARGIN, profile->count);
    for (uint32_t i = 0; i < profile->node_count; i++) {
        const double width = scale * (double)profile->nodes[i].total;
        const double y = TITLE_HEIGHT + ROW_HEIGHT * (rows - 1 - profile->nodes[i].depth);
        if (width >= LEAST_WIDTH) {
            print_box(stream, profile, i, left[i], y, width);
        }
    }
    (void)fprintf(stream, "</svg>\n");
    free(left);
    return true;
}
