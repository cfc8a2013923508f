/*
 * A run of bytes with its length. Outside text may hold NUL, so text that came
 * from a backend is a struct str from the first byte to the last; it is also
 * always followed by a NUL byte where it was made by arena_str or str_dup,
 * so that printing "%.*s" and logging are cheap. It owns nothing.
 */
#ifndef DOSSIER_BASE_STR_H
#define DOSSIER_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
	const char *p;      /* NULL is absent; "" is present and empty */
	uint32_t n;         /* bytes */
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""   /* for "%.*s" */

/* Nothing from outside may be that long; a cut is better than a wrapped length. */
static inline struct str str_make(const char *p, size_t n)
{
	return (struct str){ p, p ? (uint32_t)(n < UINT32_MAX ? n : UINT32_MAX) : 0 };
}

/* NULL gives absent. */
static inline struct str str_of(const char *s)
{
	return s ? str_make(s, strlen(s)) : (struct str){ NULL, 0 };
}

struct str arena_str(struct arena *arena, struct str s);   /* a copy, NUL after it */
char *str_dup(struct str s);                        /* heap, NUL after it */
/* Absent equals only absent. */
static inline bool str_eq(struct str a, struct str b)
{
	if (!a.p || !b.p)
		return !a.p && !b.p;
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}
static inline bool str_is(struct str a, const char *literal) { return str_eq(a, str_of(literal)); }
bool str_caseis(struct str a, const char *literal); /* ASCII letters folded */
int str_cmp(struct str a, struct str b);            /* bytes; absent first */
static inline bool str_empty(struct str s) { return s.n == 0; }
struct str str_trim(struct str s);                  /* ASCII white space off both ends */
bool str_starts(struct str s, const char *prefix);

#endif
