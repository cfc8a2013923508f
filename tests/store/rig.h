/* What every test of the store needs: a loop, clients with private folders of their own, and sinks that count. */
#ifndef DOSSIER_TESTS_STORE_RIG_H
#define DOSSIER_TESTS_STORE_RIG_H

#include <dossier/store/draft.h>

#include "../model/entry_facts.h"
#include "fake.h"

#define CLIENTS 3

struct rig {
	struct loop *loop;
	struct fake fake;
	struct facts facts;
	char dir[64];
	int64_t poll;                   /* of clients yet to be opened, ms; 0: 20 */
	bool real;                      /* the SQLite store in place of the fake */
	struct clock clocks[CLIENTS];
	int64_t skews[CLIENTS];         /* of the clients' clocks, ms */
	struct store *stores[CLIENTS];
	const char *logins[CLIENTS];
};
int rig_setup(void **state);
int rig_setup_real(void **state);
int rig_teardown(void **state);
/* Opens client n (0 up), or opens it again after rig_stop. */
struct store *rig_start(struct rig *rig, int n);
void rig_stop(struct rig *rig, int n);
/* The private file of client n. */
char *rig_private(struct rig *rig, int n);
/* Turns until the condition holds; fails after 20 s. */
#define RIG_UNTIL(rig, what) \
	do { \
		int64_t rig_end = clock_steady(clock_system()) + 20000; \
		while (!(what)) { \
			if (clock_steady(clock_system()) > rig_end) \
				fail_msg("never: %s", #what); \
			loop_turn((rig)->loop, 20); \
		} \
	} while (0)

/* What an append said. */
struct said { int durable, shared, lost, refused, not_saved, finals; struct err err; char winner_id[40]; };
extern const struct store_append_sink said_sink;        /* .arg is to be a struct said */
void rig_append(struct rig *rig, int n, const struct entry *entry, struct said *said);
/* A watch of one identity or person ("u:..." never: a typed identity, else a uuid) that counts. */
struct seen { struct store_watch *watch; int changed, settled; };
void rig_watch(struct rig *rig, int n, const char *who, struct seen *seen);
bool seen_has(const struct seen *seen, struct str id);
const struct entry *seen_entry(const struct seen *seen, struct str id);

#endif
