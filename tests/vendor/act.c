/*
 * One action of a connector, for tests/vendor: act FILE SETTINGS ACTION FIELDS,
 * the second and the fourth in JSON. Says "done", "not sent: why" or
 * "unknown: why". The record it is about has the id 1 and keeps acct.
 */
#include <stdio.h>
#include <stdlib.h>

#include <dossier/backend/backend.h>
#include <dossier/base/mem.h>
#include <dossier/net/loop.h>

struct acting {
	bool done;
	struct backend_end end;
};

static void on_done(void *arg, const struct backend_end *end)
{
	struct acting *acting = arg;

	acting->end = *end;
	acting->done = true;
}

static const struct record *somebody(struct arena *arena)
{
	struct record *record = record_new(arena, STR("it"), STR("1"));

	record_add_name(arena, record, STR("Somebody"));
	record_add_extra(arena, record, STR("acct"), STR("noiob@awoo.space"));
	return record;
}

static int act(struct backend *backend, struct loop *loop, const char *action, const char *fields)
{
	struct acting acting = { 0 };
	struct arena *arena = arena_new();
	const struct backend_sink sink = { .done = on_done, .arg = &acting };
	const struct backend_options options = { .since = WHEN_NONE };
	const struct backend_act what = { .action = action, .fields = json_tokener_parse(fields), .record = somebody(arena) };

	backend_act(backend, &what, &options, &sink);
	loop_until(loop, &acting.done);
	if (acting.end.ok)
		puts("done");
	else
		printf("%s: %s\n", acting.end.outcome == ACT_UNKNOWN ? "unknown" : "not sent", acting.end.err.text);
	json_object_put(what.fields);
	arena_free(arena);
	return acting.end.ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct clock *clock = clock_system();
	struct diags diags = { 0 };
	struct err err = { 0 };
	int status = 2;

	if (argc != 5) {
		fprintf(stderr, "usage: act FILE SETTINGS ACTION FIELDS\n");
		return status;
	}
	struct log *log = log_new(clock);
	struct loop *loop = loop_new(clock, &err);
	struct http_options options = { .user_agent = "dossier-test", .log = log };
	struct http *http = http_new(loop, &options, &err);
	struct plan *plan = plan_load(argv[1], &diags);
	struct json_object *agent = json_tokener_parse("{\"id\":\"7\",\"name\":\"Agent\",\"email\":\"agent@example.com\",\"phone\":\"(555) 765-0101\"}");
	struct backend_config config = { .id = "it", .plan = plan, .settings = json_tokener_parse(argv[2]), .agent = agent, .country = "US" };

	config.peer.retries = -1;
	config.peer.deadline_ms = 30000;
	struct backend *backend = plan && http ? backend_new(http, &config, log, &err) : NULL;
	if (backend)
		status = act(backend, loop, argv[3], argv[4]);
	else
		fprintf(stderr, "%s\n", err.text);
	backend_free(backend);
	http_free(http);
	loop_free(loop);
	plan_free(plan);
	log_free(log);
	json_object_put(config.settings);
	json_object_put(agent);
	diags_release(&diags);
	return status;
}
