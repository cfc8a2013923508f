/*
 * A shared store in memory, for tests: keeps entries in the order of arrival,
 * decides claims, and can be told to be away, to refuse, or to be asked only
 * whole. Several clients of one process may share one.
 */
#ifndef DOSSIER_TESTS_STORE_FAKE_H
#define DOSSIER_TESTS_STORE_FAKE_H

#include <dossier/net/loop.h>
#include <dossier/store/shared.h>

struct fake {
	struct arena *arena;
	struct entry **entries;         /* in the order of arrival; NULL: erased */
	size_t n, cap;
	struct str *slots, *winners;
	size_t n_slots, cap_slots, cap_winners;
	struct str *erased;
	size_t n_erased, cap_erased;
	int64_t now;                    /* its clock; goes on by one with each append */
	bool away;
	bool mute;                      /* stores, and says that it failed: the reply was lost */
	const char *refuse;             /* words that it refuses */
	int64_t offset;
	size_t appends, loads, loads_since, polls, tends;      /* asked for; loads_since: of these, those with a cursor */
};
void fake_init(struct fake *fake);
void fake_release(struct fake *fake);
/* One client's; freed by the store that takes it. */
struct shared *fake_shared(struct fake *fake, struct loop *loop);
/* As if another client had written it. */
void fake_add(struct fake *fake, const struct entry *entry);
const struct entry *fake_find(const struct fake *fake, struct str id);

#endif
