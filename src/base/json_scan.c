#include "json_in.h"
#include "json_lex.h"

#include <dossier/base/mem.h>

/* What is expected next, or what stands half read at the end of a piece. */
enum state { AT_START, AT_MARK, AT_VALUE, AT_FIRST, AT_KEY, AT_FIRST_KEY, AT_COLON, AT_NEXT, AT_END,
	     IN_KEY, IN_STRING, IN_NUMBER, IN_LITERAL };

static const char *const expected[] = {
	[AT_START] = "a value",
	[AT_MARK] = "the rest of a byte order mark",
	[AT_VALUE] = "a value",
	[AT_FIRST] = "a value or ]",
	[AT_KEY] = "a key in quotes",
	[AT_FIRST_KEY] = "a key in quotes or }",
	[AT_COLON] = "a colon",
	[AT_NEXT] = "a comma or the end of the list or object",
	[AT_END] = "nothing more",
	[IN_NUMBER] = "another digit of a number",
	[IN_LITERAL] = "true, false or null",
};

enum capture { CAPTURE_NONE, CAPTURE_REST, CAPTURE_ELEMENT };

#define WATCH_NOTHING UINT32_MAX

struct json_scan {
	struct json_scan_limits limits;
	struct json_scan_sink sink;
	const struct pointer *list;
	struct err failed;

	enum state state;
	uint32_t depth;                 /* containers open */
	bool object[JSON_DEPTH + 1];    /* of each depth, whether it is an object */
	struct lex_string string;
	enum lex_number number;
	const char *literal;            /* what of it is still to come */

	/* Values matter only directly inside one container at a time: the deepest on the way to the list, or the list. */
	uint32_t watch;                 /* how many containers are open there */
	bool in_list, found;
	size_t index;                   /* in the watched container, when it is a list on the way */
	bool hit;                       /* the key just read leads on */
	struct buf key;                 /* of a watched key, what earlier pieces held */

	enum capture capture;
	bool single;
	const char *from;               /* start of what is captured, in this piece */
	const char *piece;
	size_t before;                  /* bytes of earlier pieces */
	struct buf rest, element;
	bool rest_lost;
	size_t count;
	size_t weight[2];               /* of the element; of everything else */
	struct json_spans spans;        /* of the last element that was read in one go, in this piece */
	bool spanned;                   /* that one is being given */
};

const struct json_scan_limits json_scan_defaults = {
	.bytes = 32u << 20, .element = 8u << 20, .rest = 16u << 20, .count = 1000000, .depth = JSON_DEPTH,
	.memory = 384u << 20,
};

struct json_scan *json_scan_new(const struct pointer *list, const struct json_scan_limits *limits,
				const struct json_scan_sink *sink, struct err *err)
{
	for (size_t i = 0; list && i < list->n; i++) {
		if (!list->steps[i].value.p)
			continue;
		err_set(err, ERR_CONFIG, "pointer \"%s\": a list cannot be found through [key=value]", list->text);
		return NULL;
	}
	struct json_scan *scan = mem_zalloc(sizeof(*scan));
	scan->limits = limits ? *limits : json_scan_defaults;
	if (scan->limits.depth > JSON_DEPTH)
		scan->limits.depth = JSON_DEPTH;
	if (scan->limits.element > UINT32_MAX / 2)
		scan->limits.element = UINT32_MAX / 2;
	if (scan->limits.rest > UINT32_MAX / 2)
		scan->limits.rest = UINT32_MAX / 2;
	if (sink)
		scan->sink = *sink;
	scan->list = list;
	scan->watch = list ? 0 : WATCH_NOTHING;
	scan->capture = CAPTURE_REST;
	scan->rest_lost = scan->limits.rest == 0;
	buf_init(&scan->rest, scan->limits.rest);
	buf_init(&scan->element, scan->limits.element);
	buf_init(&scan->key, 4096);
	return scan;
}

void json_scan_free(struct json_scan *scan)
{
	if (!scan)
		return;
	buf_release(&scan->rest);
	buf_release(&scan->element);
	buf_release(&scan->key);
	free(scan);
}

static bool fail(struct json_scan *scan, const char *p, enum err_code code, const char *why)
{
	return err_set(&scan->failed, code, "not usable JSON at byte %zu: %s",
		       scan->before + (size_t)(p - scan->piece), why);
}

static bool unexpected(struct json_scan *scan, const char *p)
{
	char why[120], byte[8];

	snprintf(byte, sizeof(byte), *p > ' ' && *p < 0x7F ? "%c" : "\\x%02x", (unsigned char)*p);
	snprintf(why, sizeof(why), "%s is expected, but %s stands there", expected[scan->state], byte);
	return fail(scan, p, ERR_SYNTAX, why);
}

static void rest_add(struct json_scan *scan, const char *data, size_t n)
{
	if (scan->rest_lost || buf_add(&scan->rest, data, n))
		return;
	scan->rest_lost = true;
	buf_release(&scan->rest);
}

/* Goes from capturing one thing to another; p belongs to what comes. */
static void capture(struct json_scan *scan, enum capture what, const char *p)
{
	if (scan->capture == CAPTURE_REST)
		rest_add(scan, scan->from, (size_t)(p - scan->from));
	scan->capture = what;
	scan->from = p;
}

static bool element_too_long(struct json_scan *scan)
{
	return err_set(&scan->failed, ERR_LIMIT, "one element of the reply has more than %zu bytes",
		       scan->limits.element);
}

static bool element_give(struct json_scan *scan, const char *p)
{
	size_t n = (size_t)(p - scan->from);
	struct str text;

	if (n > scan->limits.element - scan->element.len)
		return element_too_long(scan);
	if (scan->element.len > 0) {
		buf_add(&scan->element, scan->from, n);
		text = buf_str(&scan->element);
	} else {
		text = str_make(scan->from, n);
	}
	scan->count++;
	if (scan->sink.element && !scan->sink.element(scan->sink.arg, text, scan->single, &scan->failed)) {
		if (scan->failed.code == ERR_NONE)
			err_set(&scan->failed, ERR_CANCELLED, "reading the reply was stopped");
		return false;
	}
	buf_reset(&scan->element);
	return true;
}

/* A value starts directly inside the watched container. */
static bool watched_start(struct json_scan *scan, const char *p)
{
	if (scan->in_list) {
		if (scan->count >= scan->limits.count)
			return err_set(&scan->failed, ERR_LIMIT, "the reply's list has more than %zu elements",
				       scan->limits.count);
		capture(scan, CAPTURE_ELEMENT, p);
		scan->weight[0] = 0;
		return true;
	}
	if (scan->depth > 0) {
		const struct pointer_step *step = &scan->list->steps[scan->depth - 1];
		if (scan->object[scan->depth] ? !scan->hit : scan->index != step->index)
			return true;
	}
	if (scan->depth < scan->list->n) {
		size_t next = scan->list->steps[scan->depth].index;
		if (*p == '{' || (*p == '[' && next != POINTER_NO_INDEX)) {
			scan->watch = scan->depth + 1;
			scan->index = 0;
		}
		return true;
	}
	if (scan->found)
		return fail(scan, p, ERR_SHAPE, "the list that is wanted stands there a second time");
	scan->found = true;
	if (*p == '[') {
		capture(scan, CAPTURE_NONE, p);
		rest_add(scan, "[]", 2);
		scan->in_list = true;
		scan->watch = scan->depth + 1;
	} else if (*p != 'n') {
		capture(scan, CAPTURE_ELEMENT, p);
		scan->single = true;
	}
	return true;
}

/* A value directly inside the watched container ended before p. */
static bool watched_end(struct json_scan *scan, const char *p)
{
	if (scan->capture == CAPTURE_ELEMENT) {
		if (!element_give(scan, p))
			return false;
		scan->capture = CAPTURE_NONE;
		if (scan->single) {
			scan->single = false;
			rest_add(scan, "null", 4);
			capture(scan, CAPTURE_REST, p);
		}
	} else if (scan->index != POINTER_NO_INDEX) {
		scan->index++;
	}
	return true;
}

static inline bool value_end(struct json_scan *scan, const char *p)
{
	scan->state = scan->depth ? AT_NEXT : AT_END;
	return scan->depth != scan->watch || watched_end(scan, p);
}

static inline bool container_open(struct json_scan *scan, const char *p)
{
	if (scan->depth >= scan->limits.depth)
		return fail(scan, p, ERR_LIMIT, "lists and objects are nested too deep");
	scan->depth++;
	scan->object[scan->depth] = *p == '{';
	scan->state = *p == '{' ? AT_FIRST_KEY : AT_FIRST;
	return true;
}

/* p is at the closing bracket. */
static inline bool container_close(struct json_scan *scan, const char *p)
{
	if (scan->object[scan->depth] != (*p == '}'))
		return unexpected(scan, p);
	if (scan->depth == scan->watch) {
		if (scan->in_list)
			capture(scan, CAPTURE_REST, p + 1);
		scan->in_list = false;
		scan->watch--;
		/* whatever index led here is past, and cannot come again */
		scan->index = POINTER_NO_INDEX;
		scan->depth--;
		scan->state = scan->depth ? AT_NEXT : AT_END;
		return true;
	}
	scan->depth--;
	return value_end(scan, p + 1);
}

static inline bool string_start(struct json_scan *scan, const char **p, const char *end)
{
	/* most strings are plain and end in this piece */
	*p = lex_plain(*p, end);
	if (*p < end && **p == '"')
		return value_end(scan, ++*p);
	scan->state = IN_STRING;
	scan->string = (struct lex_string){ 0 };
	return true;
}

static inline bool weigh(struct json_scan *scan, const char *p)
{
	size_t *weight = &scan->weight[scan->capture != CAPTURE_ELEMENT];

	*weight += (*p == '{' ? JSON_WEIGHT_OBJECT : *p == '[' ? JSON_WEIGHT_LIST : JSON_WEIGHT_SCALAR) +
		   (scan->object[scan->depth] ? JSON_WEIGHT_MEMBER : 0);
	if (__builtin_expect(*weight > scan->limits.memory, 0) && scan->limits.memory)
		return fail(scan, p, ERR_LIMIT, "its values would take more memory than is allowed");
	return true;
}

/* An element that is whole in this piece is read in one go. False: it was not, and nothing has happened. */
static bool element_whole(struct json_scan *scan, const char **p, const char *end)
{
	size_t weight;
	const char *stop = json_element(*p, end, scan->limits.depth - scan->depth, &scan->spans, &weight);

	if (!stop || (scan->limits.memory && weight > scan->limits.memory))
		return false;
	*p = stop;
	scan->spanned = scan->spans.n > 0;
	return true;
}

static inline bool value_start(struct json_scan *scan, const char **p, const char *end)
{
	const char *at = *p;
	bool ok;

	/* a closing bracket comes here too, where a list may be empty */
	if (*at != ']' && scan->depth == scan->watch && !watched_start(scan, at))
		return false;
	if (*at == '{' && scan->in_list && scan->depth == scan->watch && element_whole(scan, p, end)) {
		ok = value_end(scan, *p);
		scan->spanned = false;
		return ok;
	}
	if (*at != ']' && !weigh(scan, at))
		return false;
	++*p;
	switch (*at) {
	case '"':
		return string_start(scan, p, end);
	case '{':
	case '[':
		return container_open(scan, at);
	case '-':
		scan->state = IN_NUMBER;
		scan->number = NUMBER_MINUS;
		return true;
	case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': case '8': case '9':
		scan->state = IN_NUMBER;
		scan->number = *at == '0' ? NUMBER_ZERO : NUMBER_WHOLE;
		return true;
	case 't':
		scan->literal = "rue";
		break;
	case 'f':
		scan->literal = "alse";
		break;
	case 'n':
		scan->literal = "ull";
		break;
	case ']':
		if (scan->state == AT_FIRST)
			return container_close(scan, at);
		return unexpected(scan, at);
	default:
		return unexpected(scan, at);
	}
	scan->state = IN_LITERAL;
	return true;
}

static bool key_leads_on(struct json_scan *scan, struct str raw)
{
	const struct pointer_step *step = &scan->list->steps[scan->depth - 1];
	struct buf plain;

	if (!raw.n || !memchr(raw.p, '\\', raw.n))
		return str_eq(raw, step->key);
	/* no escape is longer than six times what it stands for */
	if (raw.n / 6 > step->key.n)
		return false;
	buf_init(&plain, raw.n);
	bool same = json_unescape(&plain, raw, JSON_KEY) && str_eq(buf_str(&plain), step->key);
	buf_release(&plain);
	return same;
}

static void key_end(struct json_scan *scan, const char *from, const char *p)
{
	size_t n = (size_t)(p - from);

	if (scan->key.len > 0 || scan->key.full) {
		buf_add(&scan->key, from, n);
		scan->hit = !scan->key.full && key_leads_on(scan, buf_str(&scan->key));
	} else {
		scan->hit = n <= scan->key.max && key_leads_on(scan, str_make(from, n));
	}
	buf_reset(&scan->key);
}

static bool bad_string(struct json_scan *scan, const char *p)
{
	return fail(scan, p, ERR_SYNTAX, scan->string.why);
}

static inline bool key_run(struct json_scan *scan, const char **p, const char *end)
{
	const char *from = *p;
	enum lex lex = lex_string(&scan->string, p, end);

	if (lex == LEX_BAD)
		return bad_string(scan, *p);
	if (lex == LEX_OVER)
		scan->state = AT_COLON;
	if (scan->depth == scan->watch) {
		if (lex == LEX_OVER)
			key_end(scan, from, *p - 1);
		else
			buf_add(&scan->key, from, (size_t)(*p - from));
	}
	return true;
}

static inline bool string_run(struct json_scan *scan, const char **p, const char *end)
{
	enum lex lex = lex_string(&scan->string, p, end);

	if (lex == LEX_BAD)
		return bad_string(scan, *p);
	return lex == LEX_MORE || value_end(scan, *p);
}

static inline bool number_run(struct json_scan *scan, const char **p, const char *end)
{
	enum lex lex = lex_number(&scan->number, p, end);

	if (lex == LEX_BAD)
		return unexpected(scan, *p);
	return lex == LEX_MORE || value_end(scan, *p);
}

static bool literal_run(struct json_scan *scan, const char **p, const char *end)
{
	while (*p < end && *scan->literal) {
		if (**p != *scan->literal)
			return unexpected(scan, *p);
		scan->literal++;
		++*p;
	}
	return *scan->literal || value_end(scan, *p);
}

/* The reply's first byte may be that of a byte order mark, which belongs to nothing. */
static bool start_run(struct json_scan *scan, const char **p, const char *end)
{
	static const char mark[] = "\xBB\xBF";

	if (scan->state == AT_START) {
		scan->state = **p == '\xEF' ? AT_MARK : AT_VALUE;
		scan->literal = mark;
		if (scan->state == AT_VALUE)
			return true;
		++*p;
	}
	while (*p < end && *scan->literal) {
		if (**p != *scan->literal)
			return unexpected(scan, *p);
		scan->literal++;
		++*p;
	}
	buf_reset(&scan->rest);
	scan->from = *p;
	if (!*scan->literal)
		scan->state = AT_VALUE;
	return true;
}

/* *p is after the opening quote. */
static inline void key_start(struct json_scan *scan, const char **p, const char *end)
{
	scan->state = IN_KEY;
	scan->string = (struct lex_string){ 0 };
	/* a watched key is needed from its start on */
	if (scan->depth == scan->watch)
		return;
	*p = lex_plain(*p, end);
	if (*p == end || **p != '"')
		return;
	scan->state = AT_COLON;
	++*p;
	if (*p < end && **p == ':') {
		scan->state = AT_VALUE;
		++*p;
	}
}

/* A byte of structure stands at *p. */
static inline bool structure(struct json_scan *scan, const char **p, const char *end)
{
	char c = **p;

	switch (scan->state) {
	case AT_VALUE:
	case AT_FIRST:
		return value_start(scan, p, end);
	case AT_KEY:
	case AT_FIRST_KEY:
		if (c == '"') {
			++*p;
			key_start(scan, p, end);
			return true;
		}
		if (c != '}' || scan->state != AT_FIRST_KEY)
			return unexpected(scan, *p);
		return container_close(scan, (*p)++);
	case AT_COLON:
		if (c != ':')
			return unexpected(scan, *p);
		scan->state = AT_VALUE;
		++*p;
		return true;
	case AT_NEXT:
		if (c == '}' || c == ']')
			return container_close(scan, (*p)++);
		if (c != ',')
			return unexpected(scan, *p);
		scan->state = scan->object[scan->depth] ? AT_KEY : AT_VALUE;
		++*p;
		return true;
	default:
		return unexpected(scan, *p);
	}
}

static bool run(struct json_scan *scan, const char *p, const char *end)
{
	bool ok = true;

	while (ok && p < end) {
		switch (scan->state) {
		case AT_START:
		case AT_MARK:
			ok = start_run(scan, &p, end);
			break;
		case IN_KEY:
			ok = key_run(scan, &p, end);
			break;
		case IN_STRING:
			ok = string_run(scan, &p, end);
			break;
		case IN_NUMBER:
			ok = number_run(scan, &p, end);
			break;
		case IN_LITERAL:
			ok = literal_run(scan, &p, end);
			break;
		default:
			p = lex_space(p, end);
			ok = p == end || structure(scan, &p, end);
		}
	}
	return ok;
}

/* What of this piece is still needed is kept. */
static bool piece_end(struct json_scan *scan, const char *end)
{
	size_t n = (size_t)(end - scan->from);

	if (scan->capture == CAPTURE_REST)
		rest_add(scan, scan->from, n);
	else if (scan->capture == CAPTURE_ELEMENT && !buf_add(&scan->element, scan->from, n))
		return element_too_long(scan);
	return true;
}

static bool answer(const struct json_scan *scan, struct err *err)
{
	if (scan->failed.code == ERR_NONE)
		return true;
	if (err)
		*err = scan->failed;
	return false;
}

bool json_scan_feed(struct json_scan *scan, const char *data, size_t n, struct err *err)
{
	size_t take = scan->limits.bytes - scan->before;

	if (n == 0 || scan->failed.code != ERR_NONE)
		return answer(scan, err);
	if (take > n)
		take = n;
	scan->piece = scan->from = data;
	scan->spans.n = 0;
	if (run(scan, data, data + take) && piece_end(scan, data + take)) {
		scan->before += take;
		if (take < n)
			err_set(&scan->failed, ERR_LIMIT, "the reply has more than %zu bytes", scan->limits.bytes);
	}
	return answer(scan, err);
}

bool json_scan_end(struct json_scan *scan, struct err *err)
{
	scan->piece = scan->from = "";
	if (scan->failed.code == ERR_NONE && scan->state == IN_NUMBER && scan->depth == 0 &&
	    lex_number_whole(scan->number))
		value_end(scan, scan->piece);
	if (scan->failed.code == ERR_NONE && scan->state != AT_END) {
		if (scan->before == 0)
			err_set(&scan->failed, ERR_SYNTAX, "the reply is empty, JSON was expected");
		else
			err_set(&scan->failed, ERR_SYNTAX, "the JSON is cut off at byte %zu, inside %u lists and objects",
				scan->before, scan->depth);
	}
	return answer(scan, err);
}

struct json_spans *json_scan_spans(struct json_scan *scan)
{
	return scan->spanned ? &scan->spans : NULL;
}

bool json_scan_found(const struct json_scan *scan)
{
	return scan->found;
}

struct str json_scan_rest(const struct json_scan *scan)
{
	if (scan->rest_lost || scan->state != AT_END || scan->failed.code != ERR_NONE)
		return (struct str){ NULL, 0 };
	return buf_str(&scan->rest);
}
