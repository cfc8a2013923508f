#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "shared_rig.h"

static struct said put(struct rig *rig, const struct entry *entry)
{
	return client_append(&rig->one, &rig->facts, entry, 1);
}

/* In how many files of the folder the word stands, in any case. */
static int files_with(struct rig *rig, const char *word)
{
	DIR *dir = opendir(rig->folder);
	const struct dirent *one;
	size_t n = strlen(word);
	int hits = 0;

	while ((one = readdir(dir))) {
		char path[400], *all;
		FILE *file;
		long size;
		bool found = false;

		if (*one->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", rig->folder, one->d_name);
		file = fopen(path, "rb");
		fseek(file, 0, SEEK_END);
		size = ftell(file);
		rewind(file);
		all = malloc((size_t)size + 1);
		assert_int_equal(fread(all, 1, (size_t)size, file), size);
		fclose(file);
		for (long i = 0; !found && i + (long)n <= size; i++)
			found = strncasecmp(all + i, word, n) == 0;
		free(all);
		hits += found;
	}
	closedir(dir);
	return hits;
}

static struct found load_person(struct rig *rig, const char *person)
{
	struct str id = uuid(&rig->facts, person);
	struct store_ask ask = { .persons = &id, .n_persons = 1 };

	return client_load(&rig->one, &ask, (struct str){ 0 });
}

/* Words that nobody else has stand in every kind of entry that may go with Jane. */
static void somebody(struct rig *rig)
{
	struct facts *f = &rig->facts;
	const struct entry *const entries[] = {
		fact_entry(f, "l1", ENTRY_LINK, "jane", NULL, "{'identity': 'email:quagga@example.com', 'evidence': 'okapiword'}"),
		fact_entry(f, "l2", ENTRY_LINK, "jane", NULL, "{'identity': 'tel:+442079460000'}"),
		fact_entry(f, "l3", ENTRY_LINK, "jim", NULL, "{'identity': 'tel:+442079460000'}"),
		fact_entry(f, "l4", ENTRY_LINK, "jim", NULL, "{'other': '<jane>', 'evidence': 'tapirword'}"),
		fact_entry(f, "n1", ENTRY_NOTE, "jane", NULL, "{'text': 'Ocelotword and again ocelotword of wombatword'}"),
		fact_entry(f, "n2", ENTRY_NOTE, "jim", NULL, "{'text': 'moved to her: numbatword'}"),
		fact_entry(f, "m2", ENTRY_ASSIGN, "jane", NULL, "{'entry': '<n2>'}"),
		fact_entry(f, "c1", ENTRY_CONTACT_START, "jane", NULL, "{'call': 'c', 'number': '+442079460000'}"),
		fact_entry(f, "e1", ENTRY_CONTACT_END, NULL, NULL, "{'contact': '<c1>', 'how': 'wrapup', 'line': 'bilbyword'}"),
		fact_entry(f, "v1", ENTRY_VIEW, NULL, NULL, "{'who': 'email:quagga@example.com', 'how': 'find'}"),
		fact_entry(f, "k1", ENTRY_CASE_OPEN, "jane", "case", "{'title': 'quokkaword'}"),
		fact_entry(f, "k2", ENTRY_CASE_SET, "jim", "case", "{'field': 'title', 'value': 'dingoword'}"),
		fact_entry(f, "o1", ENTRY_HANDOFF_OFFER, "jane", "case", "{'to_team': 't', 'reason': 'r', 'wants': 'possumword', 'next': 'n'}"),
		fact_entry(f, "o2", ENTRY_HANDOFF_ACCEPT, "jane", "case", "{'offer': '<o1>'}"),
		fact_entry(f, "j1", ENTRY_NOTE, "jim", NULL, "{'text': 'keepword of jim'}"),
		fact_entry(f, "jv", ENTRY_VIEW, NULL, NULL, "{'who': 'tel:+442079460000', 'how': 'find'}"),
	};

	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++)
		assert_int_equal(put(rig, entries[i]).result, SHARED_STORED);
}

static const char *const words[] = {
	"quagga", "okapiword", "tapirword", "ocelotword", "wombatword", "numbatword", "bilbyword", "quokkaword", "dingoword", "possumword",
	"feedword",
};

static void ignore_feed(void *arg, const struct feed_row *rows, size_t n, const struct feed_count *count, const struct err *err)
{
	(void)rows;
	(void)n;
	(void)count;
	assert_int_equal(err->code, ERR_NONE);
	*(bool *)arg = true;
}

static void feed_one(struct rig *rig)
{
	const struct str key = STR("email:quagga@example.com");
	const struct feed_row row = { STR("77"), STR("{\"x\":\"feedword\"}"), &key, 1, 5 };
	bool done = false;

	rig->one.shared->ops->feed_put(rig->one.shared, STR("till"), &row, 1, ignore_feed, &done);
	loop_until(rig->one.loop, &done);
}

static struct said erase(struct rig *rig, const char *id)
{
	return put(rig, fact_entry(&rig->facts, id, ENTRY_ERASE, NULL, NULL, "{'persons': ['<jane>'], 'entries': 13}"));
}

static void no_byte_is_left(struct rig *rig, bool indexed)
{
	struct facts *f = &rig->facts;
	struct found found;

	somebody(rig);
	feed_one(rig);
	if (indexed)
		client_tend(&rig->one);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		assert_true(files_with(rig, words[i]) > 0);
	assert_int_equal(erase(rig, "erase").result, SHARED_STORED);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (files_with(rig, words[i]))
			fail_msg("\"%s\" is there still", words[i]);
	}
	/* what is others' stays, and what erased stays too */
	found = load_person(rig, "jim");
	assert_true(has(found.rows, uuid(f, "j1")) && has(found.rows, uuid(f, "l3")));
	assert_false(has(found.rows, uuid(f, "l4")));
	store_rows_free(found.rows);
	found = load_person(rig, "jane");
	assert_int_equal(found.rows->n, 1);
	assert_true(has(found.rows, uuid(f, "erase")));
	store_rows_free(found.rows);
	found = client_search(&rig->one, "keepword", 5);
	assert_int_equal(found.rows->n, 1);
	store_rows_free(found.rows);
	found = client_search(&rig->one, "ocelot", 5);
	assert_int_equal(found.rows->n, 0);
	store_rows_free(found.rows);
	assert_int_equal(client_status(&rig->one).entries, 4);
}

/* An index of several pieces, and others writing between the steps of its merging. */
static void a_large_index_is_cleaned_too(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	static struct entry batch[500];

	for (int round = 0; round < 8; round++) {
		for (int i = 0; i < 500; i++) {
			char id[32], text[200];

			snprintf(id, sizeof(id), "m%d-%d", round, i);
			snprintf(text, sizeof(text), "{'text': 'common words %d and word%d of %s%d'}", i, round * 500 + i,
				 i % 5 ? "others" : "ocelotword", i);
			batch[i] = *fact_entry(f, id, ENTRY_NOTE, i % 5 ? "jim" : "jane", NULL, text);
		}
		assert_int_equal(client_append(&rig->one, f, batch, 500).result, SHARED_STORED);
		client_tend(&rig->one);
	}
	assert_int_equal(erase(rig, "erase").result, SHARED_STORED);
	assert_int_equal(files_with(rig, "ocelotword"), 0);
	/* word495, the last but five of the first round, was jane's; word496 was jim's */
	assert_int_equal(files_with(rig, "word495 "), 0);
	struct found found = client_search(&rig->one, "common word496", 5);
	assert_int_equal(found.rows->n, 1);
	store_rows_free(found.rows);
	found = client_search(&rig->one, "common word", 5000);
	assert_int_equal(found.rows->n, 3200);
	store_rows_free(found.rows);
}

static void indexed_words_are_gone(void **state)
{
	no_byte_is_left(*state, true);
}

static void unindexed_words_are_gone(void **state)
{
	no_byte_is_left(*state, false);
}

/* Another client has the file open, and has looked at it: its words go with the next log. */
static void gone_though_others_have_it_open(void **state)
{
	struct rig *rig = *state;
	struct client two;
	struct store_ask ask = { .open_items = true };

	somebody(rig);
	client_open(&two, rig->path, T0);
	store_rows_free(client_load(&two, &ask, (struct str){ 0 }).rows);
	store_rows_free(client_search(&two, "ocelot", 5).rows);
	client_tend(&rig->one);
	assert_int_equal(erase(rig, "erase").result, SHARED_STORED);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words) - 1; i++) {
		if (files_with(rig, words[i]))
			fail_msg("\"%s\" is there still", words[i]);
	}
	client_close(&two);
}

static void late_appends_are_refused(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;

	somebody(rig);
	erase(rig, "erase");
	const struct entry *const late[] = {
		fact_entry(f, "x1", ENTRY_NOTE, "jane", NULL, "{'text': 'late'}"),
		fact_entry(f, "n1", ENTRY_NOTE, "jane", NULL, "{'text': 'Ocelotword and again ocelotword of wombatword'}"),
		fact_entry(f, "x2", ENTRY_LINK, "jim", NULL, "{'other': '<jane>'}"),
		fact_entry(f, "x3", ENTRY_CONTACT_END, NULL, NULL, "{'contact': '<c1>', 'how': 'wrapup', 'line': 'late'}"),
		fact_entry(f, "x4", ENTRY_HANDOFF_WITHDRAW, "jim", "case", "{'offer': '<o1>'}"),
		fact_entry(f, "e1", ENTRY_CONTACT_END, NULL, NULL, "{'contact': '<zz>', 'how': 'wrapup', 'line': 'bilbyword'}"),
	};
	for (size_t i = 0; i < sizeof(late) / sizeof(*late); i++) {
		struct said said = put(rig, late[i]);

		assert_int_equal(said.result, SHARED_REFUSED);
		assert_non_null(strstr(said.err.text, "erased"));
	}
	assert_int_equal(files_with(rig, "bilbyword"), 0);
	/* once more is harmless, and once more of the same entry is the same */
	assert_int_equal(erase(rig, "again").result, SHARED_STORED);
}

static void redacted_words_are_in_no_byte(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;

	somebody(rig);
	client_tend(&rig->one);
	put(rig, fact_entry(f, "r", ENTRY_REDACT, NULL, NULL, "{'entry': '<n1>', 'reason': 'x'}"));
	assert_int_equal(files_with(rig, "ocelotword"), 0);
	assert_int_equal(files_with(rig, "wombatword"), 0);
	assert_true(files_with(rig, "numbatword") > 0);
}

struct texted { char value[32]; bool done; };
static void texted(void *arg, const struct str *values, size_t n, const struct err *err)
{
	struct texted *out = arg;

	snprintf(out->value, sizeof(out->value), "%.*s", n ? (int)values[0].n : (int)strlen(err->text), n ? values[0].p : err->text);
	out->done = true;
}

static void old_entries_go_but_for_a_legal_hold(void **state)
{
	struct rig *rig = *state;
	struct facts *f = &rig->facts;
	struct str keep = uuid(f, "jim");
	struct texted out = { .done = false };

	somebody(rig);
	f->at = T0 + 40 * MINUTE;
	put(rig, fact_entry(f, "young", ENTRY_NOTE, "jane", NULL, "{'text': 'youngword'}"));
	client_tend(&rig->one);
	rig->one.shared->ops->retain(rig->one.shared, ENTRY_NOTE, T0 + 30 * MINUTE, &keep, 1, texted, &out);
	loop_until(rig->one.loop, &out.done);
	assert_string_equal(out.value, "1");
	assert_int_equal(files_with(rig, "ocelotword"), 0);
	assert_true(files_with(rig, "youngword") > 0);
	assert_true(files_with(rig, "keepword") > 0);
	assert_true(files_with(rig, "numbatword") > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(indexed_words_are_gone, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_large_index_is_cleaned_too, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(unindexed_words_are_gone, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(gone_though_others_have_it_open, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(late_appends_are_refused, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(redacted_words_are_in_no_byte, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(old_entries_go_but_for_a_legal_hold, rig_setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
