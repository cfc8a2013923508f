#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/base/mem.h>

static void copies_end_in_nul(void **state)
{
	(void)state;
	assert_null(mem_strdup(NULL));
	char *copy = mem_strndup("a\0b", 3);
	assert_memory_equal(copy, "a\0b", 4);
	free(copy);
	copy = mem_strndup(NULL, 0);
	assert_string_equal(copy, "");
	free(copy);
	copy = mem_printf("%s-%d", "x", 7);
	assert_string_equal(copy, "x-7");
	free(copy);
	copy = mem_concat("a", "", "bcd", NULL);
	assert_string_equal(copy, "abcd");
	free(copy);
	copy = mem_concat("", NULL);
	assert_string_equal(copy, "");
	free(copy);
}

static void growth_keeps_content(void **state)
{
	struct { int *items; size_t n, cap; } list = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		MEM_ROOM(list.items, list.n, list.cap);
		assert_true(list.n < list.cap);
		list.items[list.n++] = i;
	}
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list.items[i], i);
	free(list.items);
}

static void empty_sizes_are_fine(void **state)
{
	(void)state;
	free(mem_alloc(0));
	free(mem_zalloc(0));
	free(mem_array(0, 16));
	free(mem_realloc(mem_alloc(4), 0, 4));
}

static void wipe_clears(void **state)
{
	char secret[] = "hunter2";

	(void)state;
	mem_wipe(secret, sizeof(secret));
	for (size_t i = 0; i < sizeof(secret); i++)
		assert_int_equal(secret[i], 0);
	mem_wipe(NULL, 3);
}

/* pieces of all sizes: aligned, cleared, apart from each other, alive to the end */
static void arena_pieces_do_not_touch(void **state)
{
	enum { PIECES = 700 };
	struct arena *arena = arena_new();
	unsigned char *pieces[PIECES];
	size_t sizes[PIECES], total = 0;

	(void)state;
	assert_true(arena_size(arena) <= 1024);
	for (size_t i = 0; i < PIECES; i++) {
		sizes[i] = i % 50 == 49 ? 30000 : (i * 37) % 200;
		pieces[i] = arena_alloc(arena, sizes[i]);
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], 0);
		memset(pieces[i], (int)(i & 0xFF), sizes[i]);
		total += sizes[i];
	}
	for (size_t i = 0; i < PIECES; i++)
		for (size_t k = 0; k < sizes[i]; k++)
			assert_int_equal(pieces[i][k], i & 0xFF);
	assert_true(arena_size(arena) >= total);
	char *text = arena_strndup(arena, "a\0b", 3);
	assert_memory_equal(text, "a\0b", 4);
	assert_string_equal(arena_strndup(arena, NULL, 0), "");
	arena_free(arena);
	arena_free(NULL);
}

/* text and pieces by turns, up to where whole huge pages are taken: all of it stays as it was written */
static void a_large_arena_keeps_all(void **state)
{
	enum { PIECES = 60000, TEXT = 200 };
	struct arena *arena = arena_new();
	uint64_t **pieces = mem_array(PIECES, sizeof(*pieces));
	char **texts = mem_array(PIECES, sizeof(*texts)), text[TEXT];

	(void)state;
	for (size_t i = 0; i < PIECES; i++) {
		memset(text, 'a' + (int)(i % 26), TEXT);
		texts[i] = arena_strndup(arena, text, i % TEXT);
		pieces[i] = arena_alloc(arena, i == 50000 ? 3 << 20 : sizeof(uint64_t));
		assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
		assert_int_equal(*pieces[i], 0);
		*pieces[i] = i;
	}
	assert_true(arena_size(arena) > 10 << 20);
	for (size_t i = 0; i < PIECES; i++) {
		assert_int_equal(*pieces[i], i);
		assert_int_equal(strlen(texts[i]), i % TEXT);
		assert_true(i % TEXT == 0 || texts[i][i % TEXT - 1] == 'a' + (char)(i % 26));
	}
	arena_free(arena);
	free(pieces);
	free(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_end_in_nul),
		cmocka_unit_test(growth_keeps_content),
		cmocka_unit_test(empty_sizes_are_fine),
		cmocka_unit_test(wipe_clears),
		cmocka_unit_test(arena_pieces_do_not_touch),
		cmocka_unit_test(a_large_arena_keeps_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
