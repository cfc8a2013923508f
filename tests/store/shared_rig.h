/*
 * A shared store in a throw-away folder, asked and waited for: each function
 * turns the loop until its answer is there.
 */
#ifndef DOSSIER_TESTS_STORE_SHARED_RIG_H
#define DOSSIER_TESTS_STORE_SHARED_RIG_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <dossier/store/shared.h>

#include "../model/entry_facts.h"

struct client {
	struct loop *loop;
	struct work *work;
	struct shared *shared;
	struct clock_fake clock;
};

struct rig {
	char folder[64], path[96];
	struct client one;
	struct facts facts;
};

static inline void client_open(struct client *client, const char *path, int64_t wall)
{
	struct err err = { ERR_NONE, "" };

	clock_fake_init(&client->clock, wall, 7);
	client->loop = loop_new(clock_system(), &err);
	client->work = work_new(client->loop, &err);
	assert_non_null(client->work);
	client->shared = shared_sqlite_new(client->work, &client->clock.clock, path);
}

static inline void client_close(struct client *client)
{
	if (!client->shared)
		return;
	client->shared->ops->free(client->shared);
	work_free(client->work);
	loop_free(client->loop);
	client->shared = NULL;
}

static inline int rig_setup(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	snprintf(rig->folder, sizeof(rig->folder), "/tmp/dossier-shared-XXXXXX");
	assert_non_null(mkdtemp(rig->folder));
	snprintf(rig->path, sizeof(rig->path), "%s/store.db", rig->folder);
	facts_init(&rig->facts);
	client_open(&rig->one, rig->path, T0 + HOUR);
	*state = rig;
	return 0;
}

static inline void folder_remove(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *one;

	while (dir && (one = readdir(dir))) {
		char path[700];

		snprintf(path, sizeof(path), "%s/%s", folder, one->d_name);
		unlink(path);
	}
	closedir(dir);
	assert_int_equal(rmdir(folder), 0);
}

static inline int rig_teardown(void **state)
{
	struct rig *rig = *state;

	client_close(&rig->one);
	facts_release(&rig->facts);
	folder_remove(rig->folder);
	free(rig);
	return 0;
}

/* What an append said; its rows are copied into the caller's arena. */
struct said { enum shared_result result; struct entry rows[16]; size_t n; struct err err; bool done; struct arena *arena; };

static inline struct entry entry_kept(struct arena *arena, const struct entry *entry)
{
	struct entry out = *entry;
	struct str *const texts[] = { &out.word, &out.id, &out.person, &out.case_, &out.author, &out.team, &out.channel, &out.data, &out.more };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		*texts[i] = texts[i]->p ? arena_str(arena, *texts[i]) : *texts[i];
	return out;
}

static inline void said_append(void *arg, struct shared_append_reply *reply)
{
	struct said *said = arg;

	said->result = reply->result;
	said->err = reply->err;
	for (size_t i = 0; i < reply->rows.n && i < 16; i++)
		said->rows[said->n++] = entry_kept(said->arena, &reply->rows.entries[i]);
	said->done = true;
}

static inline struct said client_append(struct client *client, struct facts *facts, const struct entry *entries, size_t n)
{
	struct said said = { .arena = facts->arena };

	client->shared->ops->append(client->shared, entries, n, said_append, &said);
	loop_until(client->loop, &said.done);
	return said;
}

struct found { struct store_rows *rows; struct err err; bool done; };
static inline void found_rows(void *arg, struct store_rows *rows, const struct err *err)
{
	struct found *found = arg;

	found->rows = rows;
	found->err = *err;
	found->done = true;
}

static inline struct found client_load(struct client *client, const struct store_ask *ask, struct str since)
{
	struct found found = { 0 };

	client->shared->ops->load(client->shared, ask, since, found_rows, &found);
	loop_until(client->loop, &found.done);
	return found;
}

static inline struct found client_poll(struct client *client, struct str cursor, uint64_t types, size_t limit)
{
	struct found found = { 0 };

	client->shared->ops->poll(client->shared, cursor, types, limit, found_rows, &found);
	loop_until(client->loop, &found.done);
	return found;
}

static inline struct found client_search(struct client *client, const char *words, size_t limit)
{
	struct found found = { 0 };

	client->shared->ops->search(client->shared, str_of(words), limit, found_rows, &found);
	loop_until(client->loop, &found.done);
	return found;
}

struct told { struct shared_status status; bool done; };
static inline void told_status(void *arg, const struct shared_status *status)
{
	struct told *told = arg;

	told->status = *status;
	told->done = true;
}

static inline struct shared_status client_status(struct client *client)
{
	struct told told = { 0 };

	client->shared->ops->status(client->shared, told_status, &told);
	loop_until(client->loop, &told.done);
	return told.status;
}

static inline void told_nothing(void *arg, struct store_rows *rows, const struct err *err)
{
	(void)err;
	store_rows_free(rows);
	*(bool *)arg = true;
}

/* Upkeep until nothing is left: a poll is answered after what was handed over before it. */
static inline void client_tend(struct client *client)
{
	struct shared_status status;

	do {
		bool done = false;

		client->shared->ops->tend(client->shared);
		client->shared->ops->poll(client->shared, (struct str){ 0 }, 0, 1, told_nothing, &done);
		loop_until(client->loop, &done);
		status = client_status(client);
	} while (status.health == SHARED_WELL && status.unindexed > 0);
}

static inline bool has(const struct store_rows *rows, struct str id)
{
	for (size_t i = 0; rows && i < rows->n; i++) {
		if (str_eq(rows->entries[i].id, id))
			return true;
	}
	return false;
}

#endif
