#include "json_in.h"
#include "json_lex.h"

enum { OPEN_MOST = 64 };

/* The object that is read, and what is open inside it. */
struct element {
	const char *p, *end;
	uint64_t objects;       /* a bit for each container that is open, the innermost lowest: it is an object */
	unsigned depth;
	size_t weight;
	struct json_spans *spans;
	uint32_t n;             /* members so far; JSON_SPANS: not all can be told */
	uint32_t before;        /* members of the object before */
	bool same;              /* so far its keys were the same */
};

/* From after the opening quote to after the closing one; NULL when it is wrong, or ends elsewhere. */
static inline const char *read_string(const char *from, const char *end, bool *plain)
{
	struct lex_string string = { 0 };
	const char *p = lex_plain(from, end);

	*plain = true;
	if (p < end && *p == '"')
		return p + 1;
	if (lex_string(&string, &p, end) != LEX_OVER)
		return NULL;
	*plain = !memchr(from, '\\', (size_t)(p - from));
	return p;
}

static const char *read_word(const char *p, const char *end, const char *word, size_t n)
{
	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0 ? p + n : NULL;
}

static inline const char *read_number(const char *p, const char *end)
{
	enum lex_number number = NUMBER_MINUS;

	if (*p == '-')
		p++;
	return lex_number(&number, &p, end) == LEX_OVER ? p : NULL;
}

static inline const char *read_scalar(const char *p, const char *end, bool *plain)
{
	switch (*p) {
	case '"':
		return read_string(p + 1, end, plain);
	case 't':
		return read_word(p, end, "true", 4);
	case 'f':
		return read_word(p, end, "false", 5);
	case 'n':
		return read_word(p, end, "null", 4);
	default:
		return read_number(p, end);
	}
}

/* The members of one list mostly have the same keys in the same order: then they, and the marks around them, need only be compared. */
static inline bool key_as_before(struct element *e, struct json_span *span)
{
	const char *p = e->p;
	struct str key = span->key;

	if (!e->same || e->n >= e->before || (size_t)(e->end - p) < (size_t)key.n + 3 || *p != '"' ||
	    p[key.n + 1] != '"' || p[key.n + 2] != ':' || memcmp(p + 1, key.p, key.n) != 0)
		return false;
	span->key.p = p + 1;
	e->p = p + key.n + 3;
	return true;
}

/* Passes over the colon too. False: wrong, or not whole here. */
static bool read_key(struct element *e, struct json_span *span)
{
	const char *from = e->p + 1, *p;
	bool plain;

	if (*e->p != '"' || !(p = read_string(from, e->end, &plain)))
		return false;
	if (span) {
		struct str key = str_make(from, (size_t)(p - 1 - from));

		e->same = e->same && e->n < e->before && key.n == span->key.n && memcmp(key.p, span->key.p, key.n) == 0;
		span->key = key;
		if (!plain)
			e->n = JSON_SPANS;
	}
	p = lex_space(p, e->end);
	if (p == e->end || *p != ':')
		return false;
	e->p = p + 1;
	return true;
}

static inline bool open_container(struct element *e, unsigned most)
{
	bool object = *e->p == '{';

	if (e->depth == most)
		return false;
	e->weight += object ? JSON_WEIGHT_OBJECT : JSON_WEIGHT_LIST;
	e->objects = e->objects << 1 | object;
	e->depth++;
	e->p++;
	return true;
}

/* The member of the outermost object whose value ended at e->p. */
static inline void member_end(struct element *e, const char *from, bool plain)
{
	struct json_span *span = &e->spans->items[e->n];

	if (e->n >= JSON_SPANS)
		return;
	span->value = str_make(from, (size_t)(e->p - from));
	span->plain = plain;
	e->n++;
}

/* Where e->p stands at what is inside the innermost container, "begun" when a value of it is behind. False: wrong, or not whole here. */
static bool read_inside(struct element *e, unsigned most)
{
	const char *from = NULL;
	bool begun = false, plain = true;

	while (e->depth > 0) {
		bool object = e->objects & 1;

		e->p = lex_space(e->p, e->end);
		if (e->p == e->end)
			return false;
		if (*e->p == '}' || *e->p == ']') {
			if ((*e->p++ == '}') != object)
				return false;
			e->objects >>= 1;
			begun = true;
			if (--e->depth == 1)
				member_end(e, from, true);
			continue;
		}
		if (begun) {
			if (*e->p != ',' || (e->p = lex_space(e->p + 1, e->end)) == e->end)
				return false;
		}
		if (object) {
			struct json_span *span = e->depth == 1 && e->n < JSON_SPANS ? &e->spans->items[e->n] : NULL;

			if (!(span && key_as_before(e, span)) && !read_key(e, span))
				return false;
			e->p = lex_space(e->p, e->end);
			if (e->p == e->end)
				return false;
			e->weight += JSON_WEIGHT_MEMBER;
		}
		if (e->depth == 1)
			from = e->p;
		begun = *e->p != '{' && *e->p != '[';
		if (!begun) {
			if (!open_container(e, most))
				return false;
			continue;
		}
		e->weight += JSON_WEIGHT_SCALAR;
		if (!(e->p = read_scalar(e->p, e->end, &plain)))
			return false;
		if (e->depth == 1)
			member_end(e, from, plain);
	}
	return true;
}

const char *json_element(const char *p, const char *end, unsigned most, struct json_spans *spans, size_t *weight)
{
	struct element e = { .p = p, .end = end, .spans = spans, .before = spans->n, .same = spans->n > 0 };
	bool whole;

	if (most > OPEN_MOST)
		most = OPEN_MOST;
	whole = open_container(&e, most) && read_inside(&e, most);
	/* what stands there is of the new one: nothing can be said of it as it was before */
	if (!whole || e.n >= JSON_SPANS || !e.same || e.n != e.before)
		spans->shape++;
	spans->n = whole && e.n < JSON_SPANS ? e.n : 0;
	*weight = e.weight;
	return whole ? e.p : NULL;
}
