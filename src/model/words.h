/*
 * Words of an enum, made from its X-macro list: one table prints and parses.
 */
#ifndef DOSSIER_MODEL_WORDS_H
#define DOSSIER_MODEL_WORDS_H

#include <dossier/base/str.h>

/* The index of word in table, or -1. An empty word is only found where the table has one. */
static inline int words_find(const char *const *table, int n, struct str word)
{
	for (int i = 0; i < n; i++) {
		if (word.n ? *word.p == *table[i] && str_is(word, table[i]) : !*table[i])
			return i;
	}
	return -1;
}

/* Defines PREFIX_word and PREFIX_parse over enum TYPE. */
#define WORDS_DEFINE(prefix, type, count, ...) \
	static const char *const prefix##_words[] = { __VA_ARGS__ }; \
	const char *prefix##_word(enum type value) \
	{ \
		return (unsigned)value < (unsigned)(count) ? prefix##_words[value] : ""; \
	} \
	bool prefix##_parse(struct str word, enum type *value) \
	{ \
		int i = words_find(prefix##_words, (int)(count), word); \
		if (i < 0) \
			return false; \
		*value = (enum type)i; \
		return true; \
	}

#define WORDS_ITEM(name, word) word,

#endif
