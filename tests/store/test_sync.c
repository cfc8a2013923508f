#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/model/cases.h>
#include <dossier/model/person.h>

#include "rig.h"

#define SECRET "zanzibarquux"

static struct entry *note(struct rig *rig, const char *id, const char *person, const char *json)
{
	return fact_entry(&rig->facts, id, ENTRY_NOTE, person, NULL, json);
}

static void append(struct rig *rig, int n, const struct entry *entry)
{
	struct said said;

	rig_append(rig, n, entry, &said);
	RIG_UNTIL(rig, said.finals);
	if (said.refused || said.lost || said.not_saved)
		fail_msg("%s", said.err.text);
}

struct ended { bool done; struct store_sync result; };

static void synced(void *arg, const struct store_sync *result)
{
	*(struct ended *)arg = (struct ended){ true, *result };
}

static struct store_sync sync_now(struct rig *rig, int n)
{
	struct ended ended = { 0 };

	store_sync(rig->stores[n], synced, &ended);
	RIG_UNTIL(rig, ended.done);
	return ended.result;
}

static bool file_has(const char *path, const char *word)
{
	int fd = open(path, O_RDONLY);
	struct stat st;
	char *bytes;
	bool has;

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	bytes = mem_alloc((size_t)st.st_size + 1);
	assert_int_equal(read(fd, bytes, (size_t)st.st_size), st.st_size);
	has = memmem(bytes, (size_t)st.st_size, word, strlen(word));
	free(bytes);
	close(fd);
	return has;
}

/* Any file of a client's folder, its log included, byte by byte. */
static bool client_has(struct rig *rig, int n, const char *word)
{
	char *folder = mem_printf("%s/client%d", rig->dir, n);
	DIR *dir = opendir(folder);
	struct dirent *item;
	bool has = false;

	assert_non_null(dir);
	while ((item = readdir(dir)) != NULL) {
		char *path = mem_printf("%s/%s", folder, item->d_name);

		has = has || (item->d_name[0] != '.' && file_has(path, word));
		free(path);
	}
	closedir(dir);
	free(folder);
	return has;
}

static void kept(void *arg, const struct err *err)
{
	assert_true(err->code == ERR_NONE || err->code == ERR_REFUSED);
	*(int *)arg += err->code == ERR_NONE ? 1 : 100;
}

static void put(struct rig *rig, int n, enum kept_kind kind, const char *key, const char *person, const char *who, int *done)
{
	const struct str whos[] = { str_of(who) };
	const struct kept item = {
		.kind = kind, .key = str_of(key), .person = person ? uuid(&rig->facts, person) : (struct str){ 0 }, .who = whos, .n_who = who ? 1 : 0,
		.data = STR("{\"what\":\"note\",\"text\":\"" SECRET "\"}"),
	};

	kept_put(rig->stores[n], &item, kept, done);
}

static void test_erased_words_are_in_no_byte(void **state)
{
	struct rig *rig = *state;
	struct seen seen, away;
	struct store_sync result;
	int done = 0;

	for (int i = 0; i < 2; i++)
		rig_start(rig, i);
	append(rig, 0, fact_entry(&rig->facts, "l1", ENTRY_LINK, "anna", NULL, "{'identity':'email:" SECRET "@example.com'}"));
	append(rig, 0, note(rig, "n1", "anna", "{'text':'" SECRET " called'}"));
	append(rig, 0, fact_entry(&rig->facts, "c1", ENTRY_CONTACT_START, "anna", NULL, "{'call':'7'}"));
	append(rig, 0, fact_entry(&rig->facts, "e1", ENTRY_CONTACT_END, NULL, NULL, "{'contact':'<c1>','how':'wrapup','line':'" SECRET "'}"));
	append(rig, 0, note(rig, "n2", "ben", "{'text':'ben stays'}"));
	rig_watch(rig, 1, "email:" SECRET "@example.com", &away);
	RIG_UNTIL(rig, away.settled && seen_has(&away, uuid(&rig->facts, "e1")));
	store_watch_free(away.watch);
	put(rig, 1, KEPT_DRAFT, "01900000-0000-7000-8000-000000000001", "anna", NULL, &done);
	put(rig, 1, KEPT_DRAFT, "01900000-0000-7000-8000-000000000002", NULL, "email:" SECRET "@example.com", &done);
	put(rig, 1, KEPT_PULL, "shop rec:shop/1", NULL, "rec:shop/1", &done);
	put(rig, 1, KEPT_PARKED, "anna", "anna", NULL, &done);
	RIG_UNTIL(rig, done == 4);
	assert_true(client_has(rig, 1, SECRET));
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled && seen_has(&seen, uuid(&rig->facts, "n1")));
	/* one client runs and hears of it, the other hears of it in its next run */
	rig_stop(rig, 1);
	append(rig, 0, fact_entry(&rig->facts, "x1", ENTRY_ERASE, NULL, NULL, "{'persons':['<anna>'],'entries':4}"));
	RIG_UNTIL(rig, !seen_has(&seen, uuid(&rig->facts, "n1")));
	store_watch_free(seen.watch);
	result = sync_now(rig, 0);
	assert_int_equal(result.waiting, 0);
	assert_false(client_has(rig, 0, SECRET));
	assert_true(client_has(rig, 0, "ben stays"));
	rig_start(rig, 1);
	result = sync_now(rig, 1);
	assert_true(result.erased >= 1);
	assert_false(client_has(rig, 1, SECRET));
	/* what is typed about the erased from now on is not kept */
	done = 0;
	put(rig, 1, KEPT_DRAFT, "01900000-0000-7000-8000-000000000003", "anna", NULL, &done);
	RIG_UNTIL(rig, done == 100);
	assert_false(client_has(rig, 1, SECRET));
	assert_int_equal(store_state(rig->stores[1])->health, STORE_WELL);
}

static void test_late_words_of_the_erased_are_refused(void **state)
{
	struct rig *rig = *state;
	struct said said;

	rig_start(rig, 0);
	rig_start(rig, 1);
	append(rig, 0, note(rig, "n1", "anna", "{'text':'hello'}"));
	rig_stop(rig, 1);
	if (!rig->real) {
		/* written by one who was cut off when it happened */
		rig->fake.away = true;
		rig_start(rig, 1);
		rig_append(rig, 1, note(rig, "n2", "anna", "{'text':'" SECRET "'}"), &said);
		RIG_UNTIL(rig, said.finals);
		rig_stop(rig, 1);
		rig->fake.away = false;
	}
	append(rig, 0, fact_entry(&rig->facts, "x1", ENTRY_ERASE, NULL, NULL, "{'persons':['<anna>'],'entries':1}"));
	rig_start(rig, 1);
	sync_now(rig, 1);
	assert_int_equal(store_state(rig->stores[1])->waiting, 0);
	RIG_UNTIL(rig, !client_has(rig, 1, SECRET));
	rig_append(rig, 1, note(rig, "n3", "anna", "{'text':'" SECRET "'}"), &said);
	RIG_UNTIL(rig, said.finals);
	assert_int_equal(said.refused, 1);
	assert_int_equal(said.err.code, ERR_REFUSED);
	assert_false(client_has(rig, 1, SECRET));
}

static void test_redacted_words_go(void **state)
{
	struct rig *rig = *state;
	struct seen seen, later;
	struct store_sync result;

	rig_start(rig, 0);
	rig_start(rig, 1);
	append(rig, 0, note(rig, "n1", "anna", "{'text':'" SECRET "'}"));
	rig_watch(rig, 1, uuid(&rig->facts, "anna").p, &later);
	RIG_UNTIL(rig, later.settled);
	store_watch_free(later.watch);
	rig_watch(rig, 0, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled);
	assert_false(entry_stripped(seen_entry(&seen, uuid(&rig->facts, "n1"))));
	rig_stop(rig, 1);
	append(rig, 0, fact_entry(&rig->facts, "r1", ENTRY_REDACT, "anna", NULL, "{'entry':'<n1>','reason':'card'}"));
	RIG_UNTIL(rig, entry_stripped(seen_entry(&seen, uuid(&rig->facts, "n1"))));
	store_watch_free(seen.watch);
	sync_now(rig, 0);
	assert_false(client_has(rig, 0, SECRET));
	rig_start(rig, 1);
	result = sync_now(rig, 1);
	assert_int_equal(result.redacted, 1);
	assert_false(client_has(rig, 1, SECRET));
	rig_watch(rig, 1, uuid(&rig->facts, "anna").p, &later);
	RIG_UNTIL(rig, later.settled);
	assert_true(entry_stripped(seen_entry(&later, uuid(&rig->facts, "n1"))));
	store_watch_free(later.watch);
}

static void test_sync_tells_what_it_did(void **state)
{
	struct rig *rig = *state;
	struct store_sync result;
	struct said said;

	rig->fake.away = true;
	rig_start(rig, 0);
	for (int i = 0; i < 3; i++) {
		char id[24];

		snprintf(id, sizeof(id), "n%d", i);
		rig_append(rig, 0, note(rig, id, "anna", i == 1 ? "{'text':'never'}" : "{'text':'hello'}"), &said);
		RIG_UNTIL(rig, said.finals);
	}
	result = sync_now(rig, 0);
	assert_int_equal(result.sent, 0);
	assert_int_equal(result.waiting, 3);
	assert_string_equal(result.err.text, "the store is away");
	rig_stop(rig, 0);
	rig->fake.away = false;
	rig->fake.refuse = "never";
	rig_start(rig, 0);
	result = sync_now(rig, 0);
	assert_int_equal(result.err.code, ERR_NONE);
	assert_int_equal(result.waiting, 0);
	assert_int_equal(store_state(rig->stores[0])->refused, 1);
	assert_int_equal(rig->fake.n, 2);
	result = sync_now(rig, 0);
	assert_int_equal(result.sent, 0);
}

/* The same fold, to the last register, whatever the clocks say. */
static char *told_by(struct rig *rig, struct seen *seen)
{
	struct entries *entries = store_watch_entries(seen->watch);
	size_t n;
	const struct entry *const *sorted = entries_sorted(entries, &n);
	struct buf text;

	(void)rig;
	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < n; i++) {
		entry_write(sorted[i], &text);
		buf_addc(&text, '\n');
	}
	return buf_take(&text);
}

static void test_clocks_an_hour_apart(void **state)
{
	struct rig *rig = *state;
	struct seen seen[2];
	char *told[2];

	rig->skews[0] = HOUR;
	rig->skews[1] = -HOUR;
	for (int i = 0; i < 2; i++) {
		rig_start(rig, i);
		rig_watch(rig, i, uuid(&rig->facts, "anna").p, &seen[i]);
		RIG_UNTIL(rig, seen[i].settled);
	}
	append(rig, 0, fact_entry(&rig->facts, "o", ENTRY_CASE_OPEN, "anna", "case", "{'title':'billing'}"));
	for (int i = 0; i < 10; i++) {
		char id[24], was[24], json[100];
		struct entry *entry;

		snprintf(id, sizeof(id), "s%d", i);
		snprintf(was, sizeof(was), "s%d", i - 1);
		snprintf(json, sizeof(json), i ? "{'field':'status','value':'%s','was':'<%s>'}" : "{'field':'status','value':'%s'}",
			 i % 2 ? "solved" : "open", was);
		RIG_UNTIL(rig, !i || seen_has(&seen[i % 2], uuid(&rig->facts, was)));
		entry = fact_entry(&rig->facts, id, ENTRY_CASE_SET, "anna", "case", json);
		entry->at = clock_wall(&rig->clocks[i % 2]);
		entry->ord = store_ord(rig->stores[i % 2]);
		append(rig, i % 2, entry);
	}
	for (int i = 0; i < 2; i++) {
		RIG_UNTIL(rig, entries_count(store_watch_entries(seen[i].watch)) == 11);
		RIG_UNTIL(rig, store_watch_settled(seen[i].watch));
	}
	for (int i = 0; i < 2; i++)
		told[i] = told_by(rig, &seen[i]);
	assert_string_equal(told[0], told[1]);
	/* whoever saw the other's set decided after it, though one clock is two hours behind the other */
	for (int i = 1; i < 10; i++) {
		char before[24], after[24];

		snprintf(before, sizeof(before), "s%d", i - 1);
		snprintf(after, sizeof(after), "s%d", i);
		assert_true(seen_entry(&seen[0], uuid(&rig->facts, before))->ord < seen_entry(&seen[0], uuid(&rig->facts, after))->ord);
	}
	for (int i = 0; i < 2; i++) {
		store_watch_free(seen[i].watch);
		free(told[i]);
	}
}

/* Looks are minutes apart: what others write is heard. */
static void test_heard_not_looked_for(void **state)
{
	struct rig *rig = *state;
	struct seen seen;

	rig->poll = 300000;
	for (int i = 0; i < 2; i++)
		rig_start(rig, i);
	rig_watch(rig, 1, uuid(&rig->facts, "anna").p, &seen);
	RIG_UNTIL(rig, seen.settled);
	for (int i = 0; i < 3; i++) {
		struct said said;
		char id[24];

		snprintf(id, sizeof(id), "n%d", i);
		rig_append(rig, 0, note(rig, id, "anna", "{'text':'hello'}"), &said);
		RIG_UNTIL(rig, said.finals && seen_has(&seen, uuid(&rig->facts, id)));
	}
	store_watch_free(seen.watch);
}

#define FAKE(test) cmocka_unit_test_setup_teardown(test, rig_setup, rig_teardown)
#define BOTH(test) FAKE(test), { #test ", real", test, rig_setup_real, rig_teardown, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_erased_words_are_in_no_byte), BOTH(test_late_words_of_the_erased_are_refused), BOTH(test_redacted_words_go),
		FAKE(test_sync_tells_what_it_did), BOTH(test_clocks_an_hour_apart),
		{ "test_heard_not_looked_for", test_heard_not_looked_for, rig_setup_real, rig_teardown, NULL },
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
