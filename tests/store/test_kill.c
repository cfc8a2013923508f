/*
 * Writers and typers over one shared store, killed at random moments: nothing
 * that was told to be safe may be missing, nothing may be there twice, and the
 * files must be sound. test_kill COUNT [SEED] does more of it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/model/intern.h>
#include <dossier/store/draft.h>

#include "../../src/store/sqlite.h"

#define WRITERS 20
#define FOLDERS 12      /* some programs of one user run at once */
#define PERSONS 5

static int kills = 30;
static uint64_t seed = 20261122;

static uint64_t chance(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

static void path_of(char out[200], const char *dir, const char *rest, int n)
{
	if (n < 0)
		snprintf(out, 200, "%s/%s", dir, rest);
	else
		snprintf(out, 200, "%s/client%d%s", dir, n, rest);
}

static void person_of(int n, char out[37])
{
	snprintf(out, 37, "01900000-0000-7000-8000-00000000000%d", n);
}

static struct store *open_store(struct loop *loop, const char *dir, int n)
{
	char local[200], shared[200], login[20];
	struct store_options options = { .loop = loop, .clock = clock_system(), .local = local, .shared = shared, .login = login, .poll = 50 };
	struct err err;

	path_of(local, dir, "", n);
	path_of(shared, dir, "shared.db", -1);
	snprintf(login, sizeof(login), "agent%d", n);
	return store_new(&options, &err);
}

/* The child: one line a fact, in one write, so that a kill cannot cut it and the kernel keeps it. */
struct writer { struct loop *loop; struct store *store; int log, number; char id[37]; struct draft *draft; unsigned typed, told, texts; char mark[40]; };
struct sent { struct writer *writer; char id[37]; };

static void log_fact(const struct writer *writer, char what, const char *id, unsigned n)
{
	char line[80];
	int length = snprintf(line, sizeof(line), "%c %s %u %d\n", what, id, n, writer->number % FOLDERS);

	if (write(writer->log, line, (size_t)length) != length)
		_exit(2);
}

static void said(void *arg, enum store_said what, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct sent *sent = arg;

	(void)rows;
	(void)n;
	if (what == STORE_DURABLE)
		log_fact(sent->writer, 'D', sent->id, 0);
	else if (what == STORE_SHARED)
		log_fact(sent->writer, 'S', sent->id, 0);
	else if (err)
		dprintf(2, "writer %d: %s\n", sent->writer->number, err->text);
	if (final)
		free(sent);
}

static void append(struct writer *writer, const char *id, const char *text)
{
	struct arena *arena = arena_new();
	struct json_object *data = json_object_new_object();
	char person[37];
	struct entry_draft draft = {
		.type = ENTRY_NOTE, .id = str_of(id), .author = STR("ana"), .at = clock_wall(clock_system()), .ord = store_ord(writer->store), .data = data,
	};
	struct sent *sent = mem_zalloc(sizeof(*sent));
	const struct store_append_sink sink = { said, sent };
	struct entry entry;
	struct err err;

	person_of((int)(chance() % PERSONS), person);
	draft.person = str_of(person);
	json_object_object_add(data, "text", json_object_new_string(text));
	if (!entry_make(arena, &draft, &entry, &err))
		_exit(3);
	sent->writer = writer;
	memcpy(sent->id, id, 37);
	store_append(writer->store, &entry, 1, &sink);
	json_object_put(data);
	arena_free(arena);
}

static void draft_told(void *arg, const struct err *err)
{
	struct writer *writer = arg;

	if (err->code == ERR_NONE && draft_saved(writer->draft))
		log_fact(writer, 'T', writer->id, writer->typed);
}

static void type(struct writer *writer)
{
	const struct draft_sink sink = { draft_told, writer };
	char text[60];

	if (!writer->draft) {
		clock_uuid7(clock_system(), writer->id);
		const struct draft_of of = { .id = str_of(writer->id), .what = STR("note"), .label = STR("Jane Doe") };

		writer->draft = draft_new(writer->store, &of, &sink);
		writer->typed = 0;
	}
	snprintf(text, sizeof(text), "%s draft %u", writer->id, ++writer->typed);
	draft_text(writer->draft, str_of(text), (struct str){ 0 });
	if (chance() % 3 == 0)
		draft_flush(writer->draft);
	if (chance() % 8)
		return;
	/* sent: the entry takes the draft's id, and the draft goes with it */
	append(writer, writer->id, text);
	draft_free(writer->draft);
	writer->draft = NULL;
}

static void nothing(void *arg)
{
	(void)arg;
}

static void write_for_ever(const char *dir, int number)
{
	struct writer writer = { .number = number };
	char path[200], person[37], id[37], text[80];
	struct str persons[1] = { { person, 36 } };
	const struct store_ask ask = { .persons = persons, .n_persons = 1 };
	const struct store_watch_sink sink = { nothing, nothing, NULL };
	struct err err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	seed ^= (uint64_t)getpid() * 0x9e3779b97f4a7c15u;
	path_of(path, dir, "log", -1);
	writer.log = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	writer.loop = loop_new(clock_system(), &err);
	writer.store = open_store(writer.loop, dir, number % FOLDERS);
	if (writer.log < 0 || !writer.store)
		_exit(4);
	person_of((int)(chance() % PERSONS), person);
	store_watch(writer.store, &ask, &sink);
	for (;;) {
		if (chance() % 2) {
			clock_uuid7(clock_system(), id);
			snprintf(text, sizeof(text), "%s of %d", id, number);
			append(&writer, id, text);
		} else {
			type(&writer);
		}
		for (int64_t end = clock_steady(clock_system()) + (int64_t)(chance() % 60); clock_steady(clock_system()) < end; )
			loop_turn(writer.loop, 10);
	}
}

static pid_t start(const char *dir, int number)
{
	pid_t child;

	chance();
	child = fork();
	if (child == 0)
		write_for_ever(dir, number);
	assert_true(child > 0);
	return child;
}

static void storm(const char *dir)
{
	pid_t children[WRITERS];

	for (int i = 0; i < WRITERS; i++)
		children[i] = start(dir, i);
	for (int i = 0; i < kills; i++) {
		int victim = (int)(chance() % WRITERS), status;

		usleep((useconds_t)(chance() % 60000));
		kill(children[victim], SIGKILL);
		waitpid(children[victim], &status, 0);
		if (WIFEXITED(status))
			fail_msg("a writer ended by itself with %d", WEXITSTATUS(status));
		children[victim] = start(dir, victim);
	}
	for (int i = 0; i < WRITERS; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
}

/* What the writers were told. */
struct facts { struct intern durable, told; unsigned *texts; int *folders; size_t cap, cap_folders, shared; };

static void facts_read(struct facts *facts, const char *dir)
{
	char path[200], what, id[64];
	unsigned n;
	int folder;
	FILE *log;
	bool made;

	path_of(path, dir, "log", -1);
	log = fopen(path, "r");
	assert_non_null(log);
	while (fscanf(log, " %c %60s %u %d", &what, id, &n, &folder) == 4) {
		if (what == 'S')
			facts->shared++;
		if (what != 'T') {
			intern_id(&facts->durable, str_of(id), &made);
			continue;
		}
		uint32_t at = intern_id(&facts->told, str_of(id), &made);

		MEM_ROOM(facts->texts, at, facts->cap);
		MEM_ROOM(facts->folders, at, facts->cap_folders);
		facts->texts[at] = n;
		facts->folders[at] = folder;
	}
	fclose(log);
}

struct ended { bool done; struct store_sync result; };

static void synced(void *arg, const struct store_sync *result)
{
	*(struct ended *)arg = (struct ended){ true, *result };
}

struct everything { bool done, more; struct arena *arena; struct str cursor; struct intern ids, texts; size_t doubled; };

static void page(void *arg, struct store_rows *rows, const struct err *err)
{
	struct everything *all = arg;
	bool made;

	if (!rows)
		fail_msg("%s", err->text);
	for (size_t i = 0; i < rows->n; i++) {
		intern_id(&all->ids, rows->entries[i].id, &made);
		all->doubled += !made;
		intern_id(&all->texts, rows->entries[i].data, &made);
		all->doubled += !made;
	}
	all->more = rows->more;
	if (rows->cursor.p)
		all->cursor = arena_str(all->arena, rows->cursor);
	all->done = true;
	store_rows_free(rows);
}

struct drafts { bool done; struct facts *facts; struct everything *all; int folder; size_t found; struct intern held; unsigned *texts; size_t cap; };

static void listed(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct drafts *drafts = arg;
	struct arena *arena = arena_new();

	assert_int_equal(err->code, ERR_NONE);
	for (size_t i = 0; i < n; i++) {
		struct draft_kept draft;
		bool made;
		uint32_t at;

		assert_true(draft_read(arena, &kept[i], &draft));
		if (intern_find(&drafts->all->ids, kept[i].key) != UINT32_MAX)
			fail_msg("the draft of %.36s is still there though its entry was written", kept[i].key.p);
		at = intern_id(&drafts->held, kept[i].key, &made);
		MEM_ROOM(drafts->texts, at, drafts->cap);
		drafts->texts[at] = (unsigned)strtoul(draft.text.p + 43, NULL, 10);
	}
	arena_free(arena);
	drafts->done = true;
}

static void turn_until(struct loop *loop, const bool *done)
{
	int64_t end = clock_steady(clock_system()) + 120000;

	while (!*done) {
		if (clock_steady(clock_system()) > end)
			fail_msg("nothing came back");
		loop_turn(loop, 100);
	}
}

static void sound(const char *path)
{
	const struct db_options options = { .path = path, .name = "the file", .mode = 0600, .busy = 1000 };
	enum db_health health;
	struct err err;
	struct db *db = db_open(&options, &health, &err);
	struct db_query *query;

	if (!db)
		fail_msg("%s", err.text);
	query = db_query(db, "PRAGMA integrity_check", &err);
	assert_int_equal(db_step(query, &err), DB_ROW);
	if (!str_is(db_str(query, 0), "ok"))
		fail_msg("%s: %.*s", path, STR_ARG(db_str(query, 0)));
	db_reset(query);
	db_close(db);
}

/* Each log-in's next run sends what the killed ones had not. */
static void recover(struct loop *loop, const char *dir)
{
	for (int i = 0; i < FOLDERS; i++) {
		struct store *store = open_store(loop, dir, i);
		struct ended ended = { 0 };

		store_sync(store, synced, &ended);
		turn_until(loop, &ended.done);
		if (ended.result.waiting || ended.result.refused || ended.result.err.code != ERR_NONE)
			fail_msg("client %d: %zu wait, %zu refused, %s", i, ended.result.waiting, ended.result.refused, ended.result.err.text);
		store_free(store);
	}
}

static void read_everything(struct loop *loop, const char *dir, struct everything *all)
{
	struct store *store = open_store(loop, dir, 0);

	all->arena = arena_new();
	all->cursor = STR("0");
	do {
		all->done = false;
		store_shared(store)->ops->poll(store_shared(store), all->cursor, 0, 1000, page, all);
		turn_until(loop, &all->done);
	} while (all->more);
	store_free(store);
}

static void check_drafts(struct loop *loop, const char *dir, struct drafts *drafts)
{
	for (int i = 0; i < FOLDERS; i++) {
		struct store *store = open_store(loop, dir, i);

		drafts->done = false;
		kept_list(store, KEPT_DRAFT, (struct str){ 0 }, (struct str){ 0 }, (struct str){ 0 }, listed, drafts);
		turn_until(loop, &drafts->done);
		store_free(store);
	}
	for (size_t i = 0; i < drafts->facts->told.n; i++) {
		struct str id = drafts->facts->told.texts[i];
		uint32_t at = intern_find(&drafts->held, id);

		if (intern_find(&drafts->all->ids, id) != UINT32_MAX)
			continue;
		if (at == UINT32_MAX || drafts->texts[at] < drafts->facts->texts[i])
			fail_msg("draft %.36s was saved with %u and holds %u", id.p, drafts->facts->texts[i], at == UINT32_MAX ? 0 : drafts->texts[at]);
		drafts->found++;
	}
}

static void test_kills(void **state)
{
	char dir[] = "/tmp/dossier-kill-XXXXXX", path[200];
	struct facts facts = { 0 };
	struct everything all = { 0 };
	struct drafts drafts = { .facts = &facts, .all = &all };
	struct loop *loop;
	struct err err;

	(void)state;
	assert_non_null(mkdtemp(dir));
	storm(dir);
	loop = loop_new(clock_system(), &err);
	facts_read(&facts, dir);
	recover(loop, dir);
	read_everything(loop, dir, &all);
	assert_int_equal(all.doubled, 0);
	for (size_t i = 0; i < facts.durable.n; i++) {
		if (intern_find(&all.ids, facts.durable.texts[i]) == UINT32_MAX)
			fail_msg("entry %.36s was told to be safe and is lost", facts.durable.texts[i].p);
	}
	check_drafts(loop, dir, &drafts);
	path_of(path, dir, "shared.db", -1);
	sound(path);
	for (int i = 0; i < FOLDERS; i++) {
		path_of(path, dir, "/private.db", i);
		sound(path);
	}
	print_message("%d kills, %zu entries confirmed, %zu of them shared before the kill, %zu in the store, %zu drafts saved, %zu still drafts\n",
		      kills, facts.durable.n, facts.shared, all.ids.n, facts.told.n, drafts.found);
	assert_true(facts.durable.n > 0 && facts.told.n > 0);
	loop_free(loop);
	intern_release(&facts.durable);
	intern_release(&facts.told);
	intern_release(&all.ids);
	intern_release(&all.texts);
	intern_release(&drafts.held);
	arena_free(all.arena);
	free(facts.texts);
	free(facts.folders);
	free(drafts.texts);
	if (fork() == 0)
		execlp("rm", "rm", "-rf", dir, (char *)NULL);
	wait(NULL);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_kills) };

	if (argc > 1)
		kills = (int)strtol(argv[1], NULL, 10);
	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
