/* Arbitrary YAML: values, marks, and a map read by a table of every type of option. */
#include <dossier/base/buf.h>
#include <dossier/base/json.h>
#include <dossier/base/option.h>
#include <dossier/base/yaml.h>

#include "fuzz.h"

struct kept {
	char *text;
	int64_t number, span, size;
	bool flag;
	int word;
	struct option_texts texts;
	struct json_object *any;
};

static const char *const words[] = { "red", "green", "blue", NULL };

static const struct option table[] = {
	{ .name = "text", .type = OPTION_TEXT, .offset = offsetof(struct kept, text), .fallback = "x" },
	{ .name = "number", .type = OPTION_INT, .offset = offsetof(struct kept, number), .min = -5, .max = 500 },
	{ .name = "flag", .type = OPTION_BOOL, .offset = offsetof(struct kept, flag), .fallback = "true" },
	{ .name = "span", .type = OPTION_DURATION, .offset = offsetof(struct kept, span), .fallback = "10s" },
	{ .name = "size", .type = OPTION_SIZE, .offset = offsetof(struct kept, size), .min = 1, .max = 1 << 30 },
	{ .name = "word", .type = OPTION_WORD, .offset = offsetof(struct kept, word), .words = words, .fallback = "green" },
	{ .name = "texts", .type = OPTION_TEXTS, .offset = offsetof(struct kept, texts) },
	{ .name = "any", .type = OPTION_ANY, .offset = offsetof(struct kept, any), .required = true },
	{ 0 }
};

static void read_options(struct json_object *map, struct diags *diags)
{
	struct kept kept = { 0 };

	option_read(map, table, &kept, "the map", diags);
	FUZZ_CHECK(kept.text);
	FUZZ_CHECK(kept.number >= -5 && kept.number <= 500);
	FUZZ_CHECK(kept.word >= 0 && kept.word < 3);
	free(kept.text);
	option_texts_release(&kept.texts);
}

/* Every container knows where it and its members stand. */
static void look_at_marks(struct json_object *value, unsigned depth)
{
	FUZZ_CHECK(depth <= 64);
	if (json_object_is_type(value, json_type_object)) {
		FUZZ_CHECK(yaml_mark(value).line >= 1);
		json_object_object_foreach(value, key, member) {
			FUZZ_CHECK(yaml_mark_key(value, key).line >= 1 && yaml_mark_value(value, key).column >= 1);
			yaml_was_plain(value, key);
			look_at_marks(member, depth + 1);
		}
	} else if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			FUZZ_CHECK(yaml_mark_item(value, i).line >= 1);
			look_at_marks(json_object_array_get_idx(value, i), depth + 1);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = fuzz_copy(data, n);
	struct diags diags = { 0 };
	struct json_object *root = yaml_parse(text, "fuzz.yaml", &diags);
	struct buf out;

	FUZZ_CHECK(diags.n <= 1001);
	if (root) {
		buf_init(&out, 1 << 20);
		/* aliases may make a small text large: what they make is looked at, not every way to it */
		json_write(&out, root);
		if (n < 2000 && !out.full)
			look_at_marks(root, 0);
		if (json_object_is_type(root, json_type_object))
			read_options(root, &diags);
		buf_release(&out);
	}
	json_object_put(root);
	diags_release(&diags);
	fuzz_drop(text);
	return 0;
}
