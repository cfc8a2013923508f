/* Quoting for query languages: each literal, read by its language's own rule, ends exactly where the output ends. */
#include <dossier/base/json.h>
#include <dossier/base/text.h>

#include "../../src/backend/filter.h"
#include "fuzz.h"

/* One literal between marks, with an escape character or (escape 0) a doubled mark. */
static void check_between(struct str out, char mark, char escape)
{
	uint32_t i = 1;

	FUZZ_CHECK(out.n >= 2 && out.p[0] == mark);
	for (; i < out.n; i++) {
		FUZZ_CHECK((unsigned char)out.p[i] >= 0x20 && out.p[i] != 0x7f);
		if (escape && out.p[i] == escape) {
			FUZZ_CHECK(++i < out.n - 1);
		} else if (out.p[i] == mark) {
			if (!escape && i + 1 < out.n && out.p[i + 1] == mark)
				i++;
			else
				break;
		}
	}
	FUZZ_CHECK(i == out.n - 1);
}

static void check_phrase(struct str out) { check_between(out, '"', '\\'); }
static void check_backslash(struct str out) { check_between(out, '\'', '\\'); }
static void check_doubled(struct str out) { check_between(out, '\'', 0); }

static void check_sql(struct str out)
{
	/* true in the dialects that escape with a backslash, and in those that do not */
	check_between(out, '\'', 0);
	FUZZ_CHECK(!memchr(out.p, '\\', out.n));
}

static void check_json(struct str out)
{
	struct err err = { 0 };
	struct json_object *value = json_parse_whole(out, NULL, &err);

	FUZZ_CHECK(err.code == ERR_NONE && json_object_is_type(value, json_type_string));
	json_object_put(value);
}

static void check_servicenow(struct str out)
{
	struct str bare = str_trim(out);

	FUZZ_CHECK(!(bare.n >= 11 && str_caseis(str_make(bare.p, 11), "javascript:")));
	for (uint32_t i = 0; i < out.n; i++) {
		FUZZ_CHECK((unsigned char)out.p[i] >= 0x20);
		if (out.p[i] == '^')
			FUZZ_CHECK(++i < out.n && out.p[i] == '^');
	}
}

static void check_term(struct str out)
{
	for (uint32_t i = 0; i < out.n; i++) {
		if (out.p[i] == '\\') {
			FUZZ_CHECK(++i < out.n);
			continue;
		}
		FUZZ_CHECK((unsigned char)out.p[i] > 0x20 && !strchr("+-&|!(){}[]^\"~*?:/=<>", out.p[i]));
		/* the ideographic space parts words as well */
		FUZZ_CHECK(!(out.n - i >= 3 && !memcmp(out.p + i, "\xe3\x80\x80", 3)));
	}
	FUZZ_CHECK(!str_is(out, "AND") && !str_is(out, "OR") && !str_is(out, "NOT") && !str_is(out, "TO"));
}

static const struct { const char *name; void (*check)(struct str out); } languages[] = {
	{ "graphql", check_json }, { "jql", check_phrase }, { "json", check_json }, { "lucene", check_phrase },
	{ "lucene_term", check_term }, { "odata", check_doubled }, { "rtquery", check_backslash },
	{ "servicenow", check_servicenow }, { "soql", check_backslash }, { "sql", check_sql },
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = fuzz_copy(data, n);
	const char *const *names = filter_quotes();

	for (size_t i = 0; i < sizeof(languages) / sizeof(*languages); i++) {
		struct err err = { 0 };
		struct buf out;

		FUZZ_CHECK(names[i] && !strcmp(names[i], languages[i].name));
		buf_init(&out, 1 << 20);
		if (quote_apply(languages[i].name, text, &out, &err)) {
			FUZZ_CHECK(!out.full && text_is_utf8(buf_str(&out)));
			languages[i].check(buf_str(&out));
		} else {
			FUZZ_CHECK(err.code == ERR_REFUSED);
		}
		buf_release(&out);
	}
	fuzz_drop(text);
	return 0;
}
