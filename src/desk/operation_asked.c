/* What faces that ask one field after another ask for, beside what must stand. */
#include <stdlib.h>

#include <dossier/desk/operation.h>

static const struct { const char *op, *field; } offered[] = {
	{ "contact.end", "done" }, { "contact.end", "outcome" }, { "contact.end", "line" },
	{ "contact.start", "channel" }, { "answer", "yes" }, { "answer", "text" }, { "discrepancy", "item" },
	{ "promise.keep", "text" },
};
static const struct { const char *how, *field; } proofs[] = { { "compare", "field" }, { "compare", "answer" }, { "code", "match" } };

/* Codes of a list that the house does not have are not asked for. */
static bool has_list(const struct op_values *values, const struct op_field *field)
{
	size_t n;

	if (field->kind != OP_DONE && field->kind != OP_OUTCOME && field->kind != OP_CHANNEL)
		return true;
	free(op_choices(op_values_desk(values), field, &n));
	return n > 0;
}

/* Of several of which one is needed: where none offers anything, the first. */
static enum op_asked asked_of_one(const struct op_values *values, const struct op_field *field)
{
	const struct op_field *first = NULL, *last = NULL;
	bool offers = false;
	size_t n;

	for (const struct op_field *f = op_values_of(values)->fields; f->name; f++) {
		if (f->need != OP_ONE)
			continue;
		if (op_has(values, f->name))
			return OP_NOT_ASKED;
		free(op_choices(op_values_desk(values), f, &n));
		first = first ? first : f;
		last = n ? f : last;
		offers |= n && f == field;
	}
	if (field == (last ? last : first))
		return OP_NEEDED;
	return offers ? OP_EITHER : OP_NOT_ASKED;
}

static enum op_asked asked_by_table(const struct op_values *values, const struct op_field *field)
{
	const char *id = op_values_of(values)->id;
	struct str how = op_text(values, "how");

	for (size_t i = 0; strcmp(id, "verify") == 0 && i < sizeof(proofs) / sizeof(*proofs); i++)
		if (strcmp(proofs[i].field, field->name) == 0 && str_is(how, proofs[i].how))
			return OP_FOLLOWS;
	for (size_t i = 0; i < sizeof(offered) / sizeof(*offered); i++)
		if (strcmp(offered[i].op, id) == 0 && strcmp(offered[i].field, field->name) == 0)
			return has_list(values, field) ? OP_OFFERED : OP_NOT_ASKED;
	return OP_NOT_ASKED;
}

enum op_asked op_asked(const struct op_values *values, const struct op_field *field)
{
	enum op_asked asked = OP_NOT_ASKED;

	if (op_has(values, field->name))
		return OP_NOT_ASKED;
	if (field->need == OP_MUST)
		return OP_NEEDED;
	if (field->need == OP_ONE)
		asked = asked_of_one(values, field);
	return asked == OP_NOT_ASKED ? asked_by_table(values, field) : asked;
}
