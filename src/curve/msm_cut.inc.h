/* Cuts scalars into codes of windows; part of msm_kernels.inc.h. */
#ifdef ZKB_ISA_IFMA

/* Stores 2·|digit| + sign of each window. Bits above those of the cut are ignored. */
static inline void store_codes(uint32_t out[8], __m512i window, const zkb_msm_cut *cut,
                               __m512i negate)
{
    const __m512i digit =
        _mm512_sub_epi64(_mm512_and_si512(window, zkb_v8_set1(cut->mask)), zkb_v8_set1(cut->half));
    const __m512i sign = _mm512_xor_si512(_mm512_srli_epi64(digit, 63), negate);
    const __m512i code = _mm512_or_si512(_mm512_slli_epi64(_mm512_abs_epi64(digit), 1), sign);
    _mm256_storeu_si256((__m256i *)out, _mm512_cvtepi64_epi32(code));
}

static inline __m512i load_words(const uint8_t *at, unsigned bytes, __mmask8 lanes)
{
    switch (bytes) {
    case 1:
        return _mm512_cvtepu8_epi64(_mm_maskz_loadu_epi8(lanes, at));
    case 2:
        return _mm512_cvtepu16_epi64(_mm_maskz_loadu_epi16(lanes, at));
    case 4:
        return _mm512_cvtepu32_epi64(_mm256_maskz_loadu_epi32(lanes, at));
    default:
        return _mm512_maskz_loadu_epi64(lanes, at);
    }
}

/* Shifts by 64 and more give zero. */
static inline __m512i shift_right(__m512i x, unsigned bits)
{
    return _mm512_srl_epi64(x, _mm_cvtsi32_si128((int)bits));
}

static inline __m512i shift_left(__m512i x, unsigned bits)
{
    return _mm512_sll_epi64(x, _mm_cvtsi32_si128((int)bits));
}

static void ZKB_ISA(cut_words)(uint32_t *out, const void *cells, unsigned bytes,
                               const zkb_msm_cut *cut, size_t count)
{
    const uint8_t *at = cells;
    const __m512i offset = zkb_v8_set1(cut->offset[0]);
    const __m512i above = zkb_v8_set1(cut->offset[1]);
    const __m512i above_and_carry = zkb_v8_set1(cut->offset[1] + 1);
    for (size_t i = 0; i < count; i += 8, at += 8 * (size_t)bytes) {
        const __mmask8 lanes = (__mmask8)(count - i < 8 ? (1u << (count - i)) - 1 : 0xff);
        const __m512i word = load_words(at, bytes, lanes);
        const __m512i low = _mm512_add_epi64(word, offset);
        const __m512i high =
            _mm512_mask_mov_epi64(above, _mm512_cmplt_epu64_mask(low, word), above_and_carry);
        const __m512i window = cut->position < 64
                                   ? _mm512_or_si512(shift_right(low, cut->position),
                                                     shift_left(high, 64 - cut->position))
                                   : shift_right(high, cut->position - 64);
        store_codes(&out[i], window, cut, _mm512_setzero_si512());
    }
}

static void ZKB_ISA(cut_recoded)(uint32_t *out, const zkb_msm_recoded *in, const zkb_msm_cut *cut,
                                 size_t count)
{
    const unsigned word = cut->position / 64;
    const unsigned next = word < 3 ? word + 1 : 3; /* at the top nothing is above */
    const unsigned shift = cut->position % 64;
    for (size_t i = 0; 8 * i < count; i++) {
        const __m512i low = _mm512_loadu_si512(in[i].words[word]);
        const __m512i high = _mm512_loadu_si512(in[i].words[next]);
        const __m512i top = _mm512_loadu_si512(in[i].words[3]);
        const __m512i window =
            _mm512_or_si512(shift_right(low, shift), shift_left(high, 64 - shift));
        store_codes(&out[8 * i], window, cut, _mm512_srli_epi64(top, 63));
    }
}

#else

static inline uint64_t load_word(const void *cells, unsigned bytes, size_t i)
{
    switch (bytes) {
    case 1:
        return ((const uint8_t *)cells)[i];
    case 2:
        return ((const uint16_t *)cells)[i];
    case 4:
        return ((const uint32_t *)cells)[i];
    default:
        return ((const uint64_t *)cells)[i];
    }
}

static void ZKB_ISA(cut_words)(uint32_t *out, const void *cells, unsigned bytes,
                               const zkb_msm_cut *cut, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = zkb_msm_code_of_word(load_word(cells, bytes, i), cut, 0);
    }
}

static void ZKB_ISA(cut_recoded)(uint32_t *out, const zkb_msm_recoded *in, const zkb_msm_cut *cut,
                                 size_t count)
{
    const unsigned word = cut->position / 64;
    const unsigned next = word < 3 ? word + 1 : 3; /* at the top nothing is above */
    const unsigned shift = cut->position % 64;
    for (size_t i = 0; i < count; i++) {
        const zkb_msm_recoded *block = &in[i / 8];
        const uint64_t low = block->words[word][i % 8] >> shift;
        const uint64_t high = (block->words[next][i % 8] << 1) << (63 - shift);
        out[i] = zkb_msm_code(low | high, cut, (uint32_t)(block->words[3][i % 8] >> 63));
    }
}

#endif
