#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>

#include "calls.h"

void rig_open(struct rig *rig, struct http_peer_options options, struct http_options engine)
{
	struct err err = { 0 };

	snprintf(rig->dir, sizeof(rig->dir), "/tmp/dossier-net-XXXXXX");
	assert_non_null(mkdtemp(rig->dir));
	if (engine.runtime_dir == NULL)
		engine.runtime_dir = rig->dir;
	rig->loop = loop_new(clock_system(), &err);
	assert_non_null(rig->loop);
	rig->http = http_new(rig->loop, &engine, &err);
	assert_non_null(rig->http);
	if (options.id == NULL)
		options.id = "rt";
	if (options.origin == NULL)
		options.origin = server_origin(rig->server);
	rig->peer = http_peer_new(rig->http, &options, &err);
	if (rig->peer == NULL)
		fail_msg("%s", err.text);
}

static void remove_dir(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	char name[512];

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (unlink(name) != 0)
			remove_dir(name);
	}
	if (dir != NULL)
		closedir(dir);
	rmdir(path);
}

void rig_close(struct rig *rig)
{
	http_free(rig->http);
	loop_free(rig->loop);
	remove_dir(rig->dir);
}

static void got_begin(void *arg, const struct http_reply *reply)
{
	struct got *got = arg;

	got->begins++;
	got->status = reply->status;
	got->attempt = reply->attempt;
	snprintf(got->type, sizeof(got->type), "%s", reply->type);
	buf_reset(&got->body);
}

static bool got_data(void *arg, const char *data, size_t n, struct err *err)
{
	struct got *got = arg;

	return buf_add(&got->body, data, n) || err_set(err, ERR_LIMIT, "the test's buffer is full");
}

static void got_done(void *arg, const struct http_result *result)
{
	struct got *got = arg;
	const char *value;

	if ((value = http_header(got->call, "Retry-After")) != NULL)
		snprintf(got->retry_after, sizeof(got->retry_after), "%s", value);
	if ((value = http_header(got->call, "link")) != NULL)
		snprintf(got->link, sizeof(got->link), "%s", value);
	got->dones++;
	got->done = true;
	got->result = *result;
}

const struct http_sink got_sink = { .begin = got_begin, .data = got_data, .done = got_done };

void got_init(struct got *got)
{
	*got = (struct got){ 0 };
	buf_init(&got->body, 64 << 20);
}

void got_release(struct got *got)
{
	buf_release(&got->body);
}

void call_send(struct rig *rig, struct http_request request, const char *path, struct got *got)
{
	char *url = path[0] == '/' ? mem_printf("%s%s", http_peer_origin(rig->peer), path) : mem_strdup(path);
	struct http_sink sink = got_sink;

	got_init(got);
	sink.arg = got;
	request.url = url;
	got->call = http_send(rig->peer, &request, &sink);
	assert_non_null(got->call);
	assert_false(got->done);
	free(url);
}

void rig_turns(struct rig *rig, const bool *until)
{
	const struct clock *clock = loop_clock(rig->loop);
	int64_t end = clock_steady(clock) + 20000;

	while (!*until) {
		loop_turn(rig->loop, 1000);
		if (clock_steady(clock) > end)
			fail_msg("nothing came within 20 s");
	}
}

void call_run(struct rig *rig, struct http_request request, const char *path, struct got *got)
{
	call_send(rig, request, path, got);
	rig_turns(rig, &got->done);
	assert_int_equal(got->dones, 1);
}

void call_get(struct rig *rig, const char *path, struct got *got)
{
	call_run(rig, (struct http_request){ .method = "GET", .read = true }, path, got);
}
