#include "bare.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <json-c/json.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

#include "../src/net/transfers.h"
#include "measure.h"

enum { REPLY_MOST = 1 << 20 };

struct bare;

struct lane {
	struct transfer transfer;
	struct bare *bare;
	CURL *easy;
	int backend;
	struct buf reply;
};

struct bare {
	const struct serve *serve;
	struct transfers all;
	bool parsed;
	int left[SERVE_MAX];            /* requests of a backend that are to be sent */
};

static size_t take(char *data, size_t size, size_t n, void *arg)
{
	struct lane *lane = arg;

	if (lane->bare->parsed)
		buf_add(&lane->reply, data, size * n);
	return size * n;
}

static void parse(struct lane *lane)
{
	struct json_object *reply = json_tokener_parse(buf_str(&lane->reply).p);

	if (!json_object_get_type(json_object_object_get(reply, "items")))
		bench_die("a reply of the bench's server is no JSON");
	json_object_put(reply);
	buf_reset(&lane->reply);
}

static void ended(void *arg, CURLcode code);

/* The next request of its backend, if there is one. */
static void next(struct lane *lane)
{
	struct bare *b = lane->bare;
	char *url;

	if (b->left[lane->backend] == 0) {
		buf_release(&lane->reply);
		curl_easy_cleanup(lane->easy);
		return;
	}
	url = mem_printf(b->left[lane->backend]-- % 2 ? "http://127.0.0.1:%d/list?customer=1" : "http://127.0.0.1:%d/find?email=" SERVE_EMAIL,
			 b->serve->ports[lane->backend]);
	curl_easy_setopt(lane->easy, CURLOPT_URL, url);
	free(url);
	if (!transfers_add(&b->all, &lane->transfer, lane->easy, ended, lane))
		bench_die("libcurl does not take a transfer");
}

static void ended(void *arg, CURLcode code)
{
	if (code != CURLE_OK)
		bench_die("the bench's server does not answer");
	if (((struct lane *)arg)->bare->parsed)
		parse(arg);
	next(arg);
}

static void start(struct bare *b, struct lane *lane)
{
	lane->bare = b;
	lane->easy = transfers_begin(&b->all) ? curl_easy_init() : NULL;
	if (!lane->easy)
		bench_die("libcurl has no handle");
	buf_init(&lane->reply, REPLY_MOST);
	curl_easy_setopt(lane->easy, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(lane->easy, CURLOPT_WRITEDATA, lane);
	curl_easy_setopt(lane->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(lane->easy, CURLOPT_PROXY, "");
	next(lane);
}

static void one_process(const struct serve *serve, int customers, int lanes, bool parsed)
{
	struct bare b = { .serve = serve, .parsed = parsed };
	struct lane *all = mem_array((size_t)(serve->n * lanes), sizeof(*all));
	struct pollfd *polls = mem_array((size_t)(serve->n * lanes), sizeof(*polls));

	transfers_init(&b.all);
	for (int k = 0; k < serve->n; k++)
		b.left[k] = 2 * customers;
	for (int i = 0; i < serve->n * lanes; i++) {
		all[i].backend = i % serve->n;
		start(&b, &all[i]);
	}
	while (b.all.n > 0) {
		size_t n = b.all.n_sockets;

		if (n > 0)
			memcpy(polls, b.all.sockets, n * sizeof(*polls));
		poll(polls, (nfds_t)n, transfers_wait_ms(&b.all, 1000));
		transfers_run(&b.all, polls, n);
	}
	transfers_release(&b.all);
	free(polls);
	free(all);
}

double bare_run(const struct serve *serve, int customers, int processes, int concurrency, bool parsed)
{
	double began = wall_ms();
	int status;

	for (int i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			bench_die("no process can be started");
		if (pid == 0) {
			one_process(serve, customers / processes, concurrency / processes, parsed);
			_exit(0);
		}
	}
	for (int i = 0; i < processes; i++)
		if (wait(&status) < 0 || status != 0)
			bench_die("the bare loop failed");
	return wall_ms() - began;
}
