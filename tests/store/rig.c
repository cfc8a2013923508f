#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "rig.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int64_t skewed_wall(void *arg)
{
	return clock_wall(clock_system()) + *(int64_t *)arg;
}

static int64_t system_steady(void *arg)
{
	(void)arg;
	return clock_steady(clock_system());
}

static void system_random(void *arg, void *out, size_t n)
{
	(void)arg;
	clock_system()->random(clock_system()->arg, out, n);
}

static int setup(void **state, bool real)
{
	struct rig *rig = mem_zalloc(sizeof(*rig));
	struct err err;

	rig->loop = loop_new(clock_system(), &err);
	rig->real = real;
	fake_init(&rig->fake);
	facts_init(&rig->facts);
	snprintf(rig->dir, sizeof(rig->dir), "/tmp/dossier-store-XXXXXX");
	*state = rig;
	for (int i = 0; i < CLIENTS; i++) {
		rig->logins[i] = "ana";
		rig->clocks[i] = (struct clock){ skewed_wall, system_steady, system_random, &rig->skews[i] };
	}
	return mkdtemp(rig->dir) ? 0 : -1;
}

int rig_setup(void **state)
{
	return setup(state, false);
}

int rig_setup_real(void **state)
{
	return setup(state, true);
}

int rig_teardown(void **state)
{
	struct rig *rig = *state;
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, rig->dir, NULL };
	pid_t child;

	for (int i = 0; i < CLIENTS; i++)
		rig_stop(rig, i);
	loop_free(rig->loop);
	facts_release(&rig->facts);
	fake_release(&rig->fake);
	child = fork();
	if (child == 0) {
		execvp("rm", argv);
		_exit(1);
	}
	waitpid(child, NULL, 0);
	free(rig);
	return 0;
}

struct store *rig_start(struct rig *rig, int n)
{
	char local[80], shared[80];
	struct store_options options = {
		.loop = rig->loop, .clock = &rig->clocks[n], .local = local, .shared = shared, .login = rig->logins[n], .poll = rig->poll ? rig->poll : 20,
	};
	struct err err;

	snprintf(local, sizeof(local), "%s/client%d", rig->dir, n);
	snprintf(shared, sizeof(shared), "%s/shared.db", rig->dir);
	if (!rig->real)
		options.with = fake_shared(&rig->fake, rig->loop);
	rig->stores[n] = store_new(&options, &err);
	return rig->stores[n];
}

void rig_stop(struct rig *rig, int n)
{
	store_free(rig->stores[n]);
	rig->stores[n] = NULL;
}

char *rig_private(struct rig *rig, int n)
{
	return mem_printf("%s/client%d/private.db", rig->dir, n);
}

static void told(void *arg, enum store_said what, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct said *said = arg;
	int *counts[] = { &said->durable, &said->shared, &said->lost, &said->refused, &said->not_saved };

	++*counts[what];
	said->finals += final;
	if (err)
		said->err = *err;
	if (what == STORE_LOST && n)
		snprintf(said->winner_id, sizeof(said->winner_id), "%.*s", STR_ARG(rows[0].id));
}

const struct store_append_sink said_sink = { told, NULL };

void rig_append(struct rig *rig, int n, const struct entry *entry, struct said *said)
{
	const struct store_append_sink sink = { told, said };
	struct entry own = *entry;

	own.got = WHEN_NONE;
	*said = (struct said){ 0 };
	store_append(rig->stores[n], &own, 1, &sink);
}

static void changed(void *arg)
{
	((struct seen *)arg)->changed++;
}

static void settled(void *arg)
{
	((struct seen *)arg)->settled++;
}

void rig_watch(struct rig *rig, int n, const char *who, struct seen *seen)
{
	const struct store_watch_sink sink = { changed, settled, seen };
	struct store_ask ask = { 0 };
	struct identity id;
	struct str person = str_of(who);
	struct err err;

	*seen = (struct seen){ 0 };
	if (identity_parse(rig->facts.arena, str_of(who), NULL, &id, &err)) {
		ask.identities = &id;
		ask.n_identities = 1;
	} else if (!strcmp(who, "open")) {
		ask.open_items = true;
	} else {
		ask.persons = &person;
		ask.n_persons = 1;
	}
	seen->watch = store_watch(rig->stores[n], &ask, &sink);
}

const struct entry *seen_entry(const struct seen *seen, struct str id)
{
	return entries_find(store_watch_entries(seen->watch), id);
}

bool seen_has(const struct seen *seen, struct str id)
{
	return seen_entry(seen, id) != NULL;
}
