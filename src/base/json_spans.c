#include "json_in.h"
#include "json_lex.h"

/* Every byte of the text was checked; that nothing is read past its end holds for any other text too. */

static const char *skip_string(const char *p, const char *end, bool *escaped)
{
	for (;;) {
		p = lex_plain(p, end);
		if (p == end)
			return end;
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			*escaped = true;
			if (++p == end)
				return end;
		}
		p++;
	}
}

static const char *skip_nested(const char *p, const char *end)
{
	size_t depth = 0;
	bool escaped;

	while (p < end) {
		char c = *p++;

		if (c == '"')
			p = skip_string(p, end, &escaped);
		else if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			break;
	}
	return p;
}

static const char *skip_value(const char *p, const char *end)
{
	bool escaped;

	if (p < end && *p == '"')
		return skip_string(p + 1, end, &escaped);
	if (p < end && (*p == '{' || *p == '['))
		return skip_nested(p, end);
	while (p < end && *p != ',' && *p != '}' && *p != ']' && *p != ' ' && *p != '\n' && *p != '\r' && *p != '\t')
		p++;
	return p;
}

/* The members of an object, one after the other. */
struct walk {
	const char *p, *end;
	bool odd;               /* a key has an escape, or this is no object: only a parsed value tells */
};

static struct walk walk_start(struct str object)
{
	const char *end = object.p + object.n, *p = lex_space(object.p, end);

	return p < end && *p == '{' ? (struct walk){ p + 1, end, false } : (struct walk){ end, end, true };
}

static bool walk_next(struct walk *w, struct json_span *span)
{
	const char *p = lex_space(w->p, w->end), *from;

	if (p < w->end && *p == ',')
		p = lex_space(p + 1, w->end);
	if (p == w->end || *p != '"')
		return false;
	from = ++p;
	p = skip_string(p, w->end, &w->odd);
	span->key = str_make(from, (size_t)(p - 1 - from));
	p = lex_space(p, w->end);
	if (p == w->end || *p != ':' || w->odd) {
		w->odd = true;
		return false;
	}
	from = lex_space(p + 1, w->end);
	p = skip_value(from, w->end);
	span->value = str_make(from, (size_t)(p - from));
	w->p = p;
	return true;
}

bool json_spans_init(struct json_spans *spans, struct str text)
{
	struct walk walk = walk_start(text);

	spans->n = 0;
	while (spans->n < JSON_SPANS && walk_next(&walk, &spans->items[spans->n]))
		spans->n++;
	return !walk.odd && spans->n < JSON_SPANS;
}

static bool same_key(struct str a, struct str b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Of a key that stands twice the last wins. */
static enum json_found member_in(struct str object, struct str key, struct str *value)
{
	struct walk walk = walk_start(object);
	struct json_span span;
	bool found = false;

	while (walk_next(&walk, &span)) {
		if (!same_key(span.key, key))
			continue;
		found = true;
		*value = span.value;
	}
	return walk.odd ? JSON_FOUND_OTHER : found ? JSON_FOUND_TEXT : JSON_FOUND_NOTHING;
}

static enum json_found scalar(struct str value, struct str *text)
{
	bool escaped = false;

	if (!value.n)
		return JSON_FOUND_OTHER;
	switch (value.p[0]) {
	case '"':
		skip_string(value.p + 1, value.p + value.n, &escaped);
		if (escaped || value.n < 2)
			return JSON_FOUND_OTHER;
		*text = str_make(value.p + 1, value.n - 2);
		return JSON_FOUND_TEXT;
	case 'n':
		return JSON_FOUND_NOTHING;
	case 't':
		*text = STR("true");
		return JSON_FOUND_TEXT;
	case 'f':
		*text = STR("false");
		return JSON_FOUND_FALSE;
	case '{': case '[':
		return JSON_FOUND_OTHER;
	default:
		/* the one number that is written otherwise once it was read */
		if (str_is(value, "-0"))
			return JSON_FOUND_OTHER;
		*text = value;
		return JSON_FOUND_TEXT;
	}
}

enum json_found json_spans_text(const struct json_spans *spans, const struct pointer *pointer, struct str *text)
{
	const struct pointer_step *step = pointer->steps;
	struct str value = { 0 };
	uint32_t at = spans->n;

	if (pointer->n == 0 || step->value.p)
		return JSON_FOUND_OTHER;
	while (at > 0 && !same_key(spans->items[at - 1].key, step->key))
		at--;
	if (at == 0)
		return JSON_FOUND_NOTHING;
	value = spans->items[at - 1].value;
	for (size_t i = 1; i < pointer->n; i++) {
		enum json_found found;

		if (!value.n || value.p[0] == '[' || pointer->steps[i].value.p)
			return JSON_FOUND_OTHER;
		if (value.p[0] != '{')
			return JSON_FOUND_NOTHING;
		found = member_in(value, pointer->steps[i].key, &value);
		if (found != JSON_FOUND_TEXT)
			return found;
	}
	return scalar(value, text);
}
