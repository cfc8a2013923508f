/*
 * What was typed into an operation's fields, as the house spells it.
 */
#include <dossier/base/mem.h>
#include <dossier/desk/operation.h>

#include "operation_read.h"

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
	bool offered;
};

void op_values_offer(struct op_values *values)
{
	values->offered = true;
}

bool op_values_offered(const struct op_values *values)
{
	return values->offered;
}

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

static void value_take(struct op_value *value, const struct op_reading *read, bool several)
{
	struct str text = read->normal.len ? buf_str(&read->normal) : read->text, rest;
	size_t cap = 0;

	value_clear(value);
	value->number = read->number;
	value->money = read->money;
	value->text = str_dup(text);
	value->n = text.n;
	rest = str_make(value->text, value->n);
	while (several && rest.n) {
		MEM_ROOM(value->pieces, value->n_pieces, cap);
		value->pieces[value->n_pieces++] = op_next_piece(&rest);
	}
}

bool op_values_set(struct op_values *values, struct str name, struct str text, struct err *err)
{
	const struct op_field *field = operation_field(values->op, name);
	struct op_reading reading = { .desk = values->desk, .field = field, .text = str_trim(text) };
	bool good;

	if (!field)
		return err_set(err, ERR_USAGE, "%s has no field %.*s", values->op->id, (int)(name.n < 60 ? name.n : 60), name.p ? name.p : "");
	if (str_empty(reading.text)) {
		value_clear(&values->values[field - values->op->fields]);
		return true;
	}
	buf_init(&reading.normal, 2 * ENTRY_TEXT_MOST);
	good = op_read(&reading, err);
	if (good)
		value_take(&values->values[field - values->op->fields], &reading, is_several(field->kind));
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
