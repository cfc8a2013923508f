#include <unicase.h>

#include <dossier/base/base64.h>
#include <dossier/base/mem.h>
#include <dossier/base/money.h>
#include <dossier/base/option.h>
#include <dossier/base/text.h>
#include <dossier/model/identity.h>

#include "filter.h"

struct filter {
	const struct filter_kind *kind;
	char *argument;                 /* "" when none */
	int64_t number;                 /* last, line: the argument; add: milliseconds */
};

typedef bool (*apply_fn)(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err);

static const struct scope_house *house_of(const struct scope *scope)
{
	static const struct scope_house none;

	return scope && scope->house ? scope->house : &none;
}

static bool apply_same(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	return buf_addstr(out, in);
}

static bool apply_url(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope;
	return template_escape(TEMPLATE_QUERY, in, out, err);
}

static bool apply_json(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope;
	return template_escape(TEMPLATE_JSON, in, out, err);
}

/* A number that cannot be read as a telephone stays as it is. */
static bool phone_as(const char *form, struct str in, const struct scope *scope, struct buf *out)
{
	struct phone phone;

	if (!phone_parse(in, house_of(scope)->country, &phone))
		return buf_addstr(out, in);
	struct buf text;
	buf_init(&text, 4096);
	bool ok = phone_form(&phone, str_of(form), &text) && text.len;
	buf_addstr(out, ok ? buf_str(&text) : in);
	buf_release(&text);
	return true;
}

static bool apply_e164(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)err;
	return phone_as("e164", in, scope, out);
}

static bool apply_national(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)err;
	return phone_as("national", in, scope, out);
}

static bool apply_digits(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	for (uint32_t i = 0; i < in.n; i++)
		if (in.p[i] >= '0' && in.p[i] <= '9')
			buf_addc(out, in.p[i]);
	return true;
}

static bool apply_spread(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	bool any = false;

	(void)scope, (void)err;
	for (uint32_t i = 0; i < in.n; i++) {
		if (in.p[i] < '0' || in.p[i] > '9')
			continue;
		if (any)
			buf_adds(out, filter->argument);
		buf_addc(out, in.p[i]);
		any = true;
	}
	return true;
}

static bool apply_last(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	uint32_t at = in.n;
	int64_t left = filter->number;

	(void)scope, (void)err;
	while (at && left) {
		at--;
		if (((unsigned char)in.p[at] & 0xc0) != 0x80)
			left--;
	}
	return buf_add(out, in.p + at, in.n - at);
}

static bool fold_case(struct str in, struct buf *out, bool upper)
{
	size_t n = 0;
	uint8_t *text = upper ? u8_toupper((const uint8_t *)in.p, in.n, NULL, NULL, NULL, &n)
			      : u8_tolower((const uint8_t *)in.p, in.n, NULL, NULL, NULL, &n);

	/* broken UTF-8 has no case */
	if (!text)
		return buf_addstr(out, in);
	buf_add(out, text, n);
	free(text);
	return true;
}

static bool apply_lower(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	return fold_case(in, out, false);
}

static bool apply_upper(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	return fold_case(in, out, true);
}

static bool apply_trim(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	return buf_addstr(out, str_trim(in));
}

static bool apply_nohandle(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	struct str bare = str_trim(in);

	(void)filter, (void)scope, (void)err;
	if (str_starts(bare, "@"))
		bare = str_make(bare.p + 1, bare.n - 1);
	return buf_addstr(out, bare);
}

/* Blank lines do not count: line:1 is the first that says something. */
static bool apply_line(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	int64_t left = filter->number;

	(void)scope, (void)err;
	for (uint32_t at = 0; at < in.n;) {
		const char *end = memchr(in.p + at, '\n', in.n - at);
		uint32_t n = end ? (uint32_t)(end - in.p) - at : in.n - at;
		struct str line = str_trim(str_make(in.p + at, n));

		if (line.n && --left == 0)
			return buf_addstr(out, line);
		at += n + 1;
	}
	return true;
}

static bool apply_text(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	text_from_html(out, in);
	return true;
}

static bool print_time(int64_t at, const char *format, const struct zone *zone, struct buf *out)
{
	char text[40];

	if (!strcmp(format, "iso"))
		when_iso(at, text);
	else if (!strcmp(format, "http"))
		when_http_date(at, text);
	else if (!strcmp(format, "epoch"))
		return buf_printf(out, "%lld", (long long)(at / 1000 - (at % 1000 < 0)));
	else if (!strcmp(format, "epoch_ms"))
		return buf_printf(out, "%lld", (long long)at);
	else
		return when_strftime(at, zone, str_of(format), out);
	return buf_adds(out, text);
}

static bool apply_date(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	int64_t at;

	return when_parse(in, WHEN_AUTO, house_of(scope)->zone, &at, err) &&
	       print_time(at, filter->argument, house_of(scope)->zone, out);
}

static bool apply_local(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	int64_t at;

	return when_parse(in, WHEN_AUTO, house_of(scope)->zone, &at, err) &&
	       print_time(at, filter->argument, house_of(scope)->local, out);
}

static bool apply_add(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	int64_t at;

	if (!when_parse(in, WHEN_AUTO, house_of(scope)->zone, &at, err))
		return false;
	if (__builtin_add_overflow(at, filter->number, &at))
		return err_set(err, ERR_LIMIT, "the time is out of range");
	return print_time(at, "iso", NULL, out);
}

static bool apply_base64(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	base64_put(out, in, 0);
	return true;
}

static bool apply_quote(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)scope;
	return quote_apply(filter->argument, in, out, err);
}

static bool apply_before(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)scope, (void)err;
	if (in.n)
		buf_adds(out, filter->argument);
	return buf_addstr(out, in);
}

static bool apply_after(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)scope, (void)err;
	buf_addstr(out, in);
	return in.n ? buf_adds(out, filter->argument) : true;
}

/* Plain text as HTML that reads the same: nobody's < begins a tag, and its lines stay apart. */
static bool apply_html(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	(void)filter, (void)scope, (void)err;
	for (uint32_t i = 0; i < in.n; i++) {
		switch (in.p[i]) {
		case '&':
			buf_adds(out, "&amp;");
			break;
		case '<':
			buf_adds(out, "&lt;");
			break;
		case '>':
			buf_adds(out, "&gt;");
			break;
		case '"':
			buf_adds(out, "&quot;");
			break;
		case '\n':
			buf_adds(out, "<br>");
			break;
		default:
			buf_addc(out, in.p[i]);
		}
	}
	return true;
}

/* The currency of minor: the argument itself, the value that it names, or the backend's. */
static struct str currency_of(const struct filter *filter, const struct scope *scope)
{
	struct json_object *value = NULL;
	struct str name = filter_argument(filter);

	if (!name.n)
		return str_of(house_of(scope)->currency);
	if (!filter_names(filter).n)
		return name;
	if (scope && scope->vars)
		vars_get(scope->vars, name, &value);
	return json_object_is_type(value, json_type_string)
		? str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)) : STR("");
}

/* What would be lost by rounding was typed by mistake, so it is refused. */
static bool apply_minor(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	struct str currency = currency_of(filter, scope);
	const char *point = in.n ? memchr(in.p, '.', in.n) : NULL;
	struct money money;

	if (!currency.n)
		return err_set(err, ERR_SHAPE, "an amount has no currency: write minor:GBP, minor: and the name of a value that holds it, "
			       "or currency: for the whole connector");
	if (!money_parse_major(in, currency, &money, err))
		return false;
	int digits = money_exponent(currency);
	for (const char *at = point ? point + 1 : NULL; at && at < in.p + in.n; at++)
		if (at - point > digits && *at >= '1' && *at <= '9')
			return err_set(err, ERR_USAGE, "\"%.*s\" has more digits after the point than %s has", in.n > 60 ? 60 : (int)in.n, in.p,
				       money.currency);
	return buf_printf(out, "%lld", (long long)money.minor);
}

enum argument { ARGUMENT_NONE, ARGUMENT_TEXT, ARGUMENT_COUNT, ARGUMENT_SPAN, ARGUMENT_LANGUAGE, ARGUMENT_CURRENCY };

static const struct filter_kind {
	const char *name;
	enum argument argument;
	apply_fn apply;
} kinds[] = {
	{ "add", ARGUMENT_SPAN, apply_add },
	{ "after", ARGUMENT_TEXT, apply_after },
	{ "base64", ARGUMENT_NONE, apply_base64 },
	{ "before", ARGUMENT_TEXT, apply_before },
	{ "date", ARGUMENT_TEXT, apply_date },
	{ "default", ARGUMENT_TEXT, apply_same },
	{ "digits", ARGUMENT_NONE, apply_digits },
	{ "e164", ARGUMENT_NONE, apply_e164 },
	{ "html", ARGUMENT_NONE, apply_html },
	{ "join", ARGUMENT_TEXT, apply_same },
	{ "json", ARGUMENT_NONE, apply_json },
	{ "last", ARGUMENT_COUNT, apply_last },
	{ "line", ARGUMENT_COUNT, apply_line },
	{ "local", ARGUMENT_TEXT, apply_local },
	{ "lower", ARGUMENT_NONE, apply_lower },
	{ "minor", ARGUMENT_CURRENCY, apply_minor },
	{ "national", ARGUMENT_NONE, apply_national },
	{ "nohandle", ARGUMENT_NONE, apply_nohandle },
	{ "number", ARGUMENT_NONE, apply_same },
	{ "path", ARGUMENT_NONE, apply_url },
	{ "quote", ARGUMENT_LANGUAGE, apply_quote },
	{ "raw", ARGUMENT_NONE, apply_same },
	{ "spread", ARGUMENT_TEXT, apply_spread },
	{ "text", ARGUMENT_NONE, apply_text },
	{ "trim", ARGUMENT_NONE, apply_trim },
	{ "upper", ARGUMENT_NONE, apply_upper },
	{ "url", ARGUMENT_NONE, apply_url },
};

static const struct filter_word words[] = {
	{ "add", "a time some while later or earlier", true },
	{ "after", "a text behind a value that is not empty", true },
	{ "base64", "the value in Base64", false },
	{ "before", "a text before a value that is not empty", true },
	{ "date", "a time in a given form, in the backend's zone", true },
	{ "default", "a text for a missing value", true },
	{ "digits", "its digits alone", false },
	{ "e164", "a telephone number as +CC...", false },
	{ "html", "plain text as HTML", false },
	{ "join", "the members of a list as one text", true },
	{ "json", "escaped for the inside of a JSON string", false },
	{ "last", "the last N characters", true },
	{ "line", "the Nth line that is not blank", true },
	{ "local", "a time in a given form, in the house's zone", true },
	{ "lower", "in small letters", false },
	{ "minor", "an amount as a JSON number of its smallest units", true },
	{ "national", "a telephone number as dialled at home", false },
	{ "nohandle", "without its leading @", false },
	{ "number", "a JSON number instead of text", false },
	{ "path", "percent-encoded for a path", false },
	{ "quote", "a literal of a query language", true },
	{ "raw", "without the escaping of its place", false },
	{ "spread", "its digits with a text between them", true },
	{ "text", "HTML as plain text", false },
	{ "trim", "without white space at its ends", false },
	{ "upper", "in capital letters", false },
	{ "url", "percent-encoded", false },
	{ NULL }
};

enum { N_KINDS = sizeof(kinds) / sizeof(*kinds) };
_Static_assert(N_KINDS + 1 == sizeof(words) / sizeof(*words), "every filter has its word");

const struct filter_word *filter_words(void)
{
	return words;
}

static const struct filter_kind *kind_find(struct str name)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (str_is(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

static bool unknown_filter(struct str name, struct err *err)
{
	const char *names[N_KINDS + 1];
	char *text = str_dup(name);

	for (size_t i = 0; i < N_KINDS; i++)
		names[i] = kinds[i].name;
	names[N_KINDS] = NULL;
	const char *near = option_nearest(text, names);
	err_set(err, ERR_CONFIG, "no filter is called \"%s\"%s%s%s", text, near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
	free(text);
	return false;
}

static bool argument_span(struct filter *filter)
{
	const char *text = filter->argument;
	bool minus = *text == '-';

	if (*text != '-' && *text != '+')
		return false;
	if (!option_duration(text + 1, &filter->number))
		return false;
	if (minus)
		filter->number = -filter->number;
	return true;
}

static bool argument_count(struct filter *filter)
{
	char *end;
	long long n = strtoll(filter->argument, &end, 10);

	filter->number = n;
	return *filter->argument && !*end && n >= 1 && n <= 1000000;
}

static bool argument_language(const struct filter *filter)
{
	for (const char *const *name = filter_quotes(); *name; name++)
		if (!strcmp(*name, filter->argument))
			return true;
	return false;
}

static bool is_code(struct str text)
{
	for (uint32_t i = 0; i < text.n; i++)
		if (text.p[i] < 'A' || text.p[i] > 'Z')
			return false;
	return text.n == 3;
}

static bool argument_currency(const struct filter *filter, bool given, struct err *err)
{
	struct str text = str_of(filter->argument);

	if (!given || (is_code(text) && money_exponent(text) >= 0))
		return true;
	return (!is_code(text) && text.n) ||
	       err_set(err, ERR_CONFIG, "the filter minor knows no currency \"%s\": a code of ISO 4217, such as minor:GBP, or the name of a value", filter->argument);
}

static bool argument_read(struct filter *filter, bool given, struct err *err)
{
	const char *name = filter->kind->name;

	switch (filter->kind->argument) {
	case ARGUMENT_NONE:
		return !given || err_set(err, ERR_CONFIG, "the filter %s takes nothing after it", name);
	case ARGUMENT_TEXT:
		return given || err_set(err, ERR_CONFIG, "the filter %s needs something after a colon, such as %s:%s", name, name,
					!strcmp(name, "date") || !strcmp(name, "local") ? "%Y-%m-%d" : "x");
	case ARGUMENT_COUNT:
		return argument_count(filter) || err_set(err, ERR_CONFIG, "the filter %s needs a number from 1, such as %s:4", name, name);
	case ARGUMENT_SPAN:
		return argument_span(filter) || err_set(err, ERR_CONFIG, "the filter add needs a span with its sign, such as add:-7d or add:+2h");
	case ARGUMENT_CURRENCY:
		return argument_currency(filter, given, err);
	case ARGUMENT_LANGUAGE:
		break;
	}
	if (argument_language(filter))
		return true;
	const char *near = option_nearest(filter->argument, filter_quotes());
	return err_set(err, ERR_CONFIG, "no query language is called \"%s\"%s%s%s", filter->argument,
		       near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

struct filter *filter_new(struct str text, struct err *err)
{
	const char *colon = text.n ? memchr(text.p, ':', text.n) : NULL;
	struct str name = str_trim(str_make(text.p, colon ? (size_t)(colon - text.p) : text.n));
	const struct filter_kind *kind = kind_find(name);

	if (!kind) {
		unknown_filter(name, err);
		return NULL;
	}
	struct filter *filter = mem_zalloc(sizeof(*filter));
	filter->kind = kind;
	filter->argument = colon ? mem_strndup(colon + 1, (size_t)(text.p + text.n - colon) - 1) : mem_strdup("");
	if (argument_read(filter, colon != NULL, err))
		return filter;
	filter_free(filter);
	return NULL;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	free(filter->argument);
	free(filter);
}

static bool is(const struct filter *filter, const char *name)
{
	return !strcmp(filter->kind->name, name);
}

bool filter_is_default(const struct filter *filter)
{
	return is(filter, "default");
}

bool filter_is_raw(const struct filter *filter)
{
	return is(filter, "raw");
}

bool filter_is_number(const struct filter *filter)
{
	return is(filter, "number") || is(filter, "minor");
}

bool filter_is_join(const struct filter *filter)
{
	return is(filter, "join");
}

struct str filter_argument(const struct filter *filter)
{
	return str_of(filter->argument);
}

struct str filter_names(const struct filter *filter)
{
	struct str text = str_of(filter->argument);

	return is(filter, "minor") && !is_code(text) ? text : STR("");
}

bool filter_apply(const struct filter *filter, struct str in, const struct scope *scope, struct buf *out, struct err *err)
{
	if (!in.p)
		in = STR("");
	if (!filter->kind->apply(filter, in, scope, out, err))
		return false;
	return !out->full || err_set(err, ERR_LIMIT, "the text is longer than %u bytes", FILTER_MOST);
}
