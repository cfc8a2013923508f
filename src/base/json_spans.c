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

static const char *skip_value(const char *p, const char *end, bool *escaped)
{
	if (p < end && *p == '"')
		return skip_string(p + 1, end, escaped);
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
	bool escaped = false;

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
	p = skip_value(from, w->end, &escaped);
	span->value = str_make(from, (size_t)(p - from));
	span->plain = !escaped;
	w->p = p;
	return true;
}

bool json_spans_init(struct json_spans *spans, struct str text)
{
	struct walk walk = walk_start(text);

	spans->n = 0;
	spans->shape = 1;
	memset(spans->known, 0, sizeof(spans->known));
	while (spans->n < JSON_SPANS && walk_next(&walk, &spans->items[spans->n]))
		spans->n++;
	return !walk.odd && spans->n < JSON_SPANS;
}

static bool same_key(struct str a, struct str b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* Of a key that stands twice the last wins. */
static enum json_found member_in(struct str object, struct str key, struct json_span *member)
{
	struct walk walk = walk_start(object);
	struct json_span span;
	bool found = false;

	while (walk_next(&walk, &span)) {
		if (!same_key(span.key, key))
			continue;
		found = true;
		*member = span;
	}
	return walk.odd ? JSON_FOUND_OTHER : found ? JSON_FOUND_TEXT : JSON_FOUND_NOTHING;
}

static enum json_found scalar(const struct json_span *member, struct str *text)
{
	struct str value = member->value;

	if (!value.n)
		return JSON_FOUND_OTHER;
	switch (value.p[0]) {
	case '"':
		if (!member->plain || value.n < 2)
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

/* NULL: there is no such member. Where it was in an element with the same keys, there it is again. */
static const struct json_span *member_of(struct json_spans *spans, const struct pointer *pointer)
{
	_Static_assert(JSON_SPANS_KNOWN == 1 << 5, "the upper 5 bits tell the place");
	struct json_known *known = &spans->known[(uint32_t)((uint64_t)(uintptr_t)pointer * UINT64_C(0x9e3779b97f4a7c15) >> 59)];
	struct str key = pointer->steps[0].key;
	uint32_t at = spans->n;

	if (known->shape == spans->shape && known->at < spans->n && same_key(spans->items[known->at].key, key))
		return &spans->items[known->at];
	while (at > 0 && !same_key(spans->items[at - 1].key, key))
		at--;
	if (at == 0)
		return NULL;
	*known = (struct json_known){ spans->shape, at - 1 };
	return &spans->items[at - 1];
}

enum json_found json_spans_text(struct json_spans *spans, const struct pointer *pointer, struct str *text)
{
	const struct json_span *member;
	struct json_span inner;

	if (pointer->n == 0 || pointer->steps->value.p)
		return JSON_FOUND_OTHER;
	member = member_of(spans, pointer);
	if (!member)
		return JSON_FOUND_NOTHING;
	for (size_t i = 1; i < pointer->n; i++) {
		struct str value = member->value;
		enum json_found found;

		if (!value.n || value.p[0] == '[' || pointer->steps[i].value.p)
			return JSON_FOUND_OTHER;
		if (value.p[0] != '{')
			return JSON_FOUND_NOTHING;
		found = member_in(value, pointer->steps[i].key, &inner);
		if (found != JSON_FOUND_TEXT)
			return found;
		member = &inner;
	}
	return scalar(member, text);
}
