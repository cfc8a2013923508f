/*
 * What an entry says for the tables beside it, read from its data once and
 * before anybody waits for the write lock.
 */
#ifndef DOSSIER_STORE_SQLITE_SAYS_H
#define DOSSIER_STORE_SQLITE_SAYS_H

#include <dossier/model/cases.h>

#include "sqlite_vault.h"

#define SAYS_REFS 6     /* UUID fields of one type */

struct says {
	struct uid id, person, case_;
	bool has_person, has_case;
	struct uid refs[SAYS_REFS];
	size_t n_refs;
	struct uid above[2];            /* entries whose ord it must exceed: was, replaces */
	size_t n_above;
	bool claim;
	struct uid slot;
	bool closing;                   /* what refs[closes] names is no longer open */
	size_t closes;
	int64_t open_until;             /* 0: not something open */
	bool fact;                      /* link or unlink */
	struct str key, identity;       /* of an identity; absent when it is about two persons */
	struct uid other;
	struct str names[8];            /* identities in an entry of nobody */
	size_t n_names;
	struct uid *erases;
	size_t n_erases;
	char code[CASE_CODE + 1];
	unsigned flags;                 /* FLAG_WORDS, FLAG_HOME */
};
/* False with a sentence when the entry is not sound. Strings stand in arena. */
bool says_read(struct arena *arena, struct json_parser *parser, const struct entry *entry, struct says *out, struct err *err);
/* The key under which identities that may be the same stand together; identity_same decides. */
struct str says_key(struct arena *arena, const struct identity *id);

#endif
