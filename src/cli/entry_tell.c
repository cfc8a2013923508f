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
		if (tell_entry_hides(tell, entry, f, value))
			buf_adds(out, gettext("closed until verified"));
		else
			tell_entry_value(tell, f, value, out);
	}
	json_object_put(data);
	json_parser_free(parser);
}

void entry_tell(const struct tell *tell, const struct entry *entry, struct buf *out)
{
	const char *closed = tell_entry_closed(tell, entry);

	buf_addstr(out, entry->word);
	if (closed)
		buf_printf(out, "  (%s)", closed);
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
