/*
 * The store: one path for every entry, whatever holds it. An append is durable
 * in the private file, waits in its outbox, and is sent to the shared store. A
 * watch gives what both know of somebody, at once what is here, then what the
 * shared store has, and goes on as others write.
 *
 * All functions are called from the loop's thread and never wait; what they
 * lead to is told from the loop. Strings given are copied.
 */
#ifndef DOSSIER_STORE_STORE_H
#define DOSSIER_STORE_STORE_H

#include <dossier/base/log.h>
#include <dossier/store/shared.h>

struct store;
struct store_options {
	struct loop *loop;
	const struct clock *clock;
	struct log *log;
	const char *local;      /* folder of the private file, made 0700; NULL: $XDG_STATE_HOME/dossier or ~/.local/state/dossier */
	const char *shared;     /* path of the shared SQLite file; NULL: $XDG_DATA_HOME/dossier/store.db or ~/.local/share/dossier/store.db */
	const char *login;      /* whose outbox: rows of another log-in or store stay where they are */
	struct shared *with;    /* instead of "shared", taken: for tests, and other kinds of store */
	int64_t poll;           /* ms between looks for others' entries; 0: 500. Four times that while it hears who writes (bell.h) */
	int64_t keep;           /* ms that copies of customers and pulls are kept unused; 0: 30 days */
};
/* NULL only when there can be no helper thread. Opens both files from the loop. */
struct store *store_new(const struct store_options *options, struct err *err);
/* What is durable stays; watches must be gone. */
void store_free(struct store *store);

enum store_health {
	STORE_OPENING,
	STORE_WELL,
	STORE_AWAY,             /* the shared store is: the private copy stands in, entries wait, claims are refused */
	STORE_BROKEN,           /* the private file cannot be written: nothing is durable; err says what to do */
};
struct store_state {
	enum store_health health;
	struct err err;                 /* when AWAY or BROKEN */
	int64_t offset;                 /* of the shared store's clock to ours, ms; worth telling over 2,000 */
	size_t waiting;                 /* entries in the outbox */
	size_t refused;                 /* entries that the shared store refused and that wait for a decision (store_outbox) */
	int64_t synced;                 /* when the shared store was last heard; WHEN_NONE: never */
};
const struct store_state *store_state(const struct store *store);
struct store_state_sink { void (*changed)(void *arg); void *arg; };
/* One at a time; changed NULL: nobody is told any more. */
void store_on_state(struct store *store, const struct store_state_sink *sink);

/* The next ord of this client: above all that was seen. */
uint64_t store_ord(struct store *store);

/*
 * Appends entries (entry_make) as one atomic batch. A draft kept under the id
 * of one of them goes in the same commit. A batch that holds a claim is sent
 * at once or refused: it never waits in the outbox. sink NULL: nobody listens.
 */
enum store_said {
	STORE_DURABLE,          /* safe here */
	STORE_SHARED,           /* the shared store has it */
	STORE_LOST,             /* a claim that another won: rows are the winners */
	STORE_REFUSED,          /* err says why; of what is not a claim the words stay in the outbox as refused */
	STORE_NOT_SAVED,        /* the private file could not be written: err; the draft is still what it was */
};
struct store_append_sink {
	/*
	 * final: nothing more will be told. With the shared store away, DURABLE
	 * is final, and the entry goes when it is back; where that shows only
	 * when it is sent, DURABLE comes a second time, final, with why.
	 */
	void (*said)(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err);
	void *arg;
};
void store_append(struct store *store, const struct entry *entries, size_t n, const struct store_append_sink *sink);

/*
 * A watch holds the entries of what was asked, own ones not yet shared among
 * them. settled comes after every ask once the shared store has answered, or
 * is known to be away; changed any number of times before and after.
 */
struct store_watch;
struct store_watch_sink {
	void (*changed)(void *arg);     /* there are entries that were not there before, or they changed */
	void (*settled)(void *arg);
	void *arg;
};
struct store_watch *store_watch(struct store *store, const struct store_ask *ask, const struct store_watch_sink *sink);
/* Asks for more besides. */
void store_watch_more(struct store_watch *watch, const struct store_ask *ask);
/* For folds: borrowed, with its strings, as long as the watch. What was refused or erased is taken out of it. */
struct entries *store_watch_entries(struct store_watch *watch);
/* How old the copy is that stands in while the shared store is away; WHEN_NONE: it is not away. */
int64_t store_watch_age(const struct store_watch *watch);
bool store_watch_settled(const struct store_watch *watch);
void store_watch_free(struct store_watch *watch);

/* Words in texts of entries, newest first. Without the shared store: in what is held here, and err says so beside rows. */
void store_search(struct store *store, struct str words, size_t limit, shared_rows_fn *fn, void *arg);
void store_walk(struct store *store, uint64_t types, int64_t since, int64_t until, struct str cursor, size_t limit,
		shared_rows_fn *fn, void *arg);

/* Sends what waits, fetches erasures and redactions and applies them to everything private; then done. */
struct store_sync { size_t sent, refused, waiting, erased, redacted; struct err err; };
typedef void store_sync_fn(void *arg, const struct store_sync *result);
void store_sync(struct store *store, store_sync_fn *fn, void *arg);
/* Entries that wait (state "waiting") or were refused (state "refused", why). Rows move to the receiver; why beside them. */
typedef void store_outbox_fn(void *arg, struct store_rows *rows, const struct str *states, const struct str *whys, const struct err *err);
void store_outbox(struct store *store, store_outbox_fn *fn, void *arg);
/* Gives up a refused entry by its id. */
void store_outbox_drop(struct store *store, struct str id, shared_text_fn *fn, void *arg);

/* The shared store itself, for settings, feeds, status and retention. */
struct shared *store_shared(struct store *store);

#endif
