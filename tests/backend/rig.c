#include "rig.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>
#include <dossier/net/loop.h>

const struct backend_options rig_options = { .since = WHEN_NONE };

static void show_diags(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n; i++)
		print_message("%s:%d: %s\n", diags->items[i].file ? diags->items[i].file : "", diags->items[i].line, diags->items[i].text);
}

void rig_open_with(struct rig *rig, const char *connector, const struct server_reply *replies, size_t n,
		   struct backend_config config, const char *const settings[])
{
	struct http_options options = { .user_agent = "test" };
	struct diags diags = { 0 };
	struct err err = { 0 };

	*rig = (struct rig){ .capture = rig->capture, .replay = rig->replay };
	buf_init(&rig->rows, 64 << 20);
	buf_init(&rig->records, 1 << 20);
	buf_init(&rig->others, 1 << 20);
	buf_init(&rig->requests, 1 << 20);
	buf_init(&rig->dropped, 16 << 20);
	buf_init(&rig->elements, 16 << 20);
	snprintf(rig->dir, sizeof(rig->dir), "/tmp/dossier-engine-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	rig->server = server_start(replies, n);
	rig->arena = arena_new();
	rig->log = log_new(clock_system());
	rig->loop = loop_new(clock_system(), &err);
	options.runtime_dir = rig->dir;
	options.capture_dir = rig->capture;
	options.replay_dir = rig->replay;
	options.log = rig->log;
	rig->http = http_new(rig->loop, &options, &err);
	assert_non_null(rig->http);
	rig->plan = plan_parse(str_of(connector), "test.yaml", &diags);
	if (!rig->plan)
		show_diags(&diags);
	assert_non_null(rig->plan);
	rig->settings = json_object_new_object();
	json_object_object_add(rig->settings, "url", json_object_new_string(server_origin(rig->server)));
	for (size_t i = 0; settings && settings[i]; i += 2)
		json_object_object_add(rig->settings, settings[i], json_object_new_string(settings[i + 1]));
	config.id = "shop";
	config.plan = rig->plan;
	config.settings = rig->settings;
	config.country = "PT";
	config.peer.rate = -1;
	config.peer.retries = config.peer.retries ? config.peer.retries : -1;
	if (!config.peer.deadline_ms)
		config.peer.deadline_ms = 15000;
	rig->backend = backend_new(rig->http, &config, rig->log, &err);
	if (!rig->backend)
		fail_msg("%s", err.text);
	diags_release(&diags);
}

void rig_open(struct rig *rig, const char *connector, const struct server_reply *replies, size_t n)
{
	rig_open_with(rig, connector, replies, n, (struct backend_config){ 0 }, NULL);
}

void rig_remove(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[512];

	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (unlink(name))
			rig_remove(name);
	}
	if (dir)
		closedir(dir);
	rmdir(path);
}

void rig_close(struct rig *rig)
{
	backend_free(rig->backend);
	http_free(rig->http);
	loop_free(rig->loop);
	server_stop(rig->server);
	plan_free(rig->plan);
	log_free(rig->log);
	json_object_put(rig->settings);
	arena_free(rig->arena);
	rig_remove(rig->dir);
	buf_release(&rig->rows);
	buf_release(&rig->records);
	buf_release(&rig->others);
	buf_release(&rig->requests);
	buf_release(&rig->dropped);
	buf_release(&rig->elements);
}

static void on_record(void *arg, const struct record *record)
{
	struct rig *rig = arg;

	buf_printf(&rig->records, "%.*s %.*s", STR_ARG(record->id), record->n_names ? (int)record->names[0].n : 0,
		   record->n_names ? record->names[0].p : "");
	for (size_t i = 0; i < record->n_matches; i++)
		buf_printf(&rig->records, " [%.*s]", STR_ARG(record->matches[i].field));
	buf_adds(&rig->records, "|");
}

static void on_batch(void *arg, struct batch *batch)
{
	struct rig *rig = arg;

	rig->batches++;
	for (size_t i = 0; i < batch->n; i++) {
		const struct interaction *it = batch->items[i];

		buf_printf(&rig->rows, "%.*s:%.*s %.*s", STR_ARG(it->row), STR_ARG(it->id), STR_ARG(it->title));
		if (it->part_of.n)
			buf_printf(&rig->rows, " of %.*s", STR_ARG(it->part_of));
		if (it->agent.n)
			buf_printf(&rig->rows, " by %.*s", STR_ARG(it->agent));
		buf_addc(&rig->rows, '|');
		rig->shared += it->shared_only;
	}
	batch_free(batch);
}

static void on_row(void *arg, enum row_type type, const void *row)
{
	struct rig *rig = arg;
	const struct stock_row *stock = row;
	const struct product_row *product = row;
	const struct article_row *article = row;
	const struct day_row *day = row;

	if (type == ROW_STOCK)
		buf_printf(&rig->others, "%.*s %.*s %.*s|", STR_ARG(stock->item), STR_ARG(stock->site_name), STR_ARG(stock->quantity));
	else if (type == ROW_PRODUCT)
		buf_printf(&rig->others, "%.*s %.*s|", STR_ARG(product->id), STR_ARG(product->title));
	else if (type == ROW_ARTICLE)
		buf_printf(&rig->others, "%.*s %.*s|", STR_ARG(article->id), STR_ARG(article->title));
	else
		buf_printf(&rig->others, "%.*s %.*s|", STR_ARG(day->id), STR_ARG(day->title));
}

static void on_done(void *arg, const struct backend_end *end)
{
	struct rig *rig = arg;

	rig->done = true;
	rig->dones++;
	rig->end = *end;
	snprintf(rig->who, sizeof(rig->who), "%.*s", STR_ARG(end->who));
	rig->end.reply = NULL;
}

struct backend_sink rig_sink(struct rig *rig)
{
	return (struct backend_sink){ on_record, on_batch, on_row, on_done, rig };
}

static void on_request(void *arg, const char *backend, const char *method, const char *target, const char *why)
{
	struct rig *rig = arg;

	(void)backend;
	buf_printf(&rig->requests, "%s %s %s|", method, target, why);
}

static void on_reply(void *arg, const char *backend, int status, int64_t ms, size_t bytes, const char *error)
{
	(void)arg, (void)backend, (void)status, (void)ms, (void)bytes, (void)error;
}

static void on_element(void *arg, const char *backend, const char *fetch, struct str json, const struct record *record,
		       const struct interaction *it)
{
	struct rig *rig = arg;

	(void)backend;
	buf_printf(&rig->elements, "%s %.*s %s|", fetch, STR_ARG(json), record ? "record" : it ? "row" : "nothing");
}

static void on_dropped(void *arg, const char *backend, const char *where, const char *why)
{
	struct rig *rig = arg;

	(void)backend;
	buf_printf(&rig->dropped, "%s: %s|", where, why);
}

struct backend_options rig_traced(struct rig *rig, struct trace *trace)
{
	struct backend_options options = rig_options;

	*trace = (struct trace){ on_request, on_reply, on_element, on_dropped, rig };
	options.trace = trace;
	return options;
}

void rig_wait(struct rig *rig)
{
	int64_t end = clock_steady(clock_system()) + 60000;

	while (!rig->done) {
		loop_turn(rig->loop, 1000);
		if (clock_steady(clock_system()) > end)
			fail_msg("nothing came within 60 s");
	}
	assert_int_equal(rig->dones, 1);
}

static void fresh(struct rig *rig)
{
	rig->done = false;
	rig->dones = rig->batches = rig->shared = 0;
	buf_reset(&rig->rows);
	buf_reset(&rig->records);
	buf_reset(&rig->others);
	buf_reset(&rig->requests);
	buf_reset(&rig->dropped);
	buf_reset(&rig->elements);
	buf_adds(&rig->rows, "");
	buf_adds(&rig->records, "");
	buf_adds(&rig->others, "");
	buf_adds(&rig->requests, "");
	buf_adds(&rig->dropped, "");
	buf_adds(&rig->elements, "");
}

static struct identity identity_of(struct rig *rig, const char *text)
{
	struct identity id;
	struct err err = { 0 };

	if (!identity_parse(rig->arena, str_of(text), "PT", &id, &err))
		fail_msg("%s: %s", text, err.text);
	return id;
}

void rig_find(struct rig *rig, const char *identity)
{
	struct identity id = identity_of(rig, identity);
	struct backend_sink sink = rig_sink(rig);
	struct trace trace;
	struct backend_options options = rig_traced(rig, &trace);

	fresh(rig);
	assert_non_null(backend_find(rig->backend, &id, &options, &sink));
	assert_false(rig->done);
	rig_wait(rig);
}

void rig_pull_since(struct rig *rig, const char *id, int64_t since)
{
	struct record *record = record_new(rig->arena, STR("shop"), str_of(id));
	const struct record *records[] = { record };
	const struct backend_subject subject = { .records = records, .n_records = 1 };
	struct backend_sink sink = rig_sink(rig);
	struct trace trace;
	struct backend_options options = rig_traced(rig, &trace);

	fresh(rig);
	options.since = since;
	options.all = rig->all;
	record_add_extra(rig->arena, record, STR("login"), STR("jane"));
	backend_pull(rig->backend, &subject, &options, &sink);
	assert_false(rig->done);
	rig_wait(rig);
}

void rig_pull(struct rig *rig, const char *id)
{
	rig_pull_since(rig, id, WHEN_NONE);
}

void rig_pull_id(struct rig *rig, const char *identity)
{
	struct identity id = identity_of(rig, identity);
	const struct backend_subject subject = { .ids = &id, .n_ids = 1 };
	struct backend_sink sink = rig_sink(rig);
	struct trace trace;
	struct backend_options options = rig_traced(rig, &trace);

	fresh(rig);
	backend_pull(rig->backend, &subject, &options, &sink);
	rig_wait(rig);
}

void rig_ping(struct rig *rig)
{
	struct backend_sink sink = rig_sink(rig);
	struct trace trace;
	struct backend_options options = rig_traced(rig, &trace);

	fresh(rig);
	backend_ping(rig->backend, &options, &sink);
	rig_wait(rig);
}

void rig_ask(struct rig *rig, enum row_type type, const char *value)
{
	struct backend_sink sink = rig_sink(rig);
	struct trace trace;
	struct backend_options options = rig_traced(rig, &trace);

	fresh(rig);
	backend_ask(rig->backend, type, NULL, str_of(value), &options, &sink);
	rig_wait(rig);
}

void rig_act(struct rig *rig, const char *action, const char *fields)
{
	struct json_object *values = json_tokener_parse(fields);
	const struct backend_act act = { .action = action, .fields = values, .id = rig->id, .dry = rig->dry };
	struct backend_sink sink = rig_sink(rig);
	struct trace trace;
	struct backend_options options = rig_traced(rig, &trace);

	fresh(rig);
	backend_act(rig->backend, &act, &options, &sink);
	json_object_put(values);
	rig_wait(rig);
}

unsigned rig_count(const struct buf *buf, const char *text)
{
	unsigned n = 0;

	for (const char *at = buf->data; at && (at = strstr(at, text)); at += strlen(text))
		n++;
	return n;
}
