/*
 * What the HTTP engine needs of the loop beyond its public face: the multi
 * handle that everything waits in, and a call when a transfer has ended.
 */
#ifndef NET_LOOP_CURL_H
#define NET_LOOP_CURL_H

#include <curl/curl.h>

#include <dossier/net/loop.h>

typedef void transfer_fn(void *arg, CURLcode code);

/* Lives inside its owner. easy is set while the multi handle has it. */
struct transfer {
	CURL *easy;
	/*
	 * Set by the owner before it is added: looked at whenever any has news, not only when its own socket has. TLS and
	 * HTTP/2 keep bytes in layers of which the socket knows nothing.
	 */
	bool thorough;
	transfer_fn *fn;
	void *arg;
};

/* libcurl is loaded and begun, the first time; false: it cannot be. Before any other of its functions. */
bool loop_curl_open(struct loop *loop);
/*
 * Hands an easy handle to the loop (its CURLOPT_PRIVATE is taken). fn is
 * called once from a turn, with the handle removed again and still its
 * owner's to clean up. Neither may be called from inside a callback of curl.
 */
bool loop_transfer_add(struct loop *loop, struct transfer *transfer, CURL *easy, transfer_fn *fn, void *arg);
void loop_transfer_remove(struct loop *loop, struct transfer *transfer);

#endif
