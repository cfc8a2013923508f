#include "entry_tell.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/model/identity.h>

#include "text.h"

#define INDENT 19

static bool is_plain(const char *name)
{
	static const char *const plain[] = { "text", "title", "line", "value", "wants", "who" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (strcmp(name, plain[i]) == 0)
			return true;
	return false;
}

static void add_scalar(struct json_object *value, struct buf *out)
{
	struct buf tmp;
	struct str text;

	buf_init(&tmp, 4096);
	if (json_text(value, &tmp, &text))
		buf_addstr(out, text);
	buf_release(&tmp);
}

static void add_key(struct json_object *key, struct buf *out)
{
	static const char *const parts[] = { "backend", "row", "id" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (i)
			buf_addc(out, '/');
		add_scalar(json_object_object_get(key, parts[i]), out);
	}
}

static void add_uuid(struct json_object *value, struct buf *out)
{
	const char *id = json_object_get_string(value);
	char code[CASE_CODE + 1];

	case_code(str_of(id ? id : ""), code);
	buf_adds(out, code);
}

static void add_item(enum entry_field_kind kind, struct json_object *value, struct buf *out)
{
	switch (kind) {
	case FIELD_UUIDS:
		add_uuid(value, out);
		break;
	case FIELD_KEYS:
		add_key(value, out);
		break;
	default:
		add_scalar(value, out);
	}
}

static void add_value(const struct tell *tell, const struct entry_field *field, struct json_object *value, struct buf *out)
{
	struct money money;
	char text[40];

	switch (field->kind) {
	case FIELD_UUID:
		add_uuid(value, out);
		return;
	case FIELD_WHEN:
		tell_due(tell, json_object_get_int64(value), out);
		return;
	case FIELD_MONEY:
		money = (struct money){ .minor = json_object_get_int64(json_object_object_get(value, "minor")) };
		snprintf(money.currency, sizeof(money.currency), "%s", json_object_get_string(json_object_object_get(value, "currency")));
		money_print(money, text);
		buf_adds(out, text);
		return;
	case FIELD_BOOL:
		buf_adds(out, json_object_get_boolean(value) ? gettext("yes") : gettext("no"));
		return;
	default:
		break;
	}
	if (!json_object_is_type(value, json_type_array)) {
		add_scalar(value, out);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		if (i)
			buf_addc(out, ' ');
		add_item(field->kind, json_object_array_get_idx(value, i), out);
	}
}

static void add_data(const struct tell *tell, const struct entry *entry, struct buf *out)
{
	struct json_parser *parser = json_parser_new();
	struct json_object *data = entry_data(parser, entry), *value;
	const char *gap = "  ";

	for (const struct entry_field *f = entry_type_info(entry->type)->fields; data && f->name; f++) {
		if (!json_object_object_get_ex(data, f->name, &value) || !value || f->kind == FIELD_MAP)
			continue;
		buf_adds(out, gap);
		gap = ", ";
		if (!is_plain(f->name))
			buf_printf(out, "%s ", f->name);
		add_value(tell, f, value, out);
	}
	json_object_put(data);
	json_parser_free(parser);
}

void entry_tell(const struct tell *tell, const struct entry *entry, struct buf *out)
{
	buf_addstr(out, entry->word);
	if (!entry_known(entry))
		buf_adds(out, gettext("  (from a newer version)"));
	else if (entry_stripped(entry))
		buf_adds(out, gettext("  (its words were taken away)"));
	else if (tell->mask && mask_hides(tell->mask, "row.text"))
		buf_adds(out, gettext("  (closed until verified)"));
	else if (tell->desk && desk_closes(tell->desk, entry))
		buf_adds(out, gettext("  (for its own team)"));
	else
		add_data(tell, entry, out);
}

void text_entry(struct out *out, const struct tell *tell, const struct entry *entry)
{
	struct buf text, safe;

	buf_init(&text, SIZE_MAX / 4);
	buf_init(&safe, SIZE_MAX / 4);
	out_style(out, OUT_DIM);
	tell_time(tell, entry_time(entry), &text);
	out_printf(out, "%-17s  ", buf_str(&text).p);
	out_style(out, OUT_PLAIN);
	buf_reset(&text);
	buf_printf(&text, "%.*s  ", STR_ARG(entry->author));
	entry_tell(tell, entry, &text);
	text_safe(&safe, buf_str(&text), 0);
	text_wrap(out, buf_str(&safe), INDENT, INDENT);
	buf_release(&text);
	buf_release(&safe);
}
