#include <dossier/base/buf.h>

#include "view.h"

#define IDENTITY_MOST 4096

struct view view_of(const struct present *present, const char *prefix, const struct fields *out)
{
	return (struct view){ .out = out, .mask = present->mask, .prefix = prefix };
}

void view_end(struct view *view)
{
	const struct fields *out = view->out;

	out->begin_list(out->arg, "masked");
	for (size_t i = 0; i < view->n_masked; i++)
		out->text(out->arg, NULL, str_of(view->masked[i]));
	out->end_list(out->arg);
}

void view_note(struct view *view, const char *field)
{
	for (size_t i = 0; i < view->n_masked; i++) {
		if (!strcmp(view->masked[i], field))
			return;
	}
	if (view->n_masked < VIEW_MASKED)
		view->masked[view->n_masked++] = field;
}

bool view_closed(struct view *view, const char *field)
{
	char whole[96];
	const struct fields *out = view->out;

	snprintf(whole, sizeof(whole), "%s.%s", view->prefix, field);
	if (!mask_hides(view->mask, whole))
		return false;
	view_note(view, field);
	out->text(out->arg, view_name(field), (struct str){ 0 });
	return true;
}

void view_integer(struct view *view, const char *field, int64_t value)
{
	if (!view_hides(view, field))
		view->out->integer(view->out->arg, view_name(field), value);
}

void view_boolean(struct view *view, const char *field, bool value)
{
	if (!view_hides(view, field))
		view->out->boolean(view->out->arg, view_name(field), value);
}

void view_time(struct view *view, const char *field, int64_t at)
{
	if (!view_hides(view, field))
		view->out->time(view->out->arg, view_name(field), at);
}

void view_money(struct view *view, const char *field, struct money money)
{
	if (!view_hides(view, field))
		view->out->money(view->out->arg, view_name(field), money);
}

bool view_closes_type(struct view *view, enum id_type type)
{
	static const char *const fields[] = {
#define X(name, word, class) "identity." word,
		ID_TYPES(X)
#undef X
	};

	if ((unsigned)type >= ID_TYPE_COUNT || !mask_hides(view->mask, fields[type]))
		return false;
	view_note(view, fields[type]);
	return true;
}

void view_identity(struct view *view, const char *name, const struct identity *id)
{
	const struct fields *out = view->out;
	struct buf text;

	if (view_closes_type(view, id->type)) {
		out->text(out->arg, name, (struct str){ 0 });
		return;
	}
	buf_init(&text, IDENTITY_MOST);
	identity_print(id, &text);
	out->text(out->arg, name, buf_str(&text));
	buf_release(&text);
}
