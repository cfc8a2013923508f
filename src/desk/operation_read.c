#include "operation_read.h"

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/operation.h>
#include <dossier/model/verify.h>

#define PIECES_MOST ENTRY_LIST_MOST

typedef bool read_fn(struct op_reading *reading, struct err *err);

static bool refuse(const struct op_reading *reading, struct err *err, const char *what)
{
	return err_set(err, ERR_USAGE, "%s: \"%.*s\" is not %s", reading->field->name,
		       (int)(reading->text.n < 60 ? reading->text.n : 60), reading->text.p, what);
}

static bool plain(const struct op_reading *reading, size_t most, struct err *err)
{
	if (reading->text.n > most)
		return err_set(err, ERR_LIMIT, "%s: at most %zu bytes fit here, this is %u", reading->field->name, most, reading->text.n);
	if (memchr(reading->text.p, '\0', reading->text.n) || !text_is_utf8(reading->text))
		return err_set(err, ERR_USAGE, "%s: this text is not sound UTF-8", reading->field->name);
	return true;
}

static bool read_long(struct op_reading *reading, struct err *err)
{
	return plain(reading, ENTRY_TEXT_MOST, err);
}

static bool read_line(struct op_reading *reading, struct err *err)
{
	if (!plain(reading, ENTRY_TEXT_MOST, err))
		return false;
	if (memchr(reading->text.p, '\n', reading->text.n))
		return err_set(err, ERR_USAGE, "%s: one line is meant here", reading->field->name);
	return true;
}

static bool read_word(struct op_reading *reading, struct err *err)
{
	return plain(reading, ENTRY_WORD_MOST, err);
}

/* The list's own spelling of a text; absent: it is not in it. */
static struct str spelled(const struct str *choices, size_t n, struct str text)
{
	struct buf want, have;
	struct str found = { 0 };

	buf_init(&want, 4 * ENTRY_WORD_MOST);
	buf_init(&have, 4 * ENTRY_WORD_MOST);
	text_fold(&want, text);
	for (size_t i = 0; i < n && !found.p; i++) {
		buf_reset(&have);
		text_fold(&have, choices[i]);
		if (str_eq(buf_str(&want), buf_str(&have)))
			found = choices[i];
	}
	buf_release(&want);
	buf_release(&have);
	return found;
}

/* "no outcome "solvd": did you mean solved?", else all of a short list. */
static bool refuse_choice(const struct op_reading *reading, const struct str *choices, size_t n, struct str text, struct err *err)
{
	const char **words = mem_array(n + 1, sizeof(*words));
	char *typed = str_dup(text.n > 60 ? str_make(text.p, 60) : text);
	const char *near;
	struct buf all;

	for (size_t i = 0; i < n; i++)
		words[i] = choices[i].p;
	near = option_nearest(typed, words);
	buf_init(&all, 300);
	for (size_t i = 0; i < n && !near; i++) {
		if (!buf_printf(&all, "%s%s", i ? ", " : "", words[i]))
			break;
	}
	if (near)
		err_set(err, ERR_USAGE, "%s: \"%s\" is not %s: did you mean %s?", reading->field->name, typed, op_kind_help(reading->field->kind), near);
	else
		err_set(err, ERR_USAGE, "%s: \"%s\" is not %s: there are %s%s", reading->field->name, typed, op_kind_help(reading->field->kind),
			all.data ? all.data : "none", all.full ? " ..." : "");
	buf_release(&all);
	free(typed);
	free(words);
	return false;
}

/* What is in no list of the house is free text; an empty list takes anything. */
static bool choose(struct op_reading *reading, struct str text, struct err *err)
{
	size_t n;
	struct str *choices = op_choices(reading->desk, reading->field, &n);
	struct str found = spelled(choices, n, text);
	bool good = !n || found.p;

	if (good)
		buf_addstr(&reading->normal, found.p ? found : text);
	else
		refuse_choice(reading, choices, n, text, err);
	free(choices);
	return good;
}

static bool read_choice(struct op_reading *reading, struct err *err)
{
	return read_word(reading, err) && choose(reading, reading->text, err);
}

/* A field as it is called, one below it, or the only one that begins so; absent: none. */
static struct str field_named(const struct str *choices, size_t n, struct str typed)
{
	struct str only = { 0 };
	size_t begun = 0;

	for (size_t i = 0; i < n; i++) {
		if (str_starts(typed, choices[i].p) && (typed.n == choices[i].n || typed.p[choices[i].n] == '.'))
			return typed;
		if (str_starts(choices[i], typed.p)) {
			only = choices[i];
			begun++;
		}
	}
	return begun == 1 ? only : (struct str){ 0 };
}

/* "address" is profile.addresses. */
static bool read_field(struct op_reading *reading, struct err *err)
{
	char typed[ENTRY_WORD_MOST + 16];
	struct str *choices, found;
	size_t n;

	if (!read_word(reading, err))
		return false;
	snprintf(typed, sizeof(typed), "%s%.*s", str_starts(reading->text, "profile.") ? "" : "profile.", STR_ARG(reading->text));
	choices = op_choices(reading->desk, reading->field, &n);
	found = field_named(choices, n, str_of(typed));
	if (found.p)
		buf_addstr(&reading->normal, found);
	else
		refuse_choice(reading, choices, n, reading->text, err);
	free(choices);
	return found.p != NULL;
}

struct str op_next_piece(struct str *rest)
{
	const char *comma = memchr(rest->p, ',', rest->n);
	size_t n = comma ? (size_t)(comma - rest->p) : rest->n;
	struct str piece = str_trim(str_make(rest->p, n));

	n += comma != NULL;
	*rest = str_make(rest->p + n, rest->n - n);
	return piece;
}

/* Every piece by itself; empty ones are left out. */
static bool read_pieces(struct op_reading *reading, bool (*read)(struct op_reading *, struct str, struct err *), struct err *err)
{
	struct str rest = reading->text;
	size_t n = 0;

	if (!plain(reading, ENTRY_TEXT_MOST, err))
		return false;
	while (rest.n) {
		struct str piece = op_next_piece(&rest);

		if (str_empty(piece))
			continue;
		if (piece.n > ENTRY_WORD_MOST || ++n > PIECES_MOST)
			return err_set(err, ERR_LIMIT, "%s: at most %d of at most %d bytes each fit here", reading->field->name, PIECES_MOST, ENTRY_WORD_MOST);
		if (reading->normal.len)
			buf_addc(&reading->normal, ',');
		if (!read(reading, piece, err))
			return false;
	}
	return n || refuse(reading, err, op_kind_help(reading->field->kind));
}

static bool piece_word(struct op_reading *reading, struct str piece, struct err *err)
{
	(void)err;
	return buf_addstr(&reading->normal, piece);
}

static bool piece_row(struct op_reading *reading, struct str piece, struct err *err)
{
	const char *first = memchr(piece.p, '/', piece.n);
	const char *second = first ? memchr(first + 1, '/', piece.n - (size_t)(first + 1 - piece.p)) : NULL;

	if (!second || first == piece.p || second == first + 1 || second + 1 == piece.p + piece.n)
		return err_set(err, ERR_USAGE, "%s: \"%.*s\" is not a row: write BACKEND/ROW/ID, as the timeline's key says", reading->field->name, STR_ARG(piece));
	return buf_addstr(&reading->normal, piece);
}

static bool read_words(struct op_reading *reading, struct err *err)
{
	return read_pieces(reading, piece_word, err);
}

static bool read_done(struct op_reading *reading, struct err *err)
{
	return read_pieces(reading, choose, err);
}

static bool read_rows(struct op_reading *reading, struct err *err)
{
	if (str_is(reading->text, "all") || str_is(reading->text, "none"))
		return true;
	return read_pieces(reading, piece_row, err);
}

static bool read_when(struct op_reading *reading, struct err *err)
{
	const struct desk *desk = reading->desk;

	return when_parse_ahead(reading->text, clock_wall(desk->clock), desk->house->zone, &reading->number, err) ||
	       err_prefix(err, "%s", reading->field->name);
}

static bool read_past(struct op_reading *reading, struct err *err)
{
	const struct desk *desk = reading->desk;

	return when_parse_human(reading->text, clock_wall(desk->clock), desk->house->zone, &reading->number, err) ||
	       err_prefix(err, "%s", reading->field->name);
}

static bool read_span(struct op_reading *reading, struct err *err)
{
	char text[24];

	if (reading->text.n < sizeof(text)) {
		memcpy(text, reading->text.p, reading->text.n);
		text[reading->text.n] = '\0';
		if (option_duration(text, &reading->number) && reading->number < INT64_C(1) << 50)
			return true;
	}
	return refuse(reading, err, "a length of time: write 15m, 2h or 3d");
}

static bool read_money(struct op_reading *reading, struct err *err)
{
	struct str text = reading->text, currency = str_of(reading->desk->house->currency);
	const char *space = memchr(text.p, ' ', text.n);
	char code[4] = "";

	if (space) {
		struct str word = str_trim(str_make(space, (size_t)(text.p + text.n - space)));

		for (uint32_t i = 0; i < word.n && word.n == 3; i++)
			code[i] = (char)(word.p[i] & ~0x20);
		currency = str_of(code);
		text = str_make(text.p, (size_t)(space - text.p));
	}
	if (str_empty(currency))
		return refuse(reading, err, "an amount with its currency, such as 42.10 EUR");
	return money_parse_major(text, currency, &reading->money, err) || err_prefix(err, "%s", reading->field->name);
}

static bool read_count(struct op_reading *reading, struct err *err)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < reading->text.n; i++) {
		if (reading->text.p[i] < '0' || reading->text.p[i] > '9' || reading->text.n > 15)
			return refuse(reading, err, "a whole number");
		n = n * 10 + (reading->text.p[i] - '0');
	}
	reading->number = n;
	return true;
}

static bool read_yes(struct op_reading *reading, struct err *err)
{
	static const struct { const char *word; int64_t is; } words[] = {
		{ "yes", 1 }, { "y", 1 }, { "true", 1 }, { "1", 1 }, { "no", 0 }, { "n", 0 }, { "false", 0 }, { "0", 0 },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!str_caseis(reading->text, words[i].word))
			continue;
		reading->number = words[i].is;
		buf_adds(&reading->normal, words[i].is ? "yes" : "no");
		return true;
	}
	return refuse(reading, err, "yes or no");
}

/* In typed form; of what can be read in several ways the first that can be linked. */
static bool read_identity(struct op_reading *reading, struct err *err)
{
	const struct house *house = reading->desk->house;
	struct arena *arena = arena_new();
	struct who who = { .n = 0 };
	bool good;

	good = plain(reading, ENTRY_WORD_MOST, err) && who_parse(arena, reading->text, &house->who, &who, err);
	for (size_t i = 0; good && i < who.n && !reading->normal.len; i++) {
		enum id_type type = who.items[i].id.type;

		if (identity_class(type) != ID_REFERENCE && type != ID_TYPE_NAME && !who.items[i].n_narrow)
			identity_print(&who.items[i].id, &reading->normal);
	}
	arena_free(arena);
	if (!good)
		return err_prefix(err, "%s", reading->field->name);
	return reading->normal.len || refuse(reading, err, "an identity that can be linked: an e-mail, a telephone, a handle, a loyalty number or rec:BACKEND/ID");
}

/* The beginning of an id, or a case's code. */
static bool read_id(struct op_reading *reading, struct err *err)
{
	if (!plain(reading, 36, err))
		return false;
	for (uint32_t i = 0; i < reading->text.n; i++) {
		char c = reading->text.p[i];

		if (!(c >= '0' && c <= '9') && !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '-')
			return refuse(reading, err, "an id or a code");
		buf_addc(&reading->normal, c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c);
	}
	return true;
}

static read_fn *const reads[] = {
	[OP_TEXT] = read_line, [OP_LONG] = read_long, [OP_WORD] = read_word, [OP_WORDS] = read_words, [OP_WHEN] = read_when,
	[OP_PAST] = read_past, [OP_SPAN] = read_span, [OP_MONEY] = read_money, [OP_COUNT] = read_count, [OP_YES] = read_yes,
	[OP_IDENTITY] = read_identity, [OP_AGENT] = read_choice, [OP_TEAM] = read_choice, [OP_ROLE] = read_choice, [OP_SITE] = read_choice,
	[OP_CHANNEL] = read_choice, [OP_WAY] = read_choice, [OP_DONE] = read_done, [OP_OUTCOME] = read_choice, [OP_REASON] = read_choice,
	[OP_STATUS] = read_choice, [OP_CASE] = read_id, [OP_ENTRY] = read_id, [OP_CONTACT] = read_id, [OP_ROWS] = read_rows,
	[OP_FIELD] = read_field, [OP_MASKED] = read_choice, [OP_CHOICE] = read_choice, [OP_WHO] = read_line,
};

/* What was chosen by its words, as the choice itself. */
static struct str by_words(const struct desk *desk, const struct op_field *field, struct str text)
{
	struct str found = text, *choices;
	size_t n;

	if (field->kind != OP_FIELD && field->kind != OP_MASKED)
		return text;
	choices = op_choices(desk, field, &n);
	for (size_t i = n; i-- > 0;)
		if (str_eq(op_choice_words(field, choices[i]), text))
			found = choices[i];
	free(choices);
	return found;
}

bool op_read(struct op_reading *reading, struct err *err)
{
	reading->text = by_words(reading->desk, reading->field, reading->text);
	return reads[reading->field->kind](reading, err);
}
