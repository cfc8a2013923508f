#include <dossier/model/who.h>

#include <regex.h>

#define TYPED_MAX 512           /* bytes; regular expressions get no more to chew on */
#define GROUPS 10
#define DIGITS_SURE 7           /* fewer are rather an order's number than a telephone */

struct who_pattern {
	enum id_type type;
	regex_t regex;
	char *value;            /* NULL: the whole text */
};

struct who_pattern *who_pattern_new(enum id_type type, const char *regex, const char *value, struct err *err)
{
	struct who_pattern *pattern = mem_zalloc(sizeof(*pattern));
	int code = regcomp(&pattern->regex, regex, REG_EXTENDED);
	char reason[120];
	const char *p;

	if (code != 0) {
		regerror(code, &pattern->regex, reason, sizeof(reason));
		free(pattern);
		err_set(err, ERR_CONFIG, "\"%s\" is not an extended regular expression: %s", regex, reason);
		return NULL;
	}
	for (p = value; p && (p = strchr(p, '\\')); p += 2)
		if (p[1] < '1' || p[1] > '9' || (size_t)(p[1] - '0') > pattern->regex.re_nsub) {
			err_set(err, ERR_CONFIG, "\"%s\" asks for group %.1s, and \"%s\" has %zu", value, p + 1, regex,
				pattern->regex.re_nsub);
			regfree(&pattern->regex);
			free(pattern);
			return NULL;
		}
	pattern->type = type;
	pattern->value = mem_strdup(value);
	return pattern;
}

void who_pattern_free(struct who_pattern *pattern)
{
	if (!pattern)
		return;
	regfree(&pattern->regex);
	free(pattern->value);
	free(pattern);
}

struct reader {
	struct arena *arena;
	struct str text;                /* trimmed */
	const char *country;
	struct who *out;
};

/* Adds a reading when the value can be of that type and is not there yet. */
static struct who_reading *offer(struct reader *reader, enum id_type type, struct str value)
{
	static const struct str none;
	struct who_reading *reading;
	struct identity id;
	size_t i;

	if (reader->out->n == WHO_READINGS)
		return NULL;
	if (!identity_make(reader->arena, type, none, value, reader->country, &id, NULL))
		return NULL;
	for (i = 0; i < reader->out->n; i++)
		if (identity_same(&reader->out->items[i].id, &id))
			return NULL;
	reading = &reader->out->items[reader->out->n++];
	memset(reading, 0, sizeof(*reading));
	reading->id = id;
	return reading;
}

static void add_value(const struct who_pattern *pattern, const char *text, const regmatch_t *groups, struct buf *out)
{
	const char *p;

	if (!pattern->value) {
		buf_adds(out, text);
		return;
	}
	for (p = pattern->value; *p; p++) {
		const regmatch_t *group;

		if (*p != '\\') {
			buf_addc(out, *p);
			continue;
		}
		group = &groups[*++p - '0'];
		if (group->rm_so >= 0)
			buf_add(out, text + group->rm_so, (size_t)(group->rm_eo - group->rm_so));
	}
}

static void read_patterns(struct reader *reader, const struct who_rules *rules)
{
	char *text = str_dup(reader->text);
	struct who_reading *reading;
	regmatch_t groups[GROUPS];
	struct buf value;
	size_t i;

	buf_init(&value, 4096);
	for (i = 0; i < rules->n_patterns; i++) {
		const struct who_pattern *pattern = rules->patterns[i];

		if (regexec(&pattern->regex, text, GROUPS, groups, 0) != 0 || groups[0].rm_so != 0 ||
		    (size_t)groups[0].rm_eo != reader->text.n)
			continue;
		buf_reset(&value);
		add_value(pattern, text, groups, &value);
		reading = offer(reader, pattern->type, buf_str(&value));
		if (reading)
			reading->house = true;
	}
	buf_release(&value);
	free(text);
}

static size_t count_digits(struct str s)
{
	size_t digits = 0;
	uint32_t i;

	for (i = 0; i < s.n; i++)
		digits += isdigit((unsigned char)s.p[i]) != 0;
	return digits;
}

/* GTIN-8, -12, -13 and -14: weights 3 and 1 from the right, the sum a multiple of ten (GS1). */
static bool is_gtin(struct str s)
{
	unsigned sum = 0;
	uint32_t i;

	if (s.n != 8 && s.n != 12 && s.n != 13 && s.n != 14)
		return false;
	for (i = 0; i < s.n; i++)
		sum += (unsigned)(s.p[i] - '0') * ((s.n - i) % 2 ? 1 : 3);
	return sum % 10 == 0 && sum > 0;
}

static void read_digits(struct reader *reader, struct str digits)
{
	if (is_gtin(digits))
		offer(reader, ID_TYPE_ITEM, digits);
	if (digits.n >= DIGITS_SURE)
		offer(reader, ID_TYPE_TEL, digits);
	offer(reader, ID_TYPE_ORDER, digits);
	offer(reader, ID_TYPE_TICKET, digits);
	if (digits.n >= 3 && digits.n < DIGITS_SURE)
		offer(reader, ID_TYPE_TEL, digits);
}

static bool has_space(struct str s)
{
	uint32_t i;

	for (i = 0; i < s.n; i++)
		if (isspace((unsigned char)s.p[i]))
			return true;
	return false;
}

static void read_at(struct reader *reader)
{
	struct str text = reader->text;
	const char *at = memchr(text.p, '@', text.n);

	if (at == text.p) {
		if (memchr(text.p + 1, '@', text.n - 1)) {
			offer(reader, ID_TYPE_MASTODON, text);
		} else if (!has_space(text)) {
			offer(reader, ID_TYPE_HANDLE, text);
			offer(reader, ID_TYPE_X, text);
		}
	} else if (at) {
		at = memrchr(text.p, '@', text.n);
		if (memchr(at, '.', (size_t)(text.p + text.n - at)))
			offer(reader, ID_TYPE_EMAIL, text);
	}
}

/* What surely is neither number nor address. */
static void read_marked(struct reader *reader)
{
	struct str text = reader->text;

	if (count_digits(text) == text.n) {
		read_digits(reader, text);
	} else if (text.p[0] == '#' && text.n > 1 && !has_space(text)) {
		offer(reader, ID_TYPE_ORDER, text);
		offer(reader, ID_TYPE_TICKET, text);
		offer(reader, ID_TYPE_RECEIPT, text);
	} else if (memchr(text.p, '@', text.n)) {
		read_at(reader);
	} else {
		offer(reader, ID_TYPE_TEL, text);
	}
}

/* A digit, at most eight letters, digits and hyphens. */
static bool is_postcode(struct str word)
{
	uint32_t i;

	if (word.n > 8 || count_digits(word) == 0)
		return false;
	for (i = 0; i < word.n; i++)
		if (!isalnum((unsigned char)word.p[i]) && word.p[i] != '-')
			return false;
	return true;
}

static struct str last_word(struct str text)
{
	uint32_t i = text.n;

	while (i > 0 && !isspace((unsigned char)text.p[i - 1]))
		i--;
	return str_make(text.p + i, text.n - i);
}

static struct str before(struct str text, struct str word)
{
	return str_trim(str_make(text.p, (size_t)(word.p - text.p)));
}

/* "ls1" or "ls1 4dy" at the end; empty when there is none. */
static struct str last_postcode(struct str text)
{
	struct str word = last_word(text), one, pair;

	if (!is_postcode(word))
		return str_make(text.p, 0);
	one = last_word(before(text, word));
	pair = str_make(one.p, (size_t)(word.p + word.n - one.p));
	if (one.n && is_postcode(one) && one.n + word.n <= 8)
		return pair;
	return word;
}

static bool add_narrow(struct reader *reader, struct who_reading *reading, struct str word)
{
	static const struct str none;
	struct identity *slot = &reading->narrow[reading->n_narrow];

	if (reading->n_narrow == sizeof(reading->narrow) / sizeof(reading->narrow[0]))
		return false;
	if (identity_parse(reader->arena, word, reader->country, slot, NULL))
		return ++reading->n_narrow > 0;
	if (!is_postcode(last_word(word)) || !identity_make(reader->arena, ID_TYPE_POSTCODE, none, word, NULL, slot, NULL))
		return false;
	return ++reading->n_narrow > 0;
}

/* As shops print it: one word that begins with a letter and has at least three digits, and nothing else, behind its last hyphen. */
static bool is_printed_number(struct str text)
{
	uint32_t digits = 0;

	for (uint32_t i = 0; i < text.n; i++)
		if (!isalnum((unsigned char)text.p[i]) && text.p[i] != '-')
			return false;
	while (digits < text.n && isdigit((unsigned char)text.p[text.n - digits - 1]))
		digits++;
	return digits >= 3 && digits + 1 < text.n && text.p[text.n - digits - 1] == '-' && isalpha((unsigned char)text.p[0]);
}

/* A name, and behind it what else must hold: a postcode, "card4:1234", "receipt:17". */
static void read_name(struct reader *reader)
{
	struct who_reading narrows = { .n_narrow = 0 }, *reading;
	struct str name = reader->text, word, postcode;

	for (;;) {
		word = last_word(name);
		postcode = last_postcode(name);
		if (postcode.n)
			word = postcode;
		if (!before(name, word).n || !add_narrow(reader, &narrows, word))
			break;
		name = before(name, word);
	}
	/* "ls1 4dy" alone is no name; a single odd word may be one. */
	if (has_space(name) && last_postcode(name).n == name.n) {
		offer(reader, ID_TYPE_POSTCODE, reader->text);
		return;
	}
	if (is_printed_number(reader->text)) {
		offer(reader, ID_TYPE_ORDER, reader->text);
		offer(reader, ID_TYPE_RECEIPT, reader->text);
	}
	reading = offer(reader, ID_TYPE_NAME, name);
	if (reading) {
		memcpy(reading->narrow, narrows.narrow, sizeof(narrows.narrow));
		reading->n_narrow = narrows.n_narrow;
	}
}

/* True when the text begins with a known type and a colon: then nothing else is meant. */
static bool is_typed(struct str text)
{
	const char *colon = memchr(text.p, ':', text.n);
	enum id_type type;

	return colon && identity_type_parse(str_make(text.p, (size_t)(colon - text.p)), &type);
}

/* "receipt:17 card4:1234": the first says who, each further typed word what else must hold. */
static bool read_typed(struct reader *reader, struct err *err)
{
	struct who_reading *reading = &reader->out->items[0];
	struct str text = reader->text, word = last_word(text);

	while (word.n < text.n && is_typed(word) && add_narrow(reader, reading, word)) {
		text = before(text, word);
		word = last_word(text);
	}
	if (!identity_parse(reader->arena, text, reader->country, &reading->id, err))
		return false;
	reader->out->n = 1;
	return true;
}

bool who_parse(struct arena *arena, struct str text, const struct who_rules *rules, struct who *out, struct err *err)
{
	struct reader reader = { .arena = arena, .text = str_trim(text), .country = rules ? rules->country : NULL, .out = out };

	memset(out, 0, sizeof(*out));
	text = reader.text;
	if (str_empty(text))
		return err_set(err, ERR_USAGE, "nobody is named: type a name, an e-mail, a telephone or a number");
	if (text.n > TYPED_MAX)
		return err_set(err, ERR_LIMIT, "\"%.40s...\" is too long to name somebody", text.p);
	if (memchr(text.p, '\0', text.n))
		return err_set(err, ERR_SYNTAX, "a zero byte stands in what names somebody");
	if (is_typed(text))
		return read_typed(&reader, err);
	if (rules)
		read_patterns(&reader, rules);
	read_marked(&reader);
	if (out->n == 0)
		read_name(&reader);
	if (out->n == 0)
		return err_set(err, ERR_USAGE, "\"%.*s\" cannot be read as anybody", (int)(text.n < 80 ? text.n : 80), text.p);
	return true;
}
