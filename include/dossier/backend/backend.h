/*
 * A backend: a configured system of the house, spoken to by its connector's
 * plan over net/http. Everything is asynchronous: a call is made, results
 * come through its sink from the loop, "done" exactly once and last, unless
 * the call was cancelled.
 */
#ifndef DOSSIER_BACKEND_BACKEND_H
#define DOSSIER_BACKEND_BACKEND_H

#include <dossier/backend/feed.h>
#include <dossier/backend/trace.h>
#include <dossier/model/interaction.h>
#include <dossier/model/record.h>
#include <dossier/net/http.h>

struct backend;
struct backend_call;

struct backend_config {
	const char *id;                     /* configured, never changing */
	const struct plan *plan;            /* borrowed */
	struct json_object *settings;       /* name -> text, secrets resolved; a reference is taken */
	struct json_object *agent;          /* name, email, phone, id; may be NULL; a reference is taken */
	struct http_peer_options peer;      /* id and origin are set by the backend from settings.url */
	int64_t max_pages;                  /* 0: the plan's, else 20 */
	const char *country, *currency, *zone, *local_zone;     /* NULL: the plan's, else the house's given here */
	struct feed_source feed;            /* of a feed: where its rows are kept; no find: nowhere here */
};
/* Checks settings against the plan (required, cleartext secrets refused). NULL with *err naming the backend and the setting. */
struct backend *backend_new(struct http *http, const struct backend_config *config, struct log *log, struct err *err);
/* Its calls end without a word. From a sink too; what is left then goes in the next turn of the loop. */
void backend_free(struct backend *backend);
const char *backend_id(const struct backend *backend);
const struct plan *backend_plan(const struct backend *backend);
unsigned backend_find_types(const struct backend *backend);
const struct scope_house *backend_scope(const struct backend *backend);        /* for feed_read */
int64_t backend_deadline_ms(const struct backend *backend);
double backend_rate(const struct backend *backend);             /* requests a second of its budget; negative: unlimited */

struct backend_end {
	bool ok;                        /* all of it was answered */
	bool partial;                   /* something came, and something is missing: err says what */
	struct err err;
	int status;                     /* HTTP status that failed, or 0 */
	int64_t retry_at;               /* WHEN_NONE */
	unsigned requests, rows, dropped;
	unsigned left;                  /* pull: elements beyond a connector's newest:, whose own request was not made */
	size_t bytes;
	int64_t ms;
	int64_t as_of;                  /* a feed: when the newest of the rows told was loaded; else WHEN_NONE */
	struct str who;                 /* ping: as whom; valid during done */
	enum backend_outcome {          /* act; ok only with ACT_DONE */
		ACT_NOT_SENT,           /* nothing reached the backend, or it said that it did nothing */
		ACT_DONE,
		ACT_UNKNOWN,            /* the reply was lost and nothing could find out: a person must look */
	} outcome;                      /* of a dry act: NOT_SENT, with ok */
	struct json_object *reply;      /* act: the reply's root, borrowed during done; may be NULL */
	struct json_object *would;      /* act, dry: method, url, headers, body as they would be sent, secrets masked; borrowed */
};

struct backend_sink {
	void (*record)(void *arg, const struct record *record);     /* find: borrowed for the call */
	void (*batch)(void *arg, struct batch *batch);              /* pull: taken */
	void (*row)(void *arg, enum row_type type, const void *row);/* ask: borrowed */
	void (*done)(void *arg, const struct backend_end *end);
	void *arg;
};

struct backend_options {
	int64_t deadline;               /* steady ms, absolute; 0: now + the backend's */
	enum http_rank rank;
	int64_t since;                  /* pull: no older than this, WHEN_NONE for all the page cap allows */
	bool all;                       /* pull: the rest too, beyond newest: */
	struct trace *trace;            /* may be NULL */
};

struct backend_call *backend_find(struct backend *backend, const struct identity *id,
				  const struct backend_options *options, const struct backend_sink *sink);

/* Whose interactions: this backend's records of the customer, and the identities a system without customers is asked by. */
struct backend_subject {
	const struct record *const *records;
	size_t n_records;
	const struct identity *ids;
	size_t n_ids;
};
struct backend_call *backend_pull(struct backend *backend, const struct backend_subject *subject,
				  const struct backend_options *options, const struct backend_sink *sink);
struct backend_call *backend_ping(struct backend *backend, const struct backend_options *options, const struct backend_sink *sink);
/* Stock of an item, products, articles, a site's day: value is what was asked. */
struct backend_call *backend_ask(struct backend *backend, enum row_type type, const struct identity *by, struct str value,
				 const struct backend_options *options, const struct backend_sink *sink);

/*
 * One action of the connector. Fields are typed values by name: text as
 * strings, money as decimal text, booleans and numbers as such. Without an
 * idempotency: of the connector a write is sent once at most, whatever happens.
 */
struct backend_act {
	const char *action;             /* plan_action.name */
	struct json_object *fields;     /* borrowed */
	const struct record *record;    /* whom it is about; may be NULL */
	const char *id;                 /* what <uuid> gives, the same at every repeat; NULL: a new one */
	bool dry;                       /* read what must be read first, and write nothing */
};
struct backend_call *backend_act(struct backend *backend, const struct backend_act *act,
				 const struct backend_options *options, const struct backend_sink *sink);
/* Whether all is known that the action needs: of the house, and of the agent. False with ERR_CONFIG and whose it is to say. */
bool backend_act_ready(const struct backend *backend, const struct plan_action *action, struct err *err);
void backend_cancel(struct backend_call *call);

#endif
