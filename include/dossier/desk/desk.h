/*
 * The desk: one session of one agent. Holds the loop, the HTTP engine, the
 * house and its live backends; every other part of this layer hangs from it.
 */
#ifndef DOSSIER_DESK_DESK_H
#define DOSSIER_DESK_DESK_H

#include <dossier/backend/backend.h>
#include <dossier/desk/house.h>
#include <dossier/model/mask.h>
#include <dossier/store/store.h>

struct desk_backend {
	const char *id;
	const struct house_backend *house;
	struct backend *backend;        /* NULL: cannot be used, err says why */
	struct err err;
};

struct desk {
	const struct clock *clock;
	struct loop *loop;
	struct http *http;
	struct log *log;
	struct house *house;
	struct desk_backend *backends;  /* those that are on, in the order of the configuration */
	size_t n_backends;
	enum http_rank rank;
	struct trace *trace;            /* for --verbose; may be NULL */
	struct store *store;            /* NULL: none was asked for */
	/* Who writes: of the house's agent, else the log-in alone. team and site may be absent. */
	struct str agent, team, site;
	char *signed_on;                /* the channel; NULL: none. Opening a customer begins a contact there */
	unsigned roles;                 /* bits of enum role; without agents in the house: all */
	struct mask *mask;              /* desk_mask's */
	struct writing *writing;        /* appends of customers that the store has not had its last word on */
	struct copying *copying;        /* copies that were asked of the store for customers */
	bool mask_made;
};

struct desk_options {
	const struct clock *clock;
	struct log *log;
	const char *capture_dir, *replay_dir, *runtime_dir;
	const char *only;               /* one backend's id; NULL: all */
	enum http_rank rank;
	bool store;                     /* open the case store */
	struct shared *shared;          /* instead of the house's, taken: for tests */
	bool told;                      /* the house has its secrets already */
	int parts, part;                /* http_options' */
};
/*
 * Takes the house, also when it fails. NULL only when nothing can run: no
 * loop, no HTTP, or "only" names no backend that is on (ERR_USAGE). Reads
 * secrets, running the loop meanwhile; when replaying, stand-ins instead.
 */
struct desk *desk_new(struct house *house, const struct desk_options *options, struct err *err);
/* For a house whose backends were left for later: reads and starts them. Before any look-up; may be called once more for nothing. */
void desk_read_rest(struct desk *desk, struct diags *diags);
void desk_free(struct desk *desk);
struct desk_backend *desk_backend(struct desk *desk, const char *id);
/* The case store of a desk that was made without, once no look-up and no customer is open any more. */
bool desk_open_store(struct desk *desk, struct err *err);

/* Part of desk_free, after the store went: its last words will not come any more. */
void desk_forget_writing(struct desk *desk);
void desk_forget_copying(struct desk *desk);

/* A partner and nothing more: other teams' notes are not for them. */
bool desk_is_partner(const struct desk *desk);
/* The entry's words are for this agent. */
bool desk_may_read(const struct desk *desk, const struct entry *entry);
/* Whatever shows an entry by itself leaves out its words: a note, or what goes as one, that is not for this agent. */
bool desk_closes(const struct desk *desk, const struct entry *entry);
/*
 * What the house closes to this agent while nobody is verified: for candidates
 * and whatever else belongs to no open customer. NULL: nothing. The desk's.
 */
const struct mask *desk_mask(struct desk *desk);

/* How one backend did in a look-up or pull: the badge on its rows, the line on standard error. */
enum source_state {
	SOURCE_UNASKED,                 /* it has no way to answer this: no find by that type, no record of the customer */
	SOURCE_WAITING,
	SOURCE_FRESH,
	SOURCE_PARTIAL,                 /* something came and something is missing */
	SOURCE_FAILED,
	SOURCE_OFF,                     /* switched off in the house; never in a look-up or pull */
};
const char *source_state_word(enum source_state state);
struct source {
	const char *backend;            /* borrowed from the house */
	enum source_state state;
	struct err err;                 /* PARTIAL, FAILED */
	int64_t retry_at;               /* WHEN_NONE */
	int64_t since;                  /* wall clock of its latest answer, of a feed when its rows were loaded; WHEN_NONE: none came */
	unsigned requests, rows, dropped;
	unsigned left;                  /* rows whose details were not asked for: customer_options.all asks */
	int64_t ms;                     /* how long it was being asked */
};
/* Counts one call's end in: the worse state, sums of the rest; ms is left to the caller. */
void source_end(struct source *source, const struct backend_end *end, int64_t wall);
/* Puts b's outcome onto a (a backend asked twice): the worse state, sums of the rest. */
void source_merge(struct source *a, const struct source *b);

#endif
