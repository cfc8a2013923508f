#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dossier/model/interaction.h>
#include <dossier/model/mask.h>
#include <dossier/model/stock.h>

/* Every word prints, is its own and parses back to the same value. */
#define CHECK_WORDS(name, count) \
	static void name##_words_round_trip(void **state) \
	{ \
		(void)state; \
		for (int i = 0; i < (int)(count); i++) { \
			enum name back = (enum name)-1; \
			const char *word = name##_word((enum name)i); \
			assert_non_null(word); \
			assert_true(i == 0 || *word); \
			assert_true(name##_parse(str_of(word), &back)); \
			assert_int_equal(back, i); \
		} \
		enum name keep = (enum name)1; \
		assert_false(name##_parse(STR("no such word"), &keep)); \
		assert_false(name##_parse(STR("call\0"), &keep)); \
		assert_int_equal(keep, 1); \
		assert_string_equal(name##_word((enum name)9999), ""); \
	}

CHECK_WORDS(kind, KIND_COUNT)
CHECK_WORDS(step, STEP_COUNT)
CHECK_WORDS(channel, CHANNEL_COUNT)
CHECK_WORDS(direction, 3)
CHECK_WORDS(reader, 3)
CHECK_WORDS(condition, CONDITION_COUNT)
CHECK_WORDS(row_type, ROW_TYPE_COUNT)

static void words_are_the_contract(void **state)
{
	(void)state;
	enum kind kind;
	enum step step;

	assert_string_equal(kind_word(KIND_SELFSERVICE), "selfservice");
	assert_string_equal(direction_word(DIRECTION_OUT), "out");
	assert_string_equal(row_type_word(ROW_DAY), "day");
	assert_false(kind_parse(STR(""), &kind));
	assert_false(kind_parse((struct str){ 0 }, &kind));
	assert_true(step_parse((struct str){ 0 }, &step));
	assert_int_equal(step, STEP_NONE);
	assert_int_equal(channel_of_kind(KIND_CALL), CHANNEL_PHONE);
	assert_int_equal(channel_of_kind(KIND_VISIT), CHANNEL_COUNTER);
	assert_int_equal(channel_of_kind(KIND_ORDER), CHANNEL_NONE);
	assert_int_equal(channel_of_kind((enum kind)9999), CHANNEL_NONE);
}

static void batch_makes_absent_interactions(void **state)
{
	(void)state;
	struct batch *batch = batch_new();

	for (int i = 0; i < 1000; i++) {
		struct interaction *it = batch_add(batch);

		assert_true(it->at == WHEN_NONE && it->until == WHEN_NONE);
		assert_null(it->id.p);
		assert_null(it->refs);
	}
	assert_int_equal(batch->n, 1000);
	struct refs *refs = interaction_refs(batch->arena, batch->items[7]);
	assert_non_null(refs);
	assert_ptr_equal(interaction_refs(batch->arena, batch->items[7]), refs);
	assert_null(batch->items[8]->refs);
	batch_free(batch);
	batch_free(NULL);
}

static void mask_closes_a_field_and_below(void **state)
{
	(void)state;
	struct mask *mask = mask_new();

	mask_close(mask, "profile.addresses");
	assert_true(mask_hides(mask, "profile.addresses"));
	assert_true(mask_hides(mask, "profile.addresses.city"));
	assert_false(mask_hides(mask, "profile.addresses2"));
	assert_false(mask_hides(mask, "profile"));
	assert_false(mask_hides(NULL, "profile.addresses"));
	mask_free(mask);
	mask_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kind_words_round_trip),
		cmocka_unit_test(step_words_round_trip),
		cmocka_unit_test(channel_words_round_trip),
		cmocka_unit_test(direction_words_round_trip),
		cmocka_unit_test(reader_words_round_trip),
		cmocka_unit_test(condition_words_round_trip),
		cmocka_unit_test(row_type_words_round_trip),
		cmocka_unit_test(words_are_the_contract),
		cmocka_unit_test(batch_makes_absent_interactions),
		cmocka_unit_test(mask_closes_a_field_and_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
