#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rig.h"

struct told { int saved, failed; struct err err; };

static void told(void *arg, const struct err *err)
{
	struct told *told = arg;

	if (err->code == ERR_NONE)
		told->saved++;
	else
		told->failed++;
	told->err = *err;
}

static struct draft *begin(struct rig *rig, const char *id, const char *person, struct told *said)
{
	const struct draft_sink sink = { told, said };
	const struct str who[] = { STR("email:anna@example.com"), STR("tel:+491609876543") };
	struct draft_of of = {
		.id = uuid(&rig->facts, id), .what = STR("note"), .who = who, .n_who = 2, .label = STR("Anna \"A\" Ä"), .contact = STR("c-1"),
	};

	if (person)
		of.person = uuid(&rig->facts, person);
	*said = (struct told){ 0 };
	return draft_new(rig->stores[0], &of, &sink);
}

struct list { bool done; size_t n; struct arena *arena; struct kept items[20]; };

static void listed(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct list *list = arg;

	assert_int_equal(err->code, ERR_NONE);
	list->done = true;
	list->n = n;
	for (size_t i = 0; i < n && i < 20; i++) {
		struct str *who = arena_alloc(list->arena, kept[i].n_who * sizeof(*who) + 1);

		list->items[i] = kept[i];
		list->items[i].key = arena_str(list->arena, kept[i].key);
		list->items[i].data = arena_str(list->arena, kept[i].data);
		list->items[i].person = arena_str(list->arena, kept[i].person);
		for (size_t k = 0; k < kept[i].n_who; k++)
			who[k] = arena_str(list->arena, kept[i].who[k]);
		list->items[i].who = who;
	}
}

static void list(struct rig *rig, enum kept_kind kind, const char *person, const char *who, struct list *out)
{
	*out = (struct list){ .arena = rig->facts.arena };
	kept_list(rig->stores[0], kind, (struct str){ 0 }, person ? uuid(&rig->facts, person) : (struct str){ 0 }, str_of(who), listed, out);
	RIG_UNTIL(rig, out->done);
}

static void test_saved_within_a_second(void **state)
{
	struct rig *rig = *state;
	struct draft_kept kept;
	struct told said;
	struct list items;
	struct draft *draft;
	int64_t from;

	rig_start(rig, 0);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	draft = begin(rig, "d1", "anna", &said);
	assert_true(draft_saved(draft));
	from = clock_steady(clock_system());
	for (int i = 0; i < 20; i++)
		draft_text(draft, str_make("she says\0 it rattles ä", 10 + (size_t)i / 2), STR("{\"outcome\":\"open\"}"));
	assert_false(draft_saved(draft));
	assert_int_equal(said.saved, 0);
	RIG_UNTIL(rig, draft_saved(draft));
	assert_true(clock_steady(clock_system()) - from >= DRAFT_DELAY - 50);
	assert_int_equal(said.saved, 1);
	draft_free(draft);
	rig_stop(rig, 0);
	rig_start(rig, 0);
	list(rig, KEPT_DRAFT, "anna", NULL, &items);
	assert_int_equal(items.n, 1);
	assert_true(draft_read(rig->facts.arena, &items.items[0], &kept));
	assert_true(str_eq(kept.of.id, uuid(&rig->facts, "d1")));
	assert_true(str_eq(kept.text, str_make("she says\0 it rattles", 19)));
	assert_true(str_is(kept.fields, "{\"outcome\":\"open\"}"));
	assert_true(str_is(kept.of.label, "Anna \"A\" Ä") && str_is(kept.of.what, "note") && str_is(kept.of.contact, "c-1"));
	assert_int_equal(kept.of.n_who, 2);
	assert_true(str_is(kept.of.who[0], "email:anna@example.com"));
	list(rig, KEPT_DRAFT, "ben", NULL, &items);
	assert_int_equal(items.n, 0);
	list(rig, KEPT_DRAFT, "ben", "tel:+491609876543", &items);
	assert_int_equal(items.n, 1);
}

static void test_typing_goes_on_while_written(void **state)
{
	struct rig *rig = *state;
	struct draft_kept kept;
	struct told said;
	struct list items;
	struct draft *draft;

	rig_start(rig, 0);
	draft = begin(rig, "d1", "anna", &said);
	draft_text(draft, STR("one"), (struct str){ 0 });
	draft_flush(draft);
	draft_text(draft, STR("one two"), (struct str){ 0 });
	draft_flush(draft);
	draft_text(draft, STR("one two three"), (struct str){ 0 });
	/* freed with words that are not yet on their way: they go */
	draft_free(draft);
	list(rig, KEPT_DRAFT, NULL, NULL, &items);
	assert_int_equal(items.n, 1);
	assert_true(draft_read(rig->facts.arena, &items.items[0], &kept));
	assert_true(str_is(kept.text, "one two three"));
	assert_null(kept.fields.p);
	draft = begin(rig, "d1", "anna", &said);
	draft_discard(draft);
	list(rig, KEPT_DRAFT, NULL, NULL, &items);
	assert_int_equal(items.n, 0);
}

static void test_draft_goes_with_its_entry(void **state)
{
	struct rig *rig = *state;
	struct entry *entry = fact_entry(&rig->facts, "d1", ENTRY_NOTE, "anna", NULL, "{'text':'it rattles'}");
	struct told said;
	struct said sent;
	struct list items;
	struct draft *draft;

	rig->fake.away = true;
	rig_start(rig, 0);
	draft = begin(rig, "d1", "anna", &said);
	draft_text(draft, STR("it rattles"), (struct str){ 0 });
	draft_flush(draft);
	RIG_UNTIL(rig, draft_saved(draft));
	draft_text(draft, STR("it rattles."), (struct str){ 0 });
	rig_append(rig, 0, entry, &sent);
	RIG_UNTIL(rig, sent.finals);
	/* what comes late does not begin it anew */
	draft_flush(draft);
	RIG_UNTIL(rig, draft_saved(draft));
	assert_int_equal(said.failed, 0);
	list(rig, KEPT_DRAFT, NULL, NULL, &items);
	assert_int_equal(items.n, 0);
	draft_free(draft);
}

struct counted { int done; struct err err; };

static void count(void *arg, const struct err *err)
{
	struct counted *counted = arg;

	counted->done++;
	counted->err = *err;
}

static void put(struct rig *rig, enum kept_kind kind, const char *key, const char *person, const char *who, struct counted *counted)
{
	const struct str whos[] = { str_of(who) };
	struct kept kept = { .kind = kind, .key = str_of(key), .who = whos, .n_who = who ? 1 : 0, .data = STR("{\"rows\":[]}") };

	if (person)
		kept.person = uuid(&rig->facts, person);
	kept_put(rig->stores[0], &kept, count, counted);
}

static void test_kept_by_kind_and_whom(void **state)
{
	struct rig *rig = *state;
	struct counted counted = { 0 };
	struct list items;

	rig_start(rig, 0);
	put(rig, KEPT_PULL, "shop rec:shop/5", "anna", "rec:shop/5", &counted);
	put(rig, KEPT_PULL, "desk email:ben@example.com", NULL, "email:ben@example.com", &counted);
	put(rig, KEPT_PARKED, "anna", "anna", NULL, &counted);
	RIG_UNTIL(rig, counted.done == 3);
	rig->skews[0] = 1000;
	put(rig, KEPT_PULL, "shop rec:shop/5", "anna", "rec:shop/6", &counted);
	RIG_UNTIL(rig, counted.done == 4);
	assert_int_equal(counted.err.code, ERR_NONE);
	list(rig, KEPT_PULL, NULL, NULL, &items);
	assert_int_equal(items.n, 2);
	assert_true(str_is(items.items[0].key, "shop rec:shop/5"));
	assert_int_equal(items.items[0].n_who, 1);
	assert_true(str_is(items.items[0].who[0], "rec:shop/6"));
	list(rig, KEPT_PULL, "anna", NULL, &items);
	assert_int_equal(items.n, 1);
	list(rig, KEPT_PULL, NULL, "rec:shop/5", &items);
	assert_int_equal(items.n, 0);
	kept_drop(rig->stores[0], KEPT_PARKED, STR("anna"), count, &counted);
	RIG_UNTIL(rig, counted.done == 5);
	list(rig, KEPT_PARKED, NULL, NULL, &items);
	assert_int_equal(items.n, 0);
	rig_stop(rig, 0);
	/* another log-in of this account has things of its own */
	rig->logins[0] = "berta";
	rig_start(rig, 0);
	list(rig, KEPT_PULL, NULL, NULL, &items);
	assert_int_equal(items.n, 0);
}

static void test_old_pulls_go(void **state)
{
	struct rig *rig = *state;
	struct counted counted = { 0 };
	struct list items;

	rig->skews[0] = -40 * DAY;
	rig_start(rig, 0);
	put(rig, KEPT_PULL, "shop rec:shop/5", NULL, "rec:shop/5", &counted);
	put(rig, KEPT_DRAFT, "01900000-0000-7000-8000-000000000001", NULL, NULL, &counted);
	RIG_UNTIL(rig, counted.done == 2);
	rig_stop(rig, 0);
	rig->skews[0] = 0;
	rig_start(rig, 0);
	list(rig, KEPT_PULL, NULL, NULL, &items);
	assert_int_equal(items.n, 0);
	list(rig, KEPT_DRAFT, NULL, NULL, &items);
	assert_int_equal(items.n, 1);
}

static void test_modes(void **state)
{
	struct rig *rig = *state;
	char *path = rig_private(rig, 0), *folder = mem_printf("%s/client0", rig->dir);
	struct stat st;

	rig_start(rig, 0);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	free(path);
	free(folder);
}

/* Whatever is in the way: said at once, typing goes on, and what was typed is saved once it is gone. */
static void type_through(struct rig *rig, const char *says, const char *next, void (*mend)(struct rig *rig))
{
	struct entry *entry = fact_entry(&rig->facts, "n1", ENTRY_NOTE, "anna", NULL, "{'text':'it rattles'}");
	struct draft_kept kept;
	struct told said;
	struct said sent;
	struct list items;
	struct draft *draft = begin(rig, "d1", "anna", &said);

	draft_text(draft, STR("one"), (struct str){ 0 });
	RIG_UNTIL(rig, said.failed);
	if (!strstr(said.err.text, says) || !strstr(said.err.text, next))
		fail_msg("%s", said.err.text);
	assert_false(draft_saved(draft));
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_BROKEN);
	assert_string_equal(store_state(rig->stores[0])->err.text, said.err.text);
	rig_append(rig, 0, entry, &sent);
	RIG_UNTIL(rig, sent.finals);
	assert_int_equal(sent.not_saved, 1);
	assert_int_equal(sent.durable + sent.shared, 0);
	draft_text(draft, STR("one two"), (struct str){ 0 });
	mend(rig);
	RIG_UNTIL(rig, draft_saved(draft));
	assert_true(said.saved >= 1);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	list(rig, KEPT_DRAFT, NULL, NULL, &items);
	assert_int_equal(items.n, 1);
	assert_true(draft_read(rig->facts.arena, &items.items[0], &kept));
	assert_true(str_is(kept.text, "one two"));
	rig_append(rig, 0, entry, &sent);
	RIG_UNTIL(rig, sent.shared);
	draft_free(draft);
}

static void room_again(struct rig *rig)
{
	struct rlimit limit;

	(void)rig;
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
}

static void test_no_room(void **state)
{
	struct rig *rig = *state;
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	rig_start(rig, 0);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = 1;
	setrlimit(RLIMIT_FSIZE, &limit);
	type_through(rig, "private.db", "df", room_again);
}

static void move_away(struct rig *rig)
{
	char *path = rig_private(rig, 0), *to = mem_printf("%s.damaged", path);

	assert_int_equal(rename(path, to), 0);
	free(path);
	free(to);
}

static void garbage(struct rig *rig, bool whole)
{
	char *path = rig_private(rig, 0), *folder = mem_printf("%s/client0", rig->dir), page[4096];
	int fd;

	memset(page, 'x', sizeof(page));
	mkdir(folder, 0700);
	fd = open(path, O_RDWR | O_CREAT, 0600);
	/* all of it, or what comes after the first page */
	for (int i = whole ? 0 : 1; i < 40; i++)
		assert_int_equal(pwrite(fd, page, sizeof(page), (off_t)i * (off_t)sizeof(page)), (ssize_t)sizeof(page));
	close(fd);
	free(path);
	free(folder);
}

static void test_no_file_of_ours(void **state)
{
	struct rig *rig = *state;

	garbage(rig, true);
	rig_start(rig, 0);
	type_through(rig, "private.db", "move", move_away);
}

static void test_damaged_file(void **state)
{
	struct rig *rig = *state;

	rig_start(rig, 0);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	rig_stop(rig, 0);
	garbage(rig, false);
	rig_start(rig, 0);
	type_through(rig, "private.db", "damaged", move_away);
}

static void folder_again(struct rig *rig)
{
	char *folder = mem_printf("%s/client0", rig->dir);

	unlink(folder);
	free(folder);
}

static void test_no_folder(void **state)
{
	struct rig *rig = *state;
	char *folder = mem_printf("%s/client0", rig->dir);

	close(open(folder, O_CREAT | O_WRONLY, 0600));
	free(folder);
	rig_start(rig, 0);
	type_through(rig, "client0", "XDG_STATE_HOME", folder_again);
}

static void writable_again(struct rig *rig)
{
	char *folder = mem_printf("%s/client0", rig->dir);

	assert_int_equal(chmod(folder, 0700), 0);
	free(folder);
}

/* As somebody whom rights concern, also where the tests run as root. */
static void test_read_only_folder(void **state)
{
	struct rig *rig = *state;
	char *folder = mem_printf("%s/client0", rig->dir);
	bool root = geteuid() == 0;

	mkdir(folder, 0700);
	if (root) {
		assert_int_equal(chown(rig->dir, 65534, 65534), 0);
		assert_int_equal(chown(folder, 65534, 65534), 0);
		assert_int_equal(seteuid(65534), 0);
	}
	assert_int_equal(chmod(folder, 0500), 0);
	rig_start(rig, 0);
	type_through(rig, "private.db", "write", writable_again);
	rig_stop(rig, 0);
	if (root)
		assert_int_equal(seteuid(0), 0);
	free(folder);
}

/* Taken away under a running program: what is typed next goes where the next run looks for it. */
static void test_file_moved_away(void **state)
{
	struct rig *rig = *state;
	struct told said;
	struct list items;
	struct draft *draft;

	rig_start(rig, 0);
	RIG_UNTIL(rig, store_state(rig->stores[0])->health == STORE_WELL);
	move_away(rig);
	draft = begin(rig, "d1", "anna", &said);
	draft_text(draft, STR("one"), (struct str){ 0 });
	RIG_UNTIL(rig, draft_saved(draft));
	draft_free(draft);
	rig_stop(rig, 0);
	rig_start(rig, 0);
	list(rig, KEPT_DRAFT, NULL, NULL, &items);
	assert_int_equal(items.n, 1);
}

#define FAKE(test) cmocka_unit_test_setup_teardown(test, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FAKE(test_saved_within_a_second), FAKE(test_typing_goes_on_while_written), FAKE(test_draft_goes_with_its_entry),
		FAKE(test_kept_by_kind_and_whom), FAKE(test_old_pulls_go), FAKE(test_modes), FAKE(test_no_room), FAKE(test_no_file_of_ours),
		FAKE(test_damaged_file), FAKE(test_no_folder), FAKE(test_read_only_folder), FAKE(test_file_moved_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
