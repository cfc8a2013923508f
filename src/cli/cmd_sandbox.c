/* dossier sandbox start, stop, reset. */
#include <errno.h>
#include <signal.h>
#include <time.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "sandbox.h"

#define STOP_TRIES 250
#define STOP_EACH_MS 20

static const char *member(struct json_object *map, const char *name)
{
	const char *text = json_object_get_string(json_object_object_get(map, name));

	return text ? text : "";
}

static void put_line(struct out *out, const char *first, const char *second)
{
	struct buf safe;

	buf_init(&safe, 64 * 1024);
	text_safe(&safe, str_of(first), 0);
	buf_addc(&safe, ' ');
	while (safe.len < 16)
		buf_addc(&safe, ' ');
	text_safe(&safe, str_of(second), 0);
	out_str(out, buf_str(&safe));
	out_text(out, "\n");
	buf_release(&safe);
}

static void put_state(struct cli *cli, const struct sandbox *sandbox)
{
	struct json_object *backends = json_object_object_get(sandbox->state, "backends"), *stories = json_object_object_get(sandbox->state, "stories");

	for (size_t i = 0; backends && i < json_object_array_length(backends); i++) {
		struct json_object *one = json_object_array_get_idx(backends, i);

		put_line(cli->out, member(one, "id"), member(one, "url"));
	}
	for (size_t i = 0; stories && i < json_object_array_length(stories); i++) {
		struct json_object *one = json_object_array_get_idx(stories, i), *who = json_object_object_get(one, "who");

		out_text(cli->out, "\n");
		put_line(cli->out, member(one, "name"), member(one, "about"));
		for (size_t k = 0; who && k < json_object_array_length(who); k++)
			put_line(cli->out, "  try", json_object_get_string(json_object_array_get_idx(who, k)));
	}
	out_text(cli->out, "\n\"dossier --sandbox find WHO\" asks it; \"dossier sandbox stop\" ends it.\n");
}

static void put_json(struct cli *cli, const struct sandbox *sandbox, bool started)
{
	const struct fields *f = out_fields(cli->out);

	out_open(cli->out);
	f->boolean(f->arg, "started", started);
	f->integer(f->arg, "pid", sandbox->pid);
	f->text(f->arg, "control", str_of(member(sandbox->state, "control")));
	f->text(f->arg, "config", str_of(sandbox->config));
	out_close(cli->out);
}

int cmd_sandbox_start(struct cli *cli, const void *options, int argc, char **argv)
{
	struct sandbox sandbox;
	bool started, fine = sandbox_use(&sandbox, &started);

	(void)options;
	(void)argc;
	(void)argv;
	if (fine && cli->format == OUT_TEXT)
		put_state(cli, &sandbox);
	else if (fine)
		put_json(cli, &sandbox, started);
	sandbox_release(&sandbox);
	return fine ? CLI_DONE : CLI_NOTHING;
}

static int stop(struct cli *cli)
{
	struct sandbox sandbox, again;
	bool runs = sandbox_find(&sandbox);

	(void)cli;

	if (!runs) {
		cli_say("no sandbox is running");
		return CLI_NONE;
	}
	if (kill(sandbox.pid, SIGTERM) != 0)
		cli_say("process %ld: %s", (long)sandbox.pid, strerror(errno));
	for (int i = 0; runs && i < STOP_TRIES; i++) {
		nanosleep(&(struct timespec){ 0, STOP_EACH_MS * 1000000L }, NULL);
		runs = sandbox_find(&again);
		sandbox_release(&again);
	}
	sandbox_release(&sandbox);
	if (!runs)
		sandbox_forget();
	return runs ? CLI_NOTHING : CLI_DONE;
}

/* Starts, ends and resets follow each other. */
static int in_turn(struct cli *cli, int (*work)(struct cli *cli))
{
	int turn = sandbox_turn(), status = turn < 0 ? CLI_NOTHING : work(cli);

	if (turn >= 0)
		close(turn);
	return status;
}

int cmd_sandbox_stop(struct cli *cli, const void *options, int argc, char **argv)
{
	(void)options;
	(void)argc;
	(void)argv;
	return in_turn(cli, stop);
}

struct asked { struct err err; int status; bool ok, done; };

static void asked_done(void *arg, const struct http_result *result)
{
	struct asked *asked = arg;

	asked->ok = result->ok && result->status == 200;
	asked->err = result->err;
	asked->done = true;
}

static bool post(struct cli *cli, const char *origin, const char *path, struct err *err)
{
	struct loop *loop = loop_new(cli->clock, err);
	struct http_options options = { .log = cli->log };
	struct http *http = loop ? http_new(loop, &options, err) : NULL;
	struct http_peer_options peer_options = { .id = "sandbox-control", .origin = origin, .rate = -1 };
	struct http_peer *peer = http ? http_peer_new(http, &peer_options, err) : NULL;
	char *url = mem_printf("%s%s", origin, path);
	struct http_header json = { "Content-Type", "application/json" };
	struct http_request request = { .method = "POST", .url = url, .headers = &json, .n_headers = 1, .body = "{}", .body_n = 2 };
	struct asked asked = { .ok = false };
	struct http_sink sink = { .done = asked_done, .arg = &asked };

	if (peer) {
		http_send(peer, &request, &sink);
		loop_until(loop, &asked.done);
		*err = asked.err;
	}
	free(url);
	if (http)
		http_free(http);
	if (loop)
		loop_free(loop);
	return asked.ok;
}

static int reset(struct cli *cli)
{
	struct sandbox sandbox;
	struct err err = { 0 };
	bool fine;

	if (!sandbox_find(&sandbox)) {
		cli_say("no sandbox is running; \"dossier sandbox start\" starts one");
		return CLI_NONE;
	}
	fine = post(cli, member(sandbox.state, "control"), "/control/reset", &err);
	if (!fine)
		cli_say("%s", err.text);
	sandbox_forget();
	sandbox_release(&sandbox);
	return fine ? CLI_DONE : CLI_NOTHING;
}

int cmd_sandbox_reset(struct cli *cli, const void *options, int argc, char **argv)
{
	(void)options;
	(void)argc;
	(void)argv;
	return in_turn(cli, reset);
}
