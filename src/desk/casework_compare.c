/*
 * Comparing an answer with what is on record, without ever showing it.
 */
#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/present.h>

#include "operation_build.h"

#define PATH_MOST 300
#define DEPTH_MOST 16
#define VALUE_MOST 4096

/* A face that only looks for one field, and what is below it. */
struct comparing {
	const struct desk *desk;
	struct str field, typed;
	struct buf folded, scratch;     /* the answer folded; a value folded */
	struct buf path;
	size_t ends[DEPTH_MOST];        /* where the path ended before each level */
	size_t depth;
	bool known, match;
};

static void step_in(struct comparing *comparing, const char *name)
{
	if (comparing->depth < DEPTH_MOST)
		comparing->ends[comparing->depth] = comparing->path.len;
	comparing->depth++;
	if (name)
		buf_printf(&comparing->path, ".%s", name);
}

static void step_out(struct comparing *comparing)
{
	comparing->depth--;
	if (comparing->depth < DEPTH_MOST) {
		comparing->path.len = comparing->ends[comparing->depth];
		comparing->path.data[comparing->path.len] = '\0';
	}
}

static void begin(void *arg, const char *name)
{
	step_in(arg, name);
}

static void end(void *arg)
{
	step_out(arg);
}

/* The field itself, or below it; sources say where a value is from, and are no value. */
static bool is_meant(const struct comparing *comparing, const char *name)
{
	struct str path = buf_str(&comparing->path);
	size_t n = comparing->field.n;
	char whole[PATH_MOST * 2];
	int len;

	if (path.n >= 8 && !strcmp(path.p + path.n - 8, ".sources"))
		return false;
	len = snprintf(whole, sizeof(whole), "%.*s%s%s", STR_ARG(path), name ? "." : "", name ? name : "");
	return len > 0 && (size_t)len < sizeof(whole) && (size_t)len >= n && !memcmp(whole, comparing->field.p, n) &&
	       (whole[n] == '\0' || whole[n] == '.');
}

/* "email:jane@example.com" is compared without its first word, telephones as telephones. */
static bool identity_is(const struct comparing *comparing, struct str value)
{
	struct arena *arena;
	struct identity id;
	bool same;

	if (!strstr(comparing->path.data, ".identities"))
		return false;
	arena = arena_new();
	same = identity_parse(arena, value, comparing->desk->house->country, &id, NULL) &&
	       identity_matches(&id, comparing->typed, comparing->desk->house->country);
	arena_free(arena);
	return same;
}

/* From the start of one word to the end of another; spaces count for nothing, for a postcode is written with and without. */
static bool is_at(struct str words, struct str value, uint32_t at)
{
	uint32_t i = 0;

	while (i < words.n) {
		if (words.p[i] == ' ')
			i++;
		else if (at < value.n && value.p[at] == ' ')
			at++;
		else if (at < value.n && words.p[i] == value.p[at])
			i++, at++;
		else
			return false;
	}
	return at == value.n || value.p[at] == ' ';
}

static bool is_in(struct str words, struct str value)
{
	for (uint32_t at = 0; at < value.n; at++) {
		if ((at == 0 || value.p[at - 1] == ' ') && is_at(words, value, at))
			return true;
	}
	return false;
}

static bool is_whole(struct str words, struct str value)
{
	uint32_t letters[2] = { 0, 0 };

	for (uint32_t i = 0; i < words.n; i++)
		letters[0] += words.p[i] != ' ';
	for (uint32_t i = 0; i < value.n; i++)
		letters[1] += value.p[i] != ' ';
	return letters[0] == letters[1] && is_at(words, value, 0);
}

static void text(void *arg, const char *name, struct str value)
{
	struct comparing *comparing = arg;
	struct str folded;

	if (!value.n || !is_meant(comparing, name))
		return;
	comparing->known = true;
	buf_reset(&comparing->scratch);
	text_fold_plain(&comparing->scratch, value);
	folded = buf_str(&comparing->scratch);
	/* the town of an address is too easy to guess: a part counts with four letters, a digit among them */
	comparing->match |= is_whole(buf_str(&comparing->folded), folded) || identity_is(comparing, value) ||
			    (comparing->folded.len >= 4 && strpbrk(comparing->folded.data, "0123456789") &&
			     is_in(buf_str(&comparing->folded), folded));
}

static void integer(void *arg, const char *name, int64_t value)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)value);
	text(arg, name, str_of(digits));
}

static void boolean(void *arg, const char *name, bool value)
{
	(void)arg;
	(void)name;
	(void)value;
}

static void when(void *arg, const char *name, int64_t at)
{
	struct comparing *comparing = arg;
	int64_t typed, day = 24 * 60 * 60 * INT64_C(1000);

	if (at == WHEN_NONE || !is_meant(comparing, name))
		return;
	comparing->known = true;
	if (when_parse(comparing->typed, WHEN_ISO, comparing->desk->house->zone, &typed, NULL))
		comparing->match |= typed <= at && at - typed < day;
}

static void money(void *arg, const char *name, struct money value)
{
	char decimal[32];

	if (!value.currency[0])
		return;
	money_decimal(value, decimal);
	text(arg, name, str_of(decimal));
}

bool compare_field(const struct desk *desk, const struct profile *profile, struct str field, struct str typed, bool *known)
{
	struct comparing comparing = { .desk = desk, .field = field, .typed = str_trim(typed) };
	const struct present present = { .desk = (struct desk *)(uintptr_t)desk };
	const struct fields out = {
		.begin_map = begin, .end_map = end, .begin_list = begin, .end_list = end, .text = text, .integer = integer,
		.boolean = boolean, .time = when, .money = money, .arg = &comparing,
	};

	buf_init(&comparing.folded, VALUE_MOST);
	buf_init(&comparing.scratch, VALUE_MOST);
	buf_init(&comparing.path, PATH_MOST);
	text_fold_plain(&comparing.folded, comparing.typed);
	buf_adds(&comparing.path, "profile");
	if (!comparing.folded.len)
		buf_adds(&comparing.folded, "?");
	present_profile(&present, profile, &out);
	buf_release(&comparing.folded);
	buf_release(&comparing.scratch);
	buf_release(&comparing.path);
	*known = comparing.known;
	return comparing.match;
}
