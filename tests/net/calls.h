/* What every test of HTTP calls needs: an engine on a loop, a peer, and a sink that keeps what came. */
#ifndef TESTS_NET_CALLS_H
#define TESTS_NET_CALLS_H

#include <stdbool.h>

#include <dossier/base/buf.h>
#include <dossier/net/http.h>

#include "server.h"

struct rig {
	struct server *server;
	struct loop *loop;
	struct http *http;
	struct http_peer *peer;
	char dir[64];           /* a fresh folder; the budgets' */
};

/* options.id and .origin are filled in when they are NULL: "rt", and the server's. */
void rig_open(struct rig *rig, struct http_peer_options options, struct http_options engine);
void rig_close(struct rig *rig);

struct got {
	bool done;
	int begins, dones;
	int status, attempt;
	char type[96];
	struct buf body;
	struct http_result result;
	char retry_after[64], link[128];
	struct http_call *call;
};

void got_init(struct got *got);
void got_release(struct got *got);
extern const struct http_sink got_sink;     /* .arg is to be a struct got */

/* Sends and, for call_run, turns the loop until it is done. path is put behind the peer's origin. */
void call_send(struct rig *rig, struct http_request request, const char *path, struct got *got);
void call_run(struct rig *rig, struct http_request request, const char *path, struct got *got);
void call_get(struct rig *rig, const char *path, struct got *got);  /* a read */
void rig_turns(struct rig *rig, const bool *until);

#endif
