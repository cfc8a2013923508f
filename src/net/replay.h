/*
 * Captured exchanges, and a transport that answers from them and opens no
 * socket. One text file an exchange in DIR/<peer id>/, read in the order of
 * their names, which are free:
 *
 *	request: GET /REST/2.0/tickets?page=1&query=id%3D1
 *	status: 200
 *	content-type: application/json
 *	link: <<origin>/REST/2.0/tickets?page=2>; rel="next"
 *
 *	{"items":[]}
 *
 * The lines up to the first empty one are "name: value"; request and status
 * are required, the others are headers of the reply. What follows, byte for
 * byte, is the body; with the line "body: base64" it is written that way
 * because it is not UTF-8 text. <origin> stands for the peer's configured
 * address, <origin\/> for the same with JSON's escaped slashes.
 *
 * The request is the call's replay_key, or made here: the method, the path
 * below the origin's prefix, the query's parts in sorted order, and behind a
 * space the body: as it is when it is short, or "#" and a hash of it. Control
 * characters and backslashes in it are written as \xNN. Registered secrets are
 * masked in all of it; of a cookie only the name is kept.
 *
 * Several replies to one request are given one after the other; the last one
 * is given from then on.
 */
#ifndef NET_REPLAY_H
#define NET_REPLAY_H

#include "http_private.h"

/* The request's line; the caller's. */
char *replay_key(const struct http_peer *peer, const struct http_request *request);

struct replay *replay_open(const char *dir, const char *id, struct err *err);
void replay_free(struct replay *replay);
/* The next turn hands out the reply, or says that none was captured. */
void replay_start(struct http_call *call);
void replay_stop(struct http_call *call);

/*
 * The exchange of a call that has a whole reply; NULL for others. Written
 * after the sink is done, so that a secret that stood in the reply is
 * registered, and masked, by then. Freed by capture_write.
 */
struct capture;
struct capture *capture_take(struct http_call *call);
void capture_write(struct capture *capture);

/* "<origin>" for the address, and back. */
void replay_hide_origin(const char *origin, struct str text, struct buf *out);
void replay_show_origin(const char *origin, struct str text, struct buf *out);

#endif
