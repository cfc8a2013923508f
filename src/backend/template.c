#include <dossier/base/clock.h>
#include <dossier/base/mem.h>

#include "filter.h"
#include "value.h"

enum source { SOURCE_POINTER, SOURCE_VAR, SOURCE_SETTING, SOURCE_AGENT, SOURCE_RECORD, SOURCE_EXTRA, SOURCE_NOW, SOURCE_UUID };

/* Literal text, or a placeholder. */
struct piece {
	char *literal;                  /* NULL: a placeholder */
	size_t n;
	enum source source;
	char *name;
	struct place place;
	struct filter **filters;
	size_t n_filters;
	bool raw;
};

struct template {
	char *text;
	enum template_place place;
	struct piece *pieces;
	size_t n, cap;
};

static const char mask_text[] = "•••";

static bool is_name(struct str name)
{
	if (!name.n || (name.p[0] >= '0' && name.p[0] <= '9'))
		return false;
	for (uint32_t i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return true;
}

static bool source_read(struct piece *piece, struct str text, struct err *err)
{
	static const struct { const char *prefix; enum source source; } dotted[] = {
		{ "settings.", SOURCE_SETTING }, { "agent.", SOURCE_AGENT }, { "record.", SOURCE_EXTRA },
	};

	if (place_looks(text)) {
		piece->source = SOURCE_POINTER;
		return place_init(&piece->place, text, err);
	}
	piece->source = str_is(text, "now") ? SOURCE_NOW : str_is(text, "uuid") ? SOURCE_UUID
		      : str_is(text, "record") ? SOURCE_RECORD : SOURCE_VAR;
	for (size_t i = 0; i < sizeof(dotted) / sizeof(*dotted); i++) {
		size_t n = strlen(dotted[i].prefix);

		if (!str_starts(text, dotted[i].prefix))
			continue;
		piece->source = dotted[i].source;
		text = str_make(text.p + n, text.n - n);
		break;
	}
	if (!is_name(text))
		return err_set(err, ERR_CONFIG, "<%.*s> is no placeholder: write </pointer>, <settings.x>, <agent.x>, <record.x> or <name>, and << for a < of the text", STR_ARG(text));
	piece->name = str_dup(text);
	return true;
}

static bool filters_read(struct piece *piece, struct str text, struct err *err)
{
	size_t cap = 0;

	while (text.n) {
		const char *bar = memchr(text.p, '|', text.n);
		size_t n = bar ? (size_t)(bar - text.p) : text.n;
		struct filter *filter = filter_new(str_make(text.p, n), err);

		if (!filter)
			return false;
		MEM_ROOM(piece->filters, piece->n_filters, cap);
		piece->filters[piece->n_filters++] = filter;
		piece->raw |= filter_is_raw(filter);
		if (!bar)
			return true;
		text = str_make(bar + 1, text.n - n - 1);
		if (!text.n)
			return err_set(err, ERR_CONFIG, "a filter is missing after the last |");
	}
	return true;
}

static bool placeholder_read(struct template *t, struct str text, struct err *err)
{
	const char *bar = memchr(text.p, '|', text.n);
	struct str source = str_trim(str_make(text.p, bar ? (size_t)(bar - text.p) : text.n));

	MEM_ROOM(t->pieces, t->n, t->cap);
	struct piece *piece = &t->pieces[t->n++];
	memset(piece, 0, sizeof(*piece));
	if (!source_read(piece, source, err))
		return false;
	if (!bar)
		return true;
	if (bar + 1 == text.p + text.n)
		return err_set(err, ERR_CONFIG, "a filter is missing after the |");
	return filters_read(piece, str_make(bar + 1, text.n - (size_t)(bar + 1 - text.p)), err);
}

static void literal_add(struct template *t, struct buf *literal)
{
	if (!literal->len)
		return;
	MEM_ROOM(t->pieces, t->n, t->cap);
	struct piece *piece = &t->pieces[t->n++];
	memset(piece, 0, sizeof(*piece));
	piece->n = literal->len;
	piece->literal = buf_take(literal);
}

static bool cut(struct template *t, struct str text, struct buf *literal, struct err *err)
{
	for (uint32_t i = 0; i < text.n; i++) {
		if (text.p[i] != '<') {
			buf_addc(literal, text.p[i]);
			continue;
		}
		if (i + 1 < text.n && text.p[i + 1] == '<') {
			buf_addc(literal, '<');
			i++;
			continue;
		}
		const char *end = memchr(text.p + i, '>', text.n - i);
		if (!end)
			return err_set(err, ERR_CONFIG, "a < has no > after it: write << for a < of the text");
		literal_add(t, literal);
		if (!placeholder_read(t, str_make(text.p + i + 1, (size_t)(end - text.p) - i - 1), err))
			return false;
		i = (uint32_t)(end - text.p);
	}
	literal_add(t, literal);
	return true;
}

struct template *template_new(struct str text, enum template_place place, struct err *err)
{
	struct template *t = mem_zalloc(sizeof(*t));
	struct buf literal;

	if (!text.p)
		text = STR("");
	t->text = str_dup(text);
	t->place = place;
	buf_init(&literal, FILTER_MOST);
	bool ok = cut(t, text, &literal, err);
	buf_release(&literal);
	if (ok)
		return t;
	template_free(t);
	return NULL;
}

void template_free(struct template *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++) {
		struct piece *piece = &t->pieces[i];

		for (size_t j = 0; j < piece->n_filters; j++)
			filter_free(piece->filters[j]);
		free(piece->filters);
		free(piece->literal);
		free(piece->name);
		place_release(&piece->place);
	}
	free(t->pieces);
	free(t->text);
	free(t);
}

const char *template_text(const struct template *t)
{
	return t->text;
}

bool template_literal(const struct template *t, struct str *out)
{
	if (t->n > 1 || (t->n == 1 && !t->pieces[0].literal))
		return false;
	*out = t->n ? str_make(t->pieces[0].literal, t->pieces[0].n) : STR("");
	return true;
}

unsigned template_uses(const struct template *t)
{
	unsigned uses = 0;

	for (size_t i = 0; i < t->n; i++)
		if (!t->pieces[i].literal && t->pieces[i].source == SOURCE_POINTER)
			uses |= place_uses(&t->pieces[i].place);
		else if (!t->pieces[i].literal && t->pieces[i].source == SOURCE_UUID)
			uses |= TEMPLATE_USES_UUID;
	return uses;
}

void template_names(const struct template *t, void (*fn)(void *arg, enum template_source source, struct str name), void *arg)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct piece *piece = &t->pieces[i];

		if (piece->literal)
			continue;
		for (size_t j = 0; j < piece->n_filters; j++)
			if (filter_names(piece->filters[j]).n)
				fn(arg, TEMPLATE_VAR, filter_names(piece->filters[j]));
		struct str name = str_of(piece->name);
		if (piece->source == SOURCE_VAR)
			fn(arg, TEMPLATE_VAR, name);
		else if (piece->source == SOURCE_SETTING)
			fn(arg, TEMPLATE_SETTING, name);
		else if (piece->source == SOURCE_AGENT)
			fn(arg, TEMPLATE_AGENT, name);
		else if (piece->source == SOURCE_RECORD)
			fn(arg, TEMPLATE_RECORD, name);
		else if (piece->source == SOURCE_EXTRA)
			fn(arg, TEMPLATE_EXTRA, name);
	}
}

static void used_volatile(const struct scope *scope)
{
	if (scope->volatile_used)
		*scope->volatile_used = true;
}

static struct json_object *text_value(struct str text)
{
	return text.p ? json_object_new_string_len(text.p, (int)text.n) : NULL;
}

static struct json_object *member(struct json_object *map, const char *name)
{
	struct json_object *value = NULL;

	if (json_object_is_type(map, json_type_object))
		json_object_object_get_ex(map, name, &value);
	return json_object_get(value);
}

static struct json_object *setting_value(const struct piece *piece, const struct scope *scope, bool *masked)
{
	const struct scope_house *house = scope->house;

	if (!house)
		return NULL;
	if (!house->secrets || json_object_object_get_ex(house->secrets, piece->name, NULL)) {
		used_volatile(scope);
		*masked = scope->masked;
	}
	return member(house->settings, piece->name);
}

static struct json_object *var_value(const char *name, const struct scope *scope, bool *masked)
{
	const struct vars *vars = scope->vars;

	for (size_t i = 0; vars && i < vars->n; i++) {
		if (strcmp(vars->items[i].name, name))
			continue;
		if (vars->items[i].is_secret) {
			used_volatile(scope);
			*masked = scope->masked;
		}
		return json_object_get(vars->items[i].value);
	}
	return NULL;
}

static struct json_object *extra_value(const char *name, const struct record *record)
{
	enum id_type type;

	if (!record)
		return NULL;
	struct str extra = record_extra(record, name);
	if (extra.p)
		return text_value(extra);
	if (!strcmp(name, "id"))
		return text_value(record->id);
	if (!strcmp(name, "name"))
		return record->n_names ? text_value(record->names[0]) : NULL;
	for (size_t i = 0; identity_type_parse(str_of(name), &type) && i < record->n_ids; i++)
		if (record->ids[i].id.type == type)
			return text_value(record->ids[i].id.value);
	return NULL;
}

static struct json_object *volatile_value(const struct piece *piece, const struct scope *scope, bool *masked)
{
	char text[40];

	used_volatile(scope);
	*masked = scope->masked;
	if (!scope->house || !scope->house->clock)
		return NULL;
	if (piece->source == SOURCE_UUID && scope->uuid)
		return json_object_new_string(scope->uuid);
	if (piece->source == SOURCE_NOW)
		when_iso(clock_wall(scope->house->clock), text);
	else
		clock_uuid4(scope->house->clock, text);
	return json_object_new_string(text);
}

/* A new reference; *masked when it must read as the mask. */
static struct json_object *source_value(const struct piece *piece, const struct scope *scope, bool *masked)
{
	switch (piece->source) {
	case SOURCE_POINTER:
		return json_object_get(place_get(&piece->place, scope));
	case SOURCE_VAR:
		return var_value(piece->name, scope, masked);
	case SOURCE_SETTING:
		return setting_value(piece, scope, masked);
	case SOURCE_AGENT:
		return scope->house ? member(scope->house->agent, piece->name) : NULL;
	case SOURCE_RECORD:
		return scope->record ? text_value(scope->record->id) : var_value("record", scope, masked);
	case SOURCE_EXTRA:
		return extra_value(piece->name, scope->record);
	case SOURCE_NOW:
	case SOURCE_UUID:
		return volatile_value(piece, scope, masked);
	}
	return NULL;
}

static bool is_empty_text(struct json_object *value)
{
	return !value || (json_object_is_type(value, json_type_string) && json_object_get_string_len(value) == 0);
}

static struct json_object *join_list(struct json_object *list, const char *separator)
{
	struct buf out, tmp;
	struct str text;

	buf_init(&out, FILTER_MOST);
	buf_init(&tmp, 4096);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		if (!json_text(json_object_array_get_idx(list, i), &tmp, &text) || !text.n)
			continue;
		if (out.len)
			buf_adds(&out, separator);
		buf_addstr(&out, text);
	}
	struct json_object *joined = text_value(buf_str(&out));
	buf_release(&out);
	buf_release(&tmp);
	return joined;
}

static struct json_object *filter_text(const struct filter *filter, struct str in, const struct scope *scope, struct err *err)
{
	struct buf out;
	struct json_object *result = NULL;

	buf_init(&out, FILTER_MOST);
	if (filter_apply(filter, in, scope, &out, err))
		result = filter_is_number(filter) ? value_number(buf_str(&out), err) : text_value(buf_str(&out));
	buf_release(&out);
	return result;
}

static struct json_object *filter_value(const struct filter *filter, struct json_object *value, const struct scope *scope, struct err *err);

static struct json_object *filter_list(const struct filter *filter, struct json_object *list, const struct scope *scope, struct err *err)
{
	if (filter_is_join(filter))
		return join_list(list, filter_argument(filter).p);
	struct json_object *out = json_object_new_array();
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);

		/* lists of lists are nobody's text */
		if (json_object_is_type(item, json_type_array))
			continue;
		struct json_object *one = filter_value(filter, item, scope, err);
		if (one)
			json_object_array_add(out, one);
		else if (err->code) {
			json_object_put(out);
			return NULL;
		}
	}
	return out;
}

/* A new reference; NULL is missing, or refused with *err. */
static struct json_object *filter_value(const struct filter *filter, struct json_object *value, const struct scope *scope, struct err *err)
{
	struct buf tmp;
	struct str text;

	if (filter_is_default(filter))
		return is_empty_text(value) ? text_value(filter_argument(filter)) : json_object_get(value);
	if (filter_is_raw(filter) || !value)
		return json_object_get(value);
	if (json_object_is_type(value, json_type_array))
		return filter_list(filter, value, scope, err);
	buf_init(&tmp, 4096);
	struct json_object *out = NULL;
	if (json_text(value, &tmp, &text))
		out = filter_text(filter, text, scope, err);
	else
		err_set(err, ERR_SHAPE, "an object stands where a text is meant");
	buf_release(&tmp);
	return out;
}

static struct json_object *piece_value(const struct piece *piece, const struct scope *scope, bool *masked, struct err *err)
{
	struct json_object *value = source_value(piece, scope, masked);

	if (*masked) {
		json_object_put(value);
		return json_object_new_string(mask_text);
	}
	for (size_t i = 0; i < piece->n_filters; i++) {
		struct json_object *next = filter_value(piece->filters[i], value, scope, err);

		json_object_put(value);
		value = next;
		if (err->code)
			return NULL;
	}
	return value;
}

struct piece_out {
	struct buf *out;
	enum template_place place;
	bool only;                      /* the whole template is this placeholder */
	bool missing;                   /* nothing stood there */
};

static bool piece_eval(const struct piece *piece, const struct scope *scope, struct piece_out *to, struct err *err)
{
	bool masked = false;
	struct json_object *value = piece_value(piece, scope, &masked, err);
	struct buf tmp;
	struct str text = STR("");
	bool ok = true;

	to->missing = is_empty_text(value);
	if (err->code)
		return false;
	buf_init(&tmp, 4096);
	if (value && !json_text(value, &tmp, &text))
		ok = err_set(err, ERR_SHAPE, "%s stands where a text is meant: %s", value_type_name(value),
			     json_object_is_type(value, json_type_array) ? "join: makes one of it" : "point at one of its members");
	else if (piece->raw || masked || (to->place == TEMPLATE_PATH && to->only))
		ok = buf_addstr(to->out, text);
	else
		ok = template_escape(to->place, text, to->out, err);
	buf_release(&tmp);
	json_object_put(value);
	return ok;
}

/* "." and ".." out of a value would climb in the address. */
static bool path_is_safe(struct str path, struct err *err)
{
	uint32_t start = 0;

	for (uint32_t i = 0; i <= path.n; i++) {
		bool end = i == path.n || path.p[i] == '?';

		if (!end && path.p[i] != '/')
			continue;
		struct str segment = str_make(path.p + start, i - start);
		if (str_is(segment, ".") || str_is(segment, ".."))
			return err_set(err, ERR_REFUSED, "a value of the path is \"%.*s\", which would climb in the address", STR_ARG(segment));
		if (end)
			break;
		start = i + 1;
	}
	return true;
}

bool template_eval(const struct template *t, const struct scope *scope, struct buf *out, bool *missing, struct err *err)
{
	struct err local = { 0 };
	bool some = false, lacking = false;
	size_t start = out->len;

	for (size_t i = 0; i < t->n; i++) {
		const struct piece *piece = &t->pieces[i];
		struct piece_out to = { out, t->place, t->n == 1, false };

		if (piece->literal) {
			buf_add(out, piece->literal, piece->n);
			continue;
		}
		if (!piece_eval(piece, scope, &to, &local)) {
			if (!local.code)
				err_set(&local, ERR_LIMIT, "a text is too long");
			return err_set(err, local.code, "\"%s\": %s", t->text, local.text);
		}
		if (to.missing && t->place == TEMPLATE_PATH && !to.only)
			return err_set(err, ERR_SHAPE, "\"%s\": a value of the path is missing", t->text);
		some |= !to.missing;
		lacking |= to.missing;
	}
	if (missing)
		*missing = lacking && !some;
	if (out->full)
		return err_set(err, ERR_LIMIT, "\"%s\": a text is too long", t->text);
	return t->place != TEMPLATE_PATH || t->n < 2 || path_is_safe(str_make(out->data + start, out->len - start), err);
}

struct json_object *template_value(const struct template *t, const struct scope *scope, struct err *err)
{
	struct err local = { 0 };
	bool masked = false, missing = false;

	if (t->n == 1 && !t->pieces[0].literal) {
		struct json_object *value = piece_value(&t->pieces[0], scope, &masked, &local);

		if (local.code)
			err_set(err, local.code, "\"%s\": %s", t->text, local.text);
		return value;
	}
	struct buf out;
	struct json_object *value = NULL;
	buf_init(&out, FILTER_MOST);
	if (template_eval(t, scope, &out, &missing, err) && !missing) {
		struct str text = buf_str(&out);

		/* "</firstname> </lastname>" without one of them */
		value = text_value(t->place == TEMPLATE_PLAIN && t->n > 1 ? str_trim(text) : text);
	}
	buf_release(&out);
	return value;
}
