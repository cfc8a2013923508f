#include "bare.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

#include <dossier/base/mem.h>

#include "measure.h"

struct lane { int backend; };

struct bare {
	const struct serve *serve;
	CURLM *multi;
	int left[SERVE_MAX];            /* requests of a backend that are to be sent */
};

static size_t throw_away(char *data, size_t size, size_t n, void *arg)
{
	(void)data;
	(void)arg;
	return size * n;
}

/* The next request of its backend; false: there is none. */
static bool next(struct bare *b, CURL *easy, int backend)
{
	char *url;

	if (b->left[backend] == 0)
		return false;
	url = mem_printf(b->left[backend]-- % 2 ? "http://127.0.0.1:%d/list?customer=1" : "http://127.0.0.1:%d/find?email=" SERVE_EMAIL,
			 b->serve->ports[backend]);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	free(url);
	return curl_multi_add_handle(b->multi, easy) == CURLM_OK;
}

static void start(struct bare *b, struct lane *lane)
{
	CURL *easy = curl_easy_init();

	if (!easy)
		bench_die("libcurl has no handle");
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, throw_away);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PRIVATE, lane);
	if (!next(b, easy, lane->backend))
		curl_easy_cleanup(easy);
}

static bool end(struct bare *b, const CURLMsg *msg)
{
	CURL *easy = msg->easy_handle;
	struct lane *lane = NULL;

	if (msg->data.result != CURLE_OK)
		bench_die("the bench's server does not answer");
	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&lane);
	curl_multi_remove_handle(b->multi, easy);
	if (next(b, easy, lane->backend))
		return true;
	curl_easy_cleanup(easy);
	return false;
}

static void one_process(const struct serve *serve, int customers, int lanes)
{
	struct bare b = { .serve = serve, .multi = curl_multi_init() };
	struct lane *all = mem_array((size_t)(serve->n * lanes), sizeof(*all));
	int running = 0, left;
	CURLMsg *msg;

	for (int k = 0; k < serve->n; k++)
		b.left[k] = 2 * customers;
	for (int i = 0; i < serve->n * lanes; i++) {
		all[i].backend = i % serve->n;
		start(&b, &all[i]);
	}
	do {
		curl_multi_perform(b.multi, &running);
		while ((msg = curl_multi_info_read(b.multi, &left)) != NULL)
			running += end(&b, msg);
		if (running)
			curl_multi_poll(b.multi, NULL, 0, 1000, NULL);
	} while (running);
	curl_multi_cleanup(b.multi);
	free(all);
}

double bare_run(const struct serve *serve, int customers, int processes, int concurrency)
{
	double began = wall_ms();
	int status;

	for (int i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			bench_die("no process can be started");
		if (pid == 0) {
			one_process(serve, customers / processes, concurrency / processes);
			_exit(0);
		}
	}
	for (int i = 0; i < processes; i++)
		if (wait(&status) < 0 || status != 0)
			bench_die("the bare loop failed");
	return wall_ms() - began;
}
