/*
 * Arbitrary templates over arbitrary values: a byte for the place, the
 * template up to a NUL, then the value as text and, where it is one, as JSON.
 */
#include <dossier/base/json.h>
#include <dossier/base/text.h>

#include "fuzz.h"
#include "world.h"

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Only what is unreserved (RFC 3986) and escapes, and read back it is the value. */
static void check_percent(struct str out, struct str value)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < out.n; i++, at++) {
		char c = out.p[i];

		FUZZ_CHECK(at < value.n);
		if (c == '%') {
			FUZZ_CHECK(i + 2 < out.n && hex(out.p[i + 1]) >= 0 && hex(out.p[i + 2]) >= 0);
			c = (char)(hex(out.p[i + 1]) << 4 | hex(out.p[i + 2]));
			i += 2;
		} else {
			FUZZ_CHECK((unsigned char)c < 0x80 && (isalnum((unsigned char)c) || strchr("-._~", c)));
		}
		FUZZ_CHECK(c == value.p[at]);
	}
	FUZZ_CHECK(at == value.n);
}

/* Between quotes it is one JSON string, and nothing of it is a control or ends the line. */
static void check_json(struct str out, struct str value)
{
	struct err err = { 0 };
	struct json_object *back;
	struct buf quoted;

	buf_init(&quoted, 8 << 20);
	buf_addc(&quoted, '"');
	buf_addstr(&quoted, out);
	buf_addc(&quoted, '"');
	back = json_parse_whole(buf_str(&quoted), NULL, &err);
	FUZZ_CHECK(err.code == ERR_NONE && json_object_is_type(back, json_type_string));
	if (text_is_utf8(value))
		FUZZ_CHECK((uint32_t)json_object_get_string_len(back) == value.n &&
			   !memcmp(json_object_get_string(back), value.p, value.n));
	json_object_put(back);
	buf_release(&quoted);
}

static void check_escapes(struct str value)
{
	for (int place = TEMPLATE_PLAIN; place <= TEMPLATE_JSON; place++) {
		struct buf out;
		struct err err = { 0 };

		buf_init(&out, 1 << 20);
		if (!template_escape((enum template_place)place, value, &out, &err))
			FUZZ_CHECK(err.code != ERR_NONE);
		else if (place == TEMPLATE_HEADER)
			for (size_t i = 0; i < out.len; i++)
				FUZZ_CHECK(((unsigned char)out.data[i] >= 0x20 || out.data[i] == '\t') && out.data[i] != 0x7f);
		else if (place == TEMPLATE_JSON)
			check_json(buf_str(&out), value);
		else if (place != TEMPLATE_PLAIN)
			check_percent(buf_str(&out), value);
		buf_release(&out);
	}
}

/* A value in the middle of a path stays one segment, and does not climb. */
static void check_path(const struct world *world)
{
	struct template *t = template_new(STR("/a/</v>/z"), TEMPLATE_PATH, NULL);
	struct err err = { 0 };
	struct buf out;

	buf_init(&out, 1 << 20);
	if (template_eval(t, &world->scope, &out, NULL, &err)) {
		struct str middle = str_make(out.data + 3, out.len - 5);

		FUZZ_CHECK(out.len > 5 && !memcmp(out.data, "/a/", 3) && !memcmp(out.data + out.len - 2, "/z", 2));
		FUZZ_CHECK(!memchr(middle.p, '/', middle.n) && !str_is(middle, ".") && !str_is(middle, ".."));
	}
	buf_release(&out);
	template_free(t);
}

static void evaluate(struct world *world, struct str text, enum template_place place)
{
	struct err err = { 0 };
	struct template *t = template_new(text, place, &err);
	struct buf out;
	bool missing;

	if (!t) {
		FUZZ_CHECK(err.code != ERR_NONE);
		return;
	}
	template_uses(t);
	buf_init(&out, 1 << 20);
	template_eval(t, &world->scope, &out, &missing, &err);
	buf_reset(&out);
	json_object_put(template_value(t, &world->scope, &err));
	world->scope.masked = true;
	if (template_eval(t, &world->scope, &out, &missing, &err))
		FUZZ_CHECK(!memmem(buf_str(&out).p, out.len, WORLD_SECRET, sizeof(WORLD_SECRET) - 1));
	world->scope.masked = false;
	buf_release(&out);
	template_free(t);
}

static bool spells(struct str text, const char *part)
{
	size_t n = strlen(part);

	for (uint32_t i = 0; i + n <= text.n; i++)
		if (!strncasecmp(text.p + i, part, n))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str copy = fuzz_copy(data, n), in = copy;
	enum template_place place = (enum template_place)(fuzz_byte(&in) % (TEMPLATE_JSON + 1));
	struct str text = fuzz_until(&in, '\0');
	struct json_object *reply = json_object_new_object(), *value;
	struct err err = { 0 };
	struct world world;

	world_init(&world);
	json_object_object_add(reply, "v", json_object_new_string_len(in.p ? in.p : "", (int)in.n));
	value = json_parse_whole(in, NULL, &err);
	json_object_object_add(reply, "j", value);
	world_reply(&world, reply);
	check_escapes(in);
	check_path(&world);
	/* a secret that the input spells out by itself says nothing about masking */
	if (!spells(copy, "h4kw") && !spells(copy, "77xv"))
		evaluate(&world, text, place);
	world_release(&world);
	fuzz_drop(copy);
	return 0;
}
