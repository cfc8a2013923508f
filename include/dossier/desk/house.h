/*
 * The house's settings: what dossier-config(5) describes, read and checked,
 * with where each value came from. Loading never stops at the first mistake;
 * a broken backend costs that backend only.
 */
#ifndef DOSSIER_DESK_HOUSE_H
#define DOSSIER_DESK_HOUSE_H

#include <dossier/base/diag.h>
#include <dossier/base/log.h>
#include <dossier/base/option.h>
#include <dossier/backend/plan.h>
#include <dossier/model/timeline.h>
#include <dossier/model/entry.h>
#include <dossier/model/verify.h>
#include <dossier/model/who.h>
#include <dossier/net/http.h>

struct house_options {
	const char *sysconf;            /* NULL: $DOSSIER_SYSCONFDIR, else the built-in one (/etc/dossier) */
	const char *home_config;        /* NULL: $XDG_CONFIG_HOME/dossier or ~/.config/dossier */
	const char *data;               /* NULL: as home_data() says; connectors/ below it */
	const char *file;               /* --config: instead of all others; NULL: none */
	const char *login;              /* the operating system's log-in of the agent, may be NULL */
	bool origins;                   /* say where each value came from */
	/*
	 * The backends with their connectors, the longest part, are left to
	 * house_read_rest, unless a secret comes from a command, which may want
	 * the terminal to itself.
	 */
	bool later;
};

struct house_backend {
	char *id;
	int line;                       /* in the file it stands in */
	char *file;
	char *connector;                /* name or path as written */
	char *connector_file;           /* found; NULL when not */
	struct plan *plan;              /* NULL: the connector is missing or broken */
	struct err err;                 /* with a code: it cannot be used, and why */
	bool off;
	struct json_object *settings;   /* name -> text as given; secrets only after house_secrets */
	struct http_peer_options peer;  /* limits; strings owned here */
	int64_t max_pages;
	char *country, *currency, *zone;        /* NULL: the connector's, else the house's */
	struct house_secret *secrets;   /* where they come from: private to desk/house_* */
	size_t n_secrets;
};

/* badge: what their card's bar code says; pin: as switch_hash made it; either may be NULL. */
struct house_agent { char *id, *name, *email, *login, *role, *team, *site, *badge, *pin, *phone; struct option_texts aliases; };

struct house {
	char *file;                     /* the file the house's settings came from; NULL: none was found */
	/*
	 * With a code: the file is no YAML from some place on, and nobody knows
	 * what else it says. Then no desk is opened on it.
	 */
	struct err torn;
	char *name, *country, *currency, *zone_name;
	struct zone *zone;              /* of the house; never NULL after load */
	struct house_backend **backends;
	size_t n_backends;
	struct house_agent **agents;
	size_t n_agents;
	char *login;                    /* of the operating system; NULL: not known */
	const struct house_agent *agent;    /* who I am; NULL: not in the list */
	const struct house_agent *own;      /* whose log-in this is; NULL: nobody's in the list */
	/* lock: ms without a key until the screen locks, 0: never. takes_over: where another agent may: "anywhere", "workstation", "nowhere". */
	struct house_session { int64_t lock; char *takes_over; } session;
	struct who_rules who;
	struct timeline_agents *aliases;
	struct house_store { char *path, *local; int64_t keep; } store;         /* absolute; NULL, 0: by default */
	struct option_texts channels, done, reasons;    /* of contacts, of wrap-ups, of hand-offs: what may be chosen; empty: anything */
	struct house_outcome { char *name, *status, *next; struct option_texts reasons; } *outcomes;
	size_t n_outcomes;
	struct house_template { char *name, *text; } *templates;        /* texts with place-holders (casework_fill) */
	size_t n_templates;
	struct verify_policy verify;
	struct option_texts compare;    /* fields of the data contract that an agent may compare */
	struct house_mask { char *field; int64_t level; unsigned roles; } *masks;     /* level INT64_MAX: whatever was verified; roles: whom it binds, 0: all */
	size_t n_masks;
	/*
	 * In ms. comes_back: an inbound contact so soon counts as "came back".
	 * loose: how far back contacts are offered to a new case. reopen: a solved
	 * case reopens when its customer comes back so soon; 0: never by itself.
	 * promise: so long before it is due the team sees it when its owner is away.
	 * handoff: an offer that names no time is overdue after this; 0: never.
	 * question: likewise for one asked. refresh: how often an open customer is
	 * asked for again; 0: only by hand. pop: one that nobody opened is gone.
	 * pick: so long after its payment somebody should have an order in hand;
	 * 0: not looked at.
	 */
	struct house_windows { int64_t comes_back, loose, reopen, promise, handoff, question, refresh, pop, pick; } windows;
	struct money hour;              /* what an hour of handling costs; no currency: not known */
	struct house_keep { enum entry_type type; int64_t ms; } *retention;
	size_t n_retention;
	struct option_texts legal_hold; /* persons whose entries are never deleted by age */
	bool hold_all;                  /* all of them are */
	struct option_texts browser;    /* what opens addresses: a program and its arguments; empty: the session's own */
	struct house_scanner { char *prefix, *suffix; } scanner;        /* what bar code scanners send before and after a code; NULL: nothing */
	struct house_rest *rest;        /* what is still to be read; NULL: nothing */
	/* Every value in force, when they were asked for; file NULL: built in; secret: value must not be shown. */
	struct house_origin { char *name, *value, *file; int line; bool secret; } *origins;
	size_t n_origins;
};

/* The keys of a scanner map, filled into a house_scanner: for personal files, too. */
extern const struct option house_scanner_keys[];

/*
 * The file is sysconf's dossier.yaml; only where that does not exist the
 * personal one holds everything. Never NULL; mistakes in diags. Secrets are
 * not read yet.
 */
struct house *house_load(const struct house_options *options, struct diags *diags);
void house_free(struct house *house);
/* Reads what house_options.later left out. */
void house_read_rest(struct house *house, struct diags *diags);
/*
 * Reads every secret (file, env, command run by argv with a dead-line) of the
 * backends that are on, registers it with log, and puts it into settings. A
 * secret that cannot be had costs its backend: err is set and plan stays.
 * Runs the loop until all commands ended. only: one backend's id, or NULL.
 */
void house_secrets(struct house *house, struct loop *loop, struct log *log, const char *only);
/*
 * For a process that was forked with the same house before its secrets were
 * read: all that house_secrets found out, in bytes for that process alone.
 * take: false when they are not of this house.
 */
void house_tell_secrets(const struct house *house, struct buf *out);
bool house_take_secrets(struct house *house, struct str told);
const struct house_backend *house_find_backend(const struct house *house, const char *id);

/* The outcome of that name, or NULL. */
const struct house_outcome *house_find_outcome(const struct house *house, struct str name);
/* True when text is in a list that is not empty; an empty one takes anything. */
bool house_allows(const struct option_texts *list, struct str text);

/* The keys of each section, for the manual's test; ended by a NULL name. */
struct house_section { const char *name; const struct option *keys; };
extern const struct house_section house_sections[];

#endif
