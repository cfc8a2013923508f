/*
 * What was typed into an operation's fields: read by kind, compared with the
 * house's lists, and kept as the house spells it.
 */
#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/operation.h>
#include <dossier/model/verify.h>

#define PIECES_MOST ENTRY_LIST_MOST

struct op_value {
	char *text;                     /* NULL: not set */
	uint32_t n;
	int64_t number;                 /* times, counts, spans, yes */
	struct money money;
	struct str *pieces;             /* of kinds that take several; into text */
	size_t n_pieces;
};

struct op_values {
	const struct operation *op;
	const struct desk *desk;
	struct op_value *values;        /* one a field */
};

/* Reading gives a normal text, and a number or an amount. */
struct reading {
	const struct op_values *values;
	const struct op_field *field;
	struct str text;                /* trimmed, not empty */
	struct buf normal;
	struct op_value *out;
};
typedef bool read_fn(struct reading *reading, struct err *err);

static bool refuse(const struct reading *reading, struct err *err, const char *what)
{
	return err_set(err, ERR_USAGE, "%s: \"%.*s\" is not %s", reading->field->name,
		       (int)(reading->text.n < 60 ? reading->text.n : 60), reading->text.p, what);
}

static bool plain(const struct reading *reading, size_t most, struct err *err)
{
	if (reading->text.n > most)
		return err_set(err, ERR_LIMIT, "%s: at most %zu bytes fit here, this is %u", reading->field->name, most, reading->text.n);
	if (memchr(reading->text.p, '\0', reading->text.n) || !text_is_utf8(reading->text))
		return err_set(err, ERR_USAGE, "%s: this text is not sound UTF-8", reading->field->name);
	return true;
}

static bool read_long(struct reading *reading, struct err *err)
{
	return plain(reading, ENTRY_TEXT_MOST, err);
}

static bool read_line(struct reading *reading, struct err *err)
{
	if (!plain(reading, ENTRY_TEXT_MOST, err))
		return false;
	if (memchr(reading->text.p, '\n', reading->text.n))
		return err_set(err, ERR_USAGE, "%s: one line is meant here", reading->field->name);
	return true;
}

static bool read_word(struct reading *reading, struct err *err)
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
static bool refuse_choice(const struct reading *reading, const struct str *choices, size_t n, struct str text, struct err *err)
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
static bool choose(struct reading *reading, struct str text, struct err *err)
{
	size_t n;
	struct str *choices = op_choices(reading->values->desk, reading->field, &n);
	struct str found = spelled(choices, n, text);
	bool good = !n || found.p;

	if (good)
		buf_addstr(&reading->normal, found.p ? found : text);
	else
		refuse_choice(reading, choices, n, text, err);
	free(choices);
	return good;
}

static bool read_choice(struct reading *reading, struct err *err)
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
static bool read_field(struct reading *reading, struct err *err)
{
	char typed[ENTRY_WORD_MOST + 16];
	struct str *choices, found;
	size_t n;

	if (!read_word(reading, err))
		return false;
	snprintf(typed, sizeof(typed), "%s%.*s", str_starts(reading->text, "profile.") ? "" : "profile.", STR_ARG(reading->text));
	choices = op_choices(reading->values->desk, reading->field, &n);
	found = field_named(choices, n, str_of(typed));
	if (found.p)
		buf_addstr(&reading->normal, found);
	else
		refuse_choice(reading, choices, n, reading->text, err);
	free(choices);
	return found.p != NULL;
}

static struct str next_piece(struct str *rest)
{
	const char *comma = memchr(rest->p, ',', rest->n);
	size_t n = comma ? (size_t)(comma - rest->p) : rest->n;
	struct str piece = str_trim(str_make(rest->p, n));

	n += comma != NULL;
	*rest = str_make(rest->p + n, rest->n - n);
	return piece;
}

/* Every piece by itself; empty ones are left out. */
static bool read_pieces(struct reading *reading, bool (*read)(struct reading *, struct str, struct err *), struct err *err)
{
	struct str rest = reading->text;
	size_t n = 0;

	if (!plain(reading, ENTRY_TEXT_MOST, err))
		return false;
	while (rest.n) {
		struct str piece = next_piece(&rest);

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

static bool piece_word(struct reading *reading, struct str piece, struct err *err)
{
	(void)err;
	return buf_addstr(&reading->normal, piece);
}

static bool piece_row(struct reading *reading, struct str piece, struct err *err)
{
	const char *first = memchr(piece.p, '/', piece.n);
	const char *second = first ? memchr(first + 1, '/', piece.n - (size_t)(first + 1 - piece.p)) : NULL;

	if (!second || first == piece.p || second == first + 1 || second + 1 == piece.p + piece.n)
		return err_set(err, ERR_USAGE, "%s: \"%.*s\" is not a row: write BACKEND/ROW/ID, as the timeline's key says", reading->field->name, STR_ARG(piece));
	return buf_addstr(&reading->normal, piece);
}

static bool read_words(struct reading *reading, struct err *err)
{
	return read_pieces(reading, piece_word, err);
}

static bool read_done(struct reading *reading, struct err *err)
{
	return read_pieces(reading, choose, err);
}

static bool read_rows(struct reading *reading, struct err *err)
{
	if (str_is(reading->text, "all") || str_is(reading->text, "none"))
		return true;
	return read_pieces(reading, piece_row, err);
}

static bool read_when(struct reading *reading, struct err *err)
{
	const struct desk *desk = reading->values->desk;

	return when_parse_ahead(reading->text, clock_wall(desk->clock), desk->house->zone, &reading->out->number, err) ||
	       err_prefix(err, "%s", reading->field->name);
}

static bool read_past(struct reading *reading, struct err *err)
{
	const struct desk *desk = reading->values->desk;

	return when_parse_human(reading->text, clock_wall(desk->clock), desk->house->zone, &reading->out->number, err) ||
	       err_prefix(err, "%s", reading->field->name);
}

static bool read_span(struct reading *reading, struct err *err)
{
	char text[24];

	if (reading->text.n < sizeof(text)) {
		memcpy(text, reading->text.p, reading->text.n);
		text[reading->text.n] = '\0';
		if (option_duration(text, &reading->out->number) && reading->out->number < INT64_C(1) << 50)
			return true;
	}
	return refuse(reading, err, "a length of time: write 15m, 2h or 3d");
}

static bool read_money(struct reading *reading, struct err *err)
{
	struct str text = reading->text, currency = str_of(reading->values->desk->house->currency);
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
	return money_parse_major(text, currency, &reading->out->money, err) || err_prefix(err, "%s", reading->field->name);
}

static bool read_count(struct reading *reading, struct err *err)
{
	int64_t n = 0;

	for (uint32_t i = 0; i < reading->text.n; i++) {
		if (reading->text.p[i] < '0' || reading->text.p[i] > '9' || reading->text.n > 15)
			return refuse(reading, err, "a whole number");
		n = n * 10 + (reading->text.p[i] - '0');
	}
	reading->out->number = n;
	return true;
}

static bool read_yes(struct reading *reading, struct err *err)
{
	static const struct { const char *word; int64_t is; } words[] = {
		{ "yes", 1 }, { "y", 1 }, { "true", 1 }, { "1", 1 }, { "no", 0 }, { "n", 0 }, { "false", 0 }, { "0", 0 },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!str_caseis(reading->text, words[i].word))
			continue;
		reading->out->number = words[i].is;
		buf_adds(&reading->normal, words[i].is ? "yes" : "no");
		return true;
	}
	return refuse(reading, err, "yes or no");
}

/* In typed form; of what can be read in several ways the first that can be linked. */
static bool read_identity(struct reading *reading, struct err *err)
{
	const struct house *house = reading->values->desk->house;
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
static bool read_id(struct reading *reading, struct err *err)
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

struct op_values *op_values_new(const struct operation *op, const struct desk *desk)
{
	struct op_values *values = mem_zalloc(sizeof(*values));
	size_t n = 0;

	while (op->fields[n].name)
		n++;
	values->op = op;
	values->desk = desk;
	values->values = mem_array(n + 1, sizeof(*values->values));
	return values;
}

static void value_clear(struct op_value *value)
{
	free(value->text);
	free(value->pieces);
	*value = (struct op_value){ 0 };
}

void op_values_free(struct op_values *values)
{
	if (!values)
		return;
	for (size_t i = 0; values->op->fields[i].name; i++)
		value_clear(&values->values[i]);
	free(values->values);
	free(values);
}

const struct desk *op_values_desk(const struct op_values *values)
{
	return values->desk;
}

const struct operation *op_values_of(const struct op_values *values)
{
	return values->op;
}

static bool is_several(enum op_kind kind)
{
	return kind == OP_WORDS || kind == OP_DONE || kind == OP_ROWS;
}

static void value_take(struct op_value *value, const struct op_value *read, struct str text, bool several)
{
	size_t cap = 0;
	struct str rest;

	value_clear(value);
	*value = *read;
	value->text = str_dup(text);
	value->n = text.n;
	rest = str_make(value->text, value->n);
	while (several && rest.n) {
		MEM_ROOM(value->pieces, value->n_pieces, cap);
		value->pieces[value->n_pieces++] = next_piece(&rest);
	}
}

/* What was chosen by its words, as the choice itself. */
static struct str by_words(const struct op_values *values, const struct op_field *field, struct str text)
{
	struct str found = text, *choices;
	size_t n;

	if (field->kind != OP_FIELD && field->kind != OP_MASKED)
		return text;
	choices = op_choices(values->desk, field, &n);
	for (size_t i = n; i-- > 0;)
		if (str_eq(op_choice_words(field, choices[i]), text))
			found = choices[i];
	free(choices);
	return found;
}

bool op_values_set(struct op_values *values, struct str name, struct str text, struct err *err)
{
	const struct op_field *field = operation_field(values->op, name);
	struct op_value read = { 0 };
	struct reading reading = { .values = values, .field = field, .text = str_trim(text), .out = &read };
	bool good;

	if (!field)
		return err_set(err, ERR_USAGE, "%s has no field %.*s", values->op->id, (int)(name.n < 60 ? name.n : 60), name.p ? name.p : "");
	if (str_empty(reading.text)) {
		value_clear(&values->values[field - values->op->fields]);
		return true;
	}
	reading.text = by_words(values, field, reading.text);
	buf_init(&reading.normal, 2 * ENTRY_TEXT_MOST);
	good = reads[field->kind](&reading, err);
	if (good)
		value_take(&values->values[field - values->op->fields], &read, reading.normal.len ? buf_str(&reading.normal) : reading.text,
			   is_several(field->kind));
	buf_release(&reading.normal);
	return good;
}

static const struct op_value *value_of(const struct op_values *values, const char *name)
{
	const struct op_field *field = operation_field(values->op, str_of(name));
	const struct op_value *value = field ? &values->values[field - values->op->fields] : NULL;

	return value && value->text ? value : NULL;
}

bool op_values_whole(const struct op_values *values, struct err *err)
{
	const struct op_field *asked = NULL;
	bool one = false;
	struct buf names;

	buf_init(&names, 200);
	for (const struct op_field *field = values->op->fields; field->name; field++) {
		bool set = values->values[field - values->op->fields].text != NULL;

		if (field->need == OP_MUST && !set) {
			buf_release(&names);
			return err_set(err, ERR_USAGE, "%s is missing: %s", field->name, field->help);
		}
		if (field->need != OP_ONE)
			continue;
		one |= set;
		buf_printf(&names, "%s%s", asked ? ", " : "", field->name);
		asked = field;
	}
	if (asked && !one)
		err_set(err, ERR_USAGE, "one of these is missing: %s", names.data);
	buf_release(&names);
	return !asked || one;
}

bool op_has(const struct op_values *values, const char *name)
{
	return value_of(values, name) != NULL;
}

struct str op_text(const struct op_values *values, const char *name)
{
	const struct op_value *value = value_of(values, name);

	return value ? str_make(value->text, value->n) : (struct str){ 0 };
}

int64_t op_when(const struct op_values *values, const char *name)
{
	const struct op_value *value = value_of(values, name);

	return value ? value->number : WHEN_NONE;
}

int64_t op_count(const struct op_values *values, const char *name)
{
	const struct op_value *value = value_of(values, name);

	return value ? value->number : -1;
}

bool op_yes(const struct op_values *values, const char *name)
{
	const struct op_value *value = value_of(values, name);

	return value && value->number == 1;
}

struct money op_money(const struct op_values *values, const char *name)
{
	const struct op_value *value = value_of(values, name);

	return value ? value->money : (struct money){ 0 };
}

struct str op_item(const struct op_values *values, const char *name, size_t i)
{
	const struct op_value *value = value_of(values, name);

	return value && i < value->n_pieces ? value->pieces[i] : (struct str){ 0 };
}
