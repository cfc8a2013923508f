/* What every test of the engine needs: a scripted server, a connector in a string, a backend, and all that it said. */
#ifndef TESTS_BACKEND_RIG_H
#define TESTS_BACKEND_RIG_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <dossier/backend/backend.h>

#include "../net/server.h"

struct rig {
	struct server *server;
	struct loop *loop;
	struct http *http;
	struct log *log;
	struct plan *plan;
	struct backend *backend;
	struct arena *arena;
	struct json_object *settings;
	const char *capture, *replay;   /* set before rig_open: folders */
	const char *id;         /* acts: their id; NULL: a new one */
	bool dry;               /* acts send nothing */
	bool all;               /* pulls ask for what is beyond newest: too */
	char dir[64];
	/* what came */
	bool done;
	unsigned dones, batches;
	struct buf rows;        /* "row:id title|" for each interaction, in order */
	struct buf records;     /* "id name [field]|" */
	struct buf others;      /* rows of an ask */
	struct buf requests;    /* "GET /path why|" */
	struct buf dropped;
	struct buf elements;    /* JSON of what was traced */
	struct backend_end end;
	char who[64];
	unsigned shared;        /* rows known by a shared number alone */
};

/* The replies must live until rig_close; rig->capture and ->replay are kept, the rest starts anew. */
void rig_open(struct rig *rig, const char *connector, const struct server_reply *replies, size_t n);
void rig_close(struct rig *rig);
void rig_remove(const char *path);      /* a folder with all in it */
/* The server's address is settings.url; NULL-ended pairs of further settings. */
void rig_open_with(struct rig *rig, const char *connector, const struct server_reply *replies, size_t n,
		   struct backend_config config, const char *const settings[]);

extern const struct backend_options rig_options;        /* all of time, nothing special */
void rig_find(struct rig *rig, const char *identity);
void rig_pull(struct rig *rig, const char *record);     /* of this id; the extra "login" is "jane" */
void rig_pull_id(struct rig *rig, const char *identity);
void rig_pull_since(struct rig *rig, const char *record, int64_t since);
void rig_ping(struct rig *rig);
void rig_ask(struct rig *rig, enum row_type type, const char *value);
void rig_act(struct rig *rig, const char *action, const char *fields);
struct backend_sink rig_sink(struct rig *rig);
struct backend_options rig_traced(struct rig *rig, struct trace *trace);
void rig_wait(struct rig *rig);
unsigned rig_count(const struct buf *buf, const char *text);

#define RIG(connector, replies) rig_open(&rig, connector, replies, sizeof(replies) / sizeof((replies)[0]))

#endif
