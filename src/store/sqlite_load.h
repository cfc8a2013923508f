/* A load under way: whom it is about, what was found, what is yet to be followed. */
#ifndef DOSSIER_STORE_SQLITE_LOAD_H
#define DOSSIER_STORE_SQLITE_LOAD_H

#include <dossier/model/intern.h>

#include "sqlite_vault.h"

#define LOAD_MOST 200000        /* rows; of more the newest come */
#define PERSONS_MOST 200        /* more than 50 join nothing (model/resolve), but they must be seen to say so */
#define OPEN_MOST 5000

struct follow { struct uid id, case_; int64_t seq, since; bool has_case, opens, near; };

struct load {
	struct vault *vault;
	const struct store_ask *ask;
	int64_t since, end;
	struct row_list list;
	struct intern persons;          /* 16 bytes each */
	size_t n_old;                   /* those who were there as of since; the others come whole */
	int64_t *seqs;                  /* rows there are, open addressing; 0 is free */
	size_t n_seqs, n_slots;
	struct follow *follows;
	size_t n_follows, cap_follows;
	struct err *err;
};

void load_person(struct load *load, struct str bytes);
/* Takes all rows of a bound query; what goes with them is followed: near only what is said of them, since: only what came after. */
bool load_rows(struct load *load, struct db_query *query, bool near, int64_t since);
bool load_follow(struct load *load);
/* Everybody who is joined with those there are, by what was known up to that place. */
bool load_persons(struct load *load, int64_t upto);
bool load_identities(struct load *load, int64_t upto);

#endif
