#include <locale.h>
#include <math.h>

#include "json_in.h"
#include "json_lex.h"

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

enum { KEYS = 256, KEY_MOST = 63 };

/* A key that elements of a list have in common. */
struct lent_key {
	char *text;
	uint32_t n;
	unsigned long hash;     /* as json-c's objects have it */
};

/* The values are json-c's; reading them here keeps what json-c's own reader would clamp, cut or accept. */
struct json_parser {
	locale_t c_locale;      /* a decimal point is a point, whatever the user's locale says */
	struct buf text;
	struct lent_key *keys;  /* KEYS places, each for the first key that fell there; NULL: none are lent */
};

struct reader {
	struct json_parser *parser;
	const char *start, *p, *end;
	unsigned depth;
	struct err *err;
};

struct json_parser *json_parser_new(void)
{
	struct json_parser *parser = mem_zalloc(sizeof(*parser));

	parser->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	buf_init(&parser->text, SIZE_MAX);
	return parser;
}

void json_parser_free(struct json_parser *parser)
{
	if (!parser)
		return;
	if (parser->c_locale)
		freelocale(parser->c_locale);
	buf_release(&parser->text);
	for (size_t i = 0; parser->keys && i < KEYS; i++)
		free(parser->keys[i].text);
	free(parser->keys);
	free(parser);
}

void json_parser_lend_keys(struct json_parser *parser)
{
	if (!parser->keys)
		parser->keys = mem_array(KEYS, sizeof(*parser->keys));
}

/* NULL for a key that is long, or whose place is taken by another. */
static const struct lent_key *lent(struct json_parser *parser, struct str key, struct lh_table *table)
{
	struct lent_key *place;
	uint32_t hash = key.n;

	if (!parser->keys || key.n > KEY_MOST)
		return NULL;
	for (uint32_t i = 0; i < key.n; i++)
		hash = hash * 31 + (unsigned char)key.p[i];
	place = &parser->keys[(hash ^ hash >> 8) % KEYS];
	if (!place->text) {
		place->text = mem_strndup(key.p, key.n);
		place->n = key.n;
		place->hash = lh_get_hash(table, place->text);
	}
	return place->n == key.n && memcmp(place->text, key.p, key.n) == 0 ? place : NULL;
}

static bool hex4(struct str raw, uint32_t at, uint32_t *out)
{
	if (raw.n - at < 4)
		return false;
	*out = 0;
	for (uint32_t i = at; i < at + 4; i++) {
		char c = raw.p[i];
		if (!lex_hex(c))
			return false;
		*out = *out << 4 | (uint32_t)(lex_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return true;
}

/* raw.p[*at] is the first digit of a \u escape; a second half that belongs to it is taken too. */
static bool unescape_unit(struct buf *out, struct str raw, uint32_t *at, enum json_place place)
{
	uint32_t unit, low;

	if (!hex4(raw, *at, &unit))
		return false;
	*at += 4;
	if (unit >= 0xD800 && unit < 0xDC00 && raw.n - *at >= 6 && raw.p[*at] == '\\' && raw.p[*at + 1] == 'u' &&
	    hex4(raw, *at + 2, &low) && low >= 0xDC00 && low < 0xE000) {
		unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
		*at += 6;
	} else if ((unit >= 0xD800 && unit < 0xE000) || (unit == 0 && place == JSON_KEY)) {
		unit = 0xFFFD;
	}
	if (unit == 0)
		buf_addc(out, '\0');
	else
		text_put(out, unit);
	return true;
}

bool json_unescape(struct buf *out, struct str raw, enum json_place place)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	uint32_t at = 0;

	while (at < raw.n) {
		const char *slash = memchr(raw.p + at, '\\', raw.n - at);
		uint32_t stop = slash ? (uint32_t)(slash - raw.p) : raw.n;
		buf_add(out, raw.p + at, stop - at);
		at = stop + 1;
		if (!slash)
			break;
		if (at >= raw.n)
			return false;
		char c = raw.p[at++];
		if (c == 'u') {
			if (!unescape_unit(out, raw, &at, place))
				return false;
			continue;
		}
		const char *name = c ? strchr(names, c) : NULL;
		if (!name)
			return false;
		buf_addc(out, bytes[name - names]);
	}
	return true;
}

static bool bad(struct reader *r, const char *wanted)
{
	return err_set(r->err, ERR_SYNTAX, "not JSON at byte %zu: %s is expected", (size_t)(r->p - r->start), wanted);
}

/* A failed allocation in json-c would read as null; end as mem does instead. */
static struct json_object *made(struct json_object *value)
{
	return value ? value : mem_alloc(SIZE_MAX);
}

/* *p is after the opening quote; gives the inside and whether it has escapes. */
static bool read_raw(struct reader *r, struct str *raw, bool *escaped)
{
	const char *from = r->p;

	*escaped = false;
	for (;;) {
		r->p = lex_plain(r->p, r->end);
		if (r->p == r->end)
			return bad(r, "a closing quote");
		if (*r->p == '"')
			break;
		if (*r->p == '\\') {
			*escaped = true;
			if (++r->p == r->end)
				return bad(r, "a closing quote");
		}
		r->p++;
	}
	*raw = str_make(from, (size_t)(r->p - from));
	r->p++;
	return true;
}

static bool read_string(struct reader *r, struct json_object **out)
{
	struct buf *text = &r->parser->text;
	struct str raw;
	bool escaped;

	r->p++;
	if (!read_raw(r, &raw, &escaped))
		return false;
	if (escaped) {
		buf_reset(text);
		if (!json_unescape(text, raw, JSON_VALUE))
			return bad(r, "before this, a known escape");
		raw = buf_str(text);
	}
	if (raw.n > INT32_MAX)
		return err_set(r->err, ERR_LIMIT, "a text of more than 2 GiB");
	*out = made(json_object_new_string_len(raw.p, (int)raw.n));
	return true;
}

static struct json_object *integer(struct str text)
{
	bool minus = text.p[0] == '-', fits = true;
	int64_t value = 0;

	for (uint32_t i = minus; i < text.n && fits; i++) {
		int digit = text.p[i] - '0';
		fits = !__builtin_mul_overflow(value, 10, &value) &&
		       !__builtin_add_overflow(value, minus ? -digit : digit, &value);
	}
	/* a clamped number would make two identifiers one */
	return made(fits ? json_object_new_int64(value) : json_object_new_string_len(text.p, (int)text.n));
}

static struct json_object *decimal(struct reader *r, struct str text)
{
	struct buf *copy = &r->parser->text;

	buf_reset(copy);
	buf_addstr(copy, text);
	double value = r->parser->c_locale ? strtod_l(copy->data, NULL, r->parser->c_locale) : strtod(copy->data, NULL);
	return made(isinf(value) ? json_object_new_string_len(text.p, (int)text.n)
				 : json_object_new_double_s(value, copy->data));
}

static bool read_number(struct reader *r, struct json_object **out)
{
	enum lex_number number = NUMBER_MINUS;
	const char *from = r->p;

	if (*r->p == '-')
		r->p++;
	enum lex lex = lex_number(&number, &r->p, r->end);
	struct str text = str_make(from, (size_t)(r->p - from));
	if (lex == LEX_BAD || !lex_number_whole(number) || text.n > INT32_MAX)
		return bad(r, "a number");
	*out = number == NUMBER_ZERO || number == NUMBER_WHOLE ? integer(text) : decimal(r, text);
	return true;
}

static bool read_word(struct reader *r, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
		return bad(r, "a value");
	r->p += n;
	return true;
}

static bool read_value(struct reader *r, struct json_object **out);

/* Passes over a comma or the closing bracket: *more says which. */
static bool read_next(struct reader *r, char closing, bool *more)
{
	r->p = lex_space(r->p, r->end);
	if (r->p == r->end || (*r->p != ',' && *r->p != closing))
		return bad(r, "a comma or the end of the list or object");
	*more = *r->p++ == ',';
	return true;
}

/* True when the container is empty; the closing bracket is then passed over. */
static bool read_empty(struct reader *r, char closing)
{
	r->p = lex_space(r->p + 1, r->end);
	if (r->p == r->end || *r->p != closing)
		return false;
	r->p++;
	return true;
}

static bool read_list(struct reader *r, struct json_object *list)
{
	bool more = !read_empty(r, ']');

	while (more) {
		struct json_object *item = NULL;
		if (!read_value(r, &item))
			return false;
		if (json_object_array_add(list, item) < 0)
			made(NULL);
		if (!read_next(r, ']', &more))
			return false;
	}
	return true;
}

/* The key is written out only now, because reading its value needed the same buffer. */
static bool member_add(struct reader *r, struct json_object *object, struct str raw, bool escaped,
		       struct json_object *value)
{
	struct buf *key = &r->parser->text;
	struct lh_table *table = json_object_get_object(object);
	const struct lent_key *known = escaped ? NULL : lent(r->parser, raw, table);

	if (known && !lh_table_lookup_entry_w_hash(table, known->text, known->hash)) {
		if (lh_table_insert_w_hash(table, known->text, value, known->hash, JSON_C_OBJECT_KEY_IS_CONSTANT) < 0)
			made(NULL);
		return true;
	}
	buf_reset(key);
	buf_add(key, "", 0);
	if (escaped ? !json_unescape(key, raw, JSON_KEY) : !buf_addstr(key, raw)) {
		json_object_put(value);
		return bad(r, "before this, a key with known escapes");
	}
	if (json_object_object_add(object, key->data, value) < 0)
		made(NULL);
	return true;
}

static bool read_object(struct reader *r, struct json_object *object)
{
	bool more = !read_empty(r, '}'), escaped;

	while (more) {
		struct json_object *value = NULL;
		struct str raw;
		r->p = lex_space(r->p, r->end);
		if (r->p == r->end || *r->p != '"')
			return bad(r, "a key in quotes");
		r->p++;
		if (!read_raw(r, &raw, &escaped))
			return false;
		r->p = lex_space(r->p, r->end);
		if (r->p == r->end || *r->p != ':')
			return bad(r, "a colon");
		r->p++;
		if (!read_value(r, &value) || !member_add(r, object, raw, escaped, value) ||
		    !read_next(r, '}', &more))
			return false;
	}
	return true;
}

static bool read_container(struct reader *r, struct json_object **out)
{
	bool object = *r->p == '{';

	if (r->depth == JSON_DEPTH)
		return err_set(r->err, ERR_LIMIT, "JSON is nested deeper than %d levels", JSON_DEPTH);
	r->depth++;
	struct json_object *value = made(object ? json_object_new_object() : json_object_new_array_ext(4));
	if (object ? !read_object(r, value) : !read_list(r, value)) {
		json_object_put(value);
		return false;
	}
	r->depth--;
	*out = value;
	return true;
}

static bool read_value(struct reader *r, struct json_object **out)
{
	r->p = lex_space(r->p, r->end);
	if (r->p == r->end)
		return bad(r, "a value");
	switch (*r->p) {
	case '{':
	case '[':
		return read_container(r, out);
	case '"':
		return read_string(r, out);
	case 'n':
		return read_word(r, "null");
	case 't':
		*out = made(json_object_new_boolean(1));
		break;
	case 'f':
		*out = made(json_object_new_boolean(0));
		break;
	default:
		return read_number(r, out);
	}
	if (read_word(r, *r->p == 't' ? "true" : "false"))
		return true;
	json_object_put(*out);
	*out = NULL;
	return false;
}

struct json_object *json_parse(struct json_parser *parser, struct str text, struct err *err)
{
	struct reader r = { .parser = parser, .start = text.p, .p = text.p, .end = text.p ? text.p + text.n : NULL, .err = err };
	struct json_object *value = NULL;

	err_clear(err);
	if (!text.p)
		r.start = r.p = r.end = "";
	if (!read_value(&r, &value))
		return NULL;
	r.p = lex_space(r.p, r.end);
	if (r.p == r.end)
		return value;
	json_object_put(value);
	bad(&r, "nothing more");
	return NULL;
}

struct json_object *json_parse_whole(struct str text, const struct json_scan_limits *limits, struct err *err)
{
	struct json_scan_limits check = limits ? *limits : json_scan_defaults;
	struct json_object *value = NULL;

	check.rest = 0;
	struct json_scan *scan = json_scan_new(NULL, &check, NULL, err);
	if (scan && json_scan_feed(scan, text.p, text.n, err) && json_scan_end(scan, err)) {
		struct json_parser *parser = json_parser_new();
		if (str_starts(text, "\xEF\xBB\xBF"))
			text = str_make(text.p + 3, text.n - 3);
		value = json_parse(parser, text, err);
		json_parser_free(parser);
	}
	json_scan_free(scan);
	return value;
}
