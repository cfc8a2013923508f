/*
 * What the fuzz targets share: the input taken apart, and a check that ends
 * the run. A target is one function over bytes; it keeps nothing between calls.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include <dossier/base/str.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define FUZZ_CHECK(holds) do { \
	if (!(holds)) { \
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds); \
		abort(); \
	} \
} while (0)

/* The first byte, which is taken off; 0 when there is none. */
static inline uint8_t fuzz_byte(struct str *in)
{
	uint8_t byte = 0;

	if (in->n) {
		byte = (uint8_t)in->p[0];
		*in = str_make(in->p + 1, in->n - 1);
	}
	return byte;
}

/* What stands before the first such byte, which is taken off too; all of it when there is none. */
static inline struct str fuzz_until(struct str *in, char end)
{
	const char *at = in->n ? memchr(in->p, end, in->n) : NULL;
	uint32_t n = at ? (uint32_t)(at - in->p) : in->n;
	struct str part = str_make(in->p, n);

	*in = str_make(in->p + n + (at != NULL), in->n - n - (at != NULL));
	return part;
}

/* A copy of exactly its size, so that a read past its end is seen. The caller's. */
static inline struct str fuzz_copy(const uint8_t *data, size_t n)
{
	char *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	if (n)
		memcpy(copy, data, n);
	return str_make(copy, n);
}

static inline void fuzz_drop(struct str copy)
{
	free((char *)(uintptr_t)copy.p);
}

#endif
