#include "attacks/not_missed.h"

#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

static const not_missed entries[] = {
    /* Any one of three bits: taken = condition xor negate makes it one where the others are. */
    {"BRANCH_LESS* BRANCH_SIGNED* BRANCH_EQUAL*", "negate", false,
     "taken = condition xor negate, and both of these are bits"},
    {"BRANCH_LESS* BRANCH_SIGNED*", "less", false,
     "taken = less xor negate, and both of these are bits"},
    {"BRANCH_LESS* BRANCH_SIGNED* BRANCH_EQUAL*", "taken", false,
     "taken = condition xor negate of two bits"},
    /* zkb_equal */
    {"BRANCH_EQUAL*", "equal", false,
     "it is 0 where the difference is not, else 1 + distance; taken = equal xor negate is a bit"},
    {"BRANCH_EQUAL* EXCHANGE", "less", false,
     "without a difference it has no effect, with one it decides the sign of a distance that is "
     "not zero either way"},
    {"BRANCH_EQUAL* EXCHANGE", "equal: not less", false,
     "less has no effect where there is no difference: it only makes the honest row unique"},
    /* A number from 2 x = 2^w sign + doubled is below 2^w, and then unique mod 2^w. */
    {"BRANCH_SIGNED32_K SHIFT32_ARITHMETIC_*", "range16 of dst low ?", false,
     "2 dst = 2^32 sign + doubled has dst below 2^32"},
    {"BRANCH_SIGNED32_X", "range16 of ??? low ?", false,
     "2 x = 2^32 sign + doubled has x below 2^32"},
    {"SIGNED_DIVIDE_*", "range16 of * bits 0 to 31 ?", false,
     "2 x = 2^w sign + doubled has x = value - 2^32 high below 2^w"},
    {"SIGNED_DIVIDE_*", "div* = limbs", false,
     "x = value - 2^32 high, below 2^32 as 2 x = 2^32 sign + doubled, has one solution in limbs"},
    /* Division */
    {"DIVIDE_K", "divisor = limbs", false,
     "an immediate of 32 bits is below 2^32: any other high half makes the divisor negative, "
     "which no remainder and gap allow"},
    {"DIVIDE_K", "range16 of divisor bits 0 to 31 ?", false, "as its 'divisor = limbs'"},
    {"DIVIDE_* SIGNED_DIVIDE_*", "divisor is zero", false,
     "zero n = 0 has it 0 where n is not; where n is 0, (1 - zero)(r + 1 + gap) = 0 has it 1"},
    {"DIVIDE_* SIGNED_DIVIDE_*", "zero: gap", false,
     "the gap has no effect where the divisor is zero"},
    {"SIGNED_DIVIDE_*", "dividend sign", false,
     "'result negative' is it, or its xor with the divisor's sign, and a bit"},
    {"SIGNED_DIVIDE_*", "result negative", false,
     "it is the dividend's sign, or its xor with the divisor's, and both of these are bits"},
    {"SIGNED_DIVIDE_*", "nonzero only if negative", false,
     "2^w more than a magnitude that is not negative does not fit the result's limbs"},
    /* Extension */
    {"EXTEND LOAD_ANY", "sign", false,
     "extends = signed sign is a bit, and where signed is 0 the sign has no effect"},
    {"EXTEND LOAD_ANY", "extends with ones", false, "extends = signed sign, of two bits"},
    {"EXTEND STORE8", "range16 of src limb 0", false, "it equals two bytes"},
    /* Accesses that are not made */
    {"LOAD_ANY STORE_ANY_*", "second word is zero unless crossed", false,
     "no byte of the second word is within the width then"},
    {"LOAD_ANY", "word 1 has no space unless crossed", false, "word 1 is not accessed then"},
    {"LOAD_ANY STORE_ANY_* EXCHANGE", "no time difference without an access *", false,
     "there is no access then"},
    {"LOAD_ANY", "word 1 read-only", false,
     "word 1 is accessed next to word 0, which is memory; no register or frame has such addresses"},
    {"EXCHANGE", "no r0 unless compared", false, "r0 has no effect then"},
    {"ATOMIC EXCHANGE", "no other half unless is32", false,
     "the other half has the factor 0 where neither is32 nor upper is set"},
    {"EXCHANGE", "range16 of old limb [23]", false,
     "of the old word's high half only the sum counts: 0 with is32, else memory's"},
    /* The place of a word in the schedule of sha256, where t is given */
    {"sha256_first", "t / 8", false,
     "it is (t - t mod 8) / 8; where that is no bit, 'W of t + 7' or 'W of t + 15' is none"},
    {"sha256_first", "t mod 8 is 0", false,
     "it is 1 less the others; with two of them, 'W of t + 7' or 'W of t + 15' is no bit"},
    {"sha256_later", "t / 8 is 7", false,
     "it is 1 less the others; those that make t make a 'W of t + ... is a sum' no bit"},
    {"sha256_later", "one t / 8", false,
     "two that make t / 8 are both below 6, and 'W of t + 16 is a sum' is 2"},
    {"sha256_first sha256_later", "W of t + * is a sum", false,
     "it equals what is 0 or 1 for bits of which one is 1"},
    {"HELPER_MULMOD", "r is less in word 3", false,
     "it is 1 less the others; with more than one of them the words above the lowest are equal, "
     "and "
     "the gap is that of the lowest"},
    {"HELPER_INVERSE", "x is less in word 3", false,
     "it is 1 less the others; with more than one of them the words above the lowest are equal, "
     "and the gap is that of the lowest"},
    {"HELPER_INVERSE", "range16 of x 3 limb ?", false,
     "x is below m, and not negative, as q is not"},
    /* By hand */
    {"ATOMIC EXCHANGE", "no half unless is32", true, "machine_faults: atomics_between_two_words"},
    {"CALL CALL_INDIRECT", "range16 [0-9]*", true, "machine_calls: call_beyond_the_limit"},
    {"HELPER_COPY", "range16 9", true, "machine_copy: more_words_than_the_most"},
    {"HELPER_SET", "range16 9", true, "machine_set: more_words_than_the_most"},
    {"compare_word compare_four compare_different", "* read-only", true,
     "machine_compare: registers_are_no_range"},
    {"HELPER_COMPARE", "all words unless two are different", true,
     "machine_compare: equality_of_fewer_words"},
    {"HELPER_COMPARE", "range16 9", true, "machine_compare: more_words_than_the_most"},
    {"HELPER_COMPARE", "range16 10", true, "machine_compare: a_difference_behind_the_last_word"},
    {"compare_different", "|left - right| = distance", true,
     "machine_compare: a_distance_of_no_words"},
    {"compare_different", "range16 of distance - 1 ?", true,
     "machine_compare: a_difference_of_equal_words"},
    {"copy_word copy_four", "read-only", true, "machine_copy: registers_are_no_source"},
    {"sha256_block", "read-only", true, "machine_sha256: registers_are_no_block"},
    {"HELPER_MULMOD", "? ? read-only", true, "machine_mulmod_memory: registers_are_no_number"},
    {"HELPER_MULMOD", "m is at c *", true, "machine_mulmod_memory: a_place_that_is_no_bit"},
    {"HELPER_MULMOD", "m is at one place of c", true, "machine_mulmod_memory: two_places_of_c"},
    {"HELPER_MULMOD", "m is there", true, "machine_mulmod_memory: another_number_as_modulus"},
    {"HELPER_MULMOD", "m ? is c's", true, "machine_mulmod_memory: other_words_than_those_of_c"},
    {"HELPER_MULMOD", "r is less in word [0-2]", true,
     "machine_mulmod: a_result_that_is_less_minus_once"},
    {"HELPER_MULMOD", "r is m in word ?", true,
     "machine_mulmod: a_result_that_is_less_in_a_low_word"},
    {"HELPER_MULMOD", "m is zero or r is less", true,
     "machine_mulmod: a_result_that_is_not_compared"},
    {"HELPER_MULMOD", "range16 of gap ?", true, "machine_mulmod: a_result_that_is_not_reduced"},
    {"HELPER_MULMOD", "range16 of r [0-2] limb ?", true, "machine_mulmod: a_word_beyond_64_bits"},
    {"HELPER_MULMOD", "range16 of r 3 limb ?", true, "machine_mulmod: a_negative_result"},
    {"HELPER_MULMOD", "range16 of q ? limb ?", true, "machine_mulmod: a_fraction_in_each_limb"},
    {"HELPER_MULMOD", "range16 of carry ? limb ?", true,
     "machine_mulmod: a_result_modulo_the_prime"},
    {"HELPER_MULMOD", "zero: no word of m", true, "machine_mulmod: a_modulus_said_to_be_zero"},
    {"HELPER_MULMOD", "q M has no more words", true, "machine_mulmod: a_multiple_beyond_its_words"},
    {"HELPER_INVERSE", "? ? read-only", true, "machine_inverse: registers_are_no_number"},
    {"HELPER_INVERSE", "x is less in word [0-2]", true,
     "machine_inverse: a_result_that_is_less_minus_once"},
    {"HELPER_INVERSE", "x is m in word ?", true,
     "machine_inverse: a_result_that_is_less_in_a_low_word"},
    {"HELPER_INVERSE", "x is less in one word", true,
     "machine_inverse: a_result_that_is_not_compared"},
    {"HELPER_INVERSE", "m - x - 1 in that word", true, "machine_inverse: a_gap_of_another_number"},
    {"HELPER_INVERSE", "word* of a x = q m + 1", true,
     "machine_inverse: another_word_of_the_result"},
    {"HELPER_INVERSE", "range16 of gap ?", true, "machine_inverse: a_result_that_is_not_reduced"},
    {"HELPER_INVERSE", "range16 of x [0-2] limb ?", true, "machine_inverse: a_word_beyond_64_bits"},
    {"HELPER_INVERSE", "range16 of q ? limb ?", true, "machine_inverse: a_fraction_in_each_limb"},
    {"HELPER_INVERSE", "range16 of carry ? limb ?", true,
     "machine_inverse: a_result_modulo_the_prime"},
    {"CALL_INDIRECT", "function of target", true, "machine_faults: call_of_what_is_no_function"},
    {"segment", "no change beyond the active rows", true,
     "machine_memory: phantom_write_beyond_the_active_rows"},
    {"segment_checked", "last is the last", true, "machine_private: words_behind_the_last"},
};

const not_missed_list not_missed_left_out = {entries, sizeof entries / sizeof entries[0]};

static bool matches_one(const char *patterns, const char *name)
{
    char pattern[64];
    int length;
    while (sscanf(patterns, "%63s%n", pattern, &length) == 1) {
        if (fnmatch(pattern, name, 0) == 0) {
            return true;
        }
        patterns += length;
    }
    return false;
}

const not_missed *not_missed_find(const not_missed_list *list, const char *chip, const char *part)
{
    for (size_t i = 0; i < list->count; i++) {
        if (matches_one(list->entries[i].chips, chip) &&
            fnmatch(list->entries[i].part, part, 0) == 0) {
            return &list->entries[i];
        }
    }
    return NULL;
}
