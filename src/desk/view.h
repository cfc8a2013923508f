/*
 * One map on its way out: every member asks the mask first, a closed one
 * leaves as null and is named in "masked" at the end.
 */
#ifndef DOSSIER_SRC_DESK_VIEW_H
#define DOSSIER_SRC_DESK_VIEW_H

#include <dossier/desk/present.h>

#define VIEW_MASKED 64

struct view {
	const struct fields *out;
	const struct mask *mask;
	const char *prefix;             /* "record": the mask's field is "record.names" */
	const char *masked[VIEW_MASKED];
	size_t n_masked;
};

/* The title of a row made of an agent's words is the beginning of its text. */
bool seen_closes_title(const struct mask *mask, const struct interaction *it);

struct view view_of(const struct present *present, const char *prefix, const struct fields *out);
/* Writes "masked". */
void view_end(struct view *view);

/*
 * True when the field is closed: noted, and written as null. field is a
 * literal; of "place.id" the last part is the name written.
 */
bool view_closed(struct view *view, const char *field);

static inline bool view_hides(struct view *view, const char *field)
{
	return view->mask && view_closed(view, field);
}

/* Names it in "masked". */
void view_note(struct view *view, const char *field);

/* Inline, so that the name of a literal is found by the compiler: a row has thirty. */
static inline const char *view_name(const char *field)
{
	const char *dot = strrchr(field, '.');

	return dot ? dot + 1 : field;
}

static inline void view_text(struct view *view, const char *field, struct str value)
{
	if (!view_hides(view, field))
		view->out->text(view->out->arg, view_name(field), value);
}

/* Absent and empty words are null. */
static inline void view_word(struct view *view, const char *field, const char *word)
{
	view_text(view, field, *word ? str_of(word) : (struct str){ 0 });
}

void view_integer(struct view *view, const char *field, int64_t value);
void view_boolean(struct view *view, const char *field, bool value);
void view_time(struct view *view, const char *field, int64_t at);
void view_money(struct view *view, const char *field, struct money money);
/*
 * Typed, "tel:+447700900123"; name is NULL inside lists. A closed type is
 * null and noted as "identity.tel". The first gives whether it is closed.
 */
bool view_closes_type(struct view *view, enum id_type type);
void view_identity(struct view *view, const char *name, const struct identity *id);

#endif
