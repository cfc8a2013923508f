#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/model/sift.h>

static struct interaction *add(struct batch *batch, const char *title, struct str text)
{
	struct interaction *it = batch_add(batch);

	it->title = str_of(title);
	it->text = text;
	return it;
}

static void sift_all(struct sift *sift, const struct batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct interaction *source = batch->items[i];
		struct timeline_row row = { source, &source, 1 };

		assert_true(sift_add(sift, &row));
	}
	assert_int_equal(sift_count(sift), batch->n);
}

/* The rows in two pieces, and those that timeline_keeps: the same, whatever was known of them. */
static void agree_taken(struct sift *sift, const struct batch *batch, const struct timeline_filter *filter)
{
	size_t *rows = mem_array(batch->n + 1, sizeof(*rows)), half = batch->n / 2, n, k = 0;

	rows[batch->n] = SIZE_MAX;
	n = sift_take(sift, 0, half, filter->grep, rows);
	n += sift_take(sift, half, batch->n, filter->grep, rows + n);
	for (size_t i = 0; i < batch->n; i++) {
		const struct interaction *source = batch->items[i];

		if (timeline_keeps(&(struct timeline_row){ source, &source, 1 }, filter))
			assert_int_equal(rows[k++], i);
	}
	assert_int_equal(k, n);
	assert_int_equal(rows[batch->n], SIZE_MAX);
	free(rows);
}

/* Every row says what timeline_keeps says. */
static void agree(struct sift *sift, const struct batch *batch, const char *typed)
{
	struct timeline_filter filter = { .since = WHEN_NONE, .until = WHEN_NONE };
	struct buf word;
	size_t next = 0;

	buf_init(&word, 4096);
	text_fold(&word, str_of(typed));
	filter.grep = buf_str(&word);
	if (word.len % 2)
		agree_taken(sift, batch, &filter);
	for (size_t i = 0; i < batch->n; i++) {
		const struct interaction *source = batch->items[i];
		bool kept = timeline_keeps(&(struct timeline_row){ source, &source, 1 }, &filter);

		if (next <= i)
			next = sift_next(sift, i, batch->n, filter.grep);
		assert_int_equal(kept, next == i);
		assert_int_equal(kept, sift_has(sift, i, filter.grep));
		next += kept;
	}
	agree_taken(sift, batch, &filter);
	buf_release(&word);
}

static void words_grow_and_shrink(void **state)
{
	(void)state;
	struct batch *batch = batch_new();
	struct sift *sift = sift_new();
	/* the needle's letters in the gap between fields, at ends, and over the edge of a block */
	add(batch, "Delivered", STR("to the neighbour"));
	add(batch, "deliv", STR("ered in two fields"));
	add(batch, "", (struct str){ 0 });
	add(batch, "0123456789abcdeDELIVERED", STR(""));
	add(batch, "d", STR("0123456789abcdedelivere"));
	add(batch, "Straße", STR("gr\xc3\xbc\xc3\x9f Gott, e\xcc\x81tude"));
	add(batch, "broken \xff\xfe bytes", str_make("a\0b delivered", 13));
	add(batch, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", STR("delidelidelivdelivered"));
	interaction_refs(batch->arena, add(batch, "x", STR("y")))->order = STR("K-Delivered");
	sift_all(sift, batch);
	static const char *const typed[] = {
		"d", "de", "del", "deli", "deliv", "delive", "deliver", "delivere", "delivered", "deliv", "delive", "d", "e", "ered", "ss", "strasse",
		"é", "étude", "aab", "aaaaaaaaaaaaaaaaaaaaaaaaaab", "nothing of the kind", "b", "K", "k-d", "x", "0123456789abcdedelivered!",
	};
	for (size_t i = 0; i < sizeof(typed) / sizeof(*typed); i++)
		agree(sift, batch, typed[i]);
	sift_free(sift);
	batch_free(batch);
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

/* Few letters, so that words stand everywhere and nearly everywhere. */
static void any_words_agree(void **state)
{
	(void)state;
	struct batch *batch = batch_new();
	struct sift *sift = sift_new();
	uint64_t seed = 42;

	for (int i = 0; i < 400; i++) {
		char text[80];
		size_t n = next_random(&seed) % sizeof(text);

		for (size_t k = 0; k < n; k++)
			text[k] = "abAB "[next_random(&seed) % 5];
		add(batch, i % 3 ? "ab" : "", arena_str(batch->arena, str_make(text, n)));
	}
	sift_all(sift, batch);
	for (int i = 0; i < 300; i++) {
		char word[12];
		size_t n = 1 + next_random(&seed) % 9;

		for (size_t k = 0; k < n; k++)
			word[k] = "ab "[next_random(&seed) % 3];
		for (size_t k = 1; k <= n; k++) {
			char begun[12] = "";

			memcpy(begun, word, k);
			agree(sift, batch, begun);
		}
	}
	sift_free(sift);
	batch_free(batch);
}

/* Rows may come while a word is looked for, and be asked for in pieces and again. */
static void rows_come_later(void **state)
{
	(void)state;
	struct batch *batch = batch_new();
	struct sift *sift = sift_new();
	const struct interaction *hit = add(batch, "a call", STR("")), *miss = add(batch, "an order", STR(""));
	struct timeline_row hits = { hit, &hit, 1 }, misses = { miss, &miss, 1 };

	assert_int_equal(sift_next(sift, 0, 5, STR("call")), 5);
	for (int i = 0; i < 40; i++) {
		assert_true(sift_add(sift, i % 10 == 9 ? &hits : &misses));
		assert_int_equal(sift_next(sift, (size_t)i, (size_t)i + 1, STR("call")), i % 10 == 9 ? i : i + 1);
	}
	assert_int_equal(sift_next(sift, 0, 40, STR("call")), 9);
	assert_int_equal(sift_next(sift, 10, 15, STR("call")), 15);
	assert_int_equal(sift_next(sift, 30, 40, STR("ca")), 39);
	assert_int_equal(sift_next(sift, 10, 40, STR("cal")), 19);
	assert_int_equal(sift_next(sift, 0, 40, STR("cal")), 9);
	assert_int_equal(sift_next(sift, 40, 40, STR("cal")), 40);
	/* rows that came since are looked at too, a word that shrank is looked for everywhere */
	size_t rows[45];
	assert_int_equal(sift_take(sift, 0, 40, STR("cal"), rows), 4);
	for (int i = 0; i < 5; i++)
		assert_true(sift_add(sift, &hits));
	assert_int_equal(sift_take(sift, 0, 45, STR("call"), rows), 9);
	assert_int_equal(rows[4], 40);
	assert_int_equal(sift_take(sift, 0, 45, STR("a"), rows), 45);
	assert_int_equal(sift_take(sift, 44, 45, STR("a call"), rows), 1);
	assert_int_equal(sift_take(sift, 44, 45, STR("a call is longer than all words"), rows), 0);
	assert_int_equal(sift_take(sift, 45, 50, STR("a"), rows), 0);
	sift_free(sift);
	sift_free(NULL);
	batch_free(batch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_grow_and_shrink),
		cmocka_unit_test(any_words_agree),
		cmocka_unit_test(rows_come_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
