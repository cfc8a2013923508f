#include "act_offered.h"

#include "words.h"

#define PICK_BYTES 56
#define ID_SHOWN 8

static bool is_within(struct str text, uint32_t at)
{
	return at > 0 && at < text.n && ((unsigned char)text.p[at] & 0xC0) == 0x80;
}

/* Cut between two characters, and marked where it is. */
static void put_beginning(struct str text, uint32_t most, struct buf *out)
{
	uint32_t n = text.n < most ? text.n : most;

	while (is_within(text, n))
		n--;
	buf_addstr(out, str_make(text.p, n));
	buf_adds(out, n < text.n ? "…" : "");
}

static void put_end(struct str text, uint32_t most, struct buf *out)
{
	uint32_t at = text.n > most ? text.n - most : 0;

	while (is_within(text, at))
		at++;
	buf_adds(out, at ? "…" : "");
	buf_addstr(out, str_make(text.p + at, text.n - at));
}

/* "20 Nov 12:38 waiting for billing (00010442)" */
static struct str pick_words(struct customer_view *cv, const struct interaction *it, struct arena *arena)
{
	const struct interaction *seen = present_seen_row(customer_view_present(cv), it, arena);
	struct buf text, title;
	struct str out;

	buf_init(&text, 4096);
	buf_init(&title, 4096);
	words_when(cv->view.ui, seen->at, &text);
	buf_addc(&text, ' ');
	words_title(seen, &title);
	put_beginning(buf_str(&title), PICK_BYTES, &text);
	/* two of one name are told apart by the end of what the backend calls them */
	buf_adds(&text, " (");
	put_end(it->id, ID_SHOWN, &text);
	buf_addc(&text, ')');
	buf_release(&title);
	out = arena_str(arena, buf_str(&text));
	buf_release(&text);
	return out;
}

static void offer(struct act_offered *offered, struct str words, struct str value)
{
	for (size_t i = 0; i < offered->n; i++)
		if (str_eq(offered->values[i], value))
			return;
	if (value.n && offered->n < ACT_OFFERED_MOST) {
		offered->words[offered->n] = words;
		offered->values[offered->n++] = value;
	}
}

/* Where it goes to is what is known of the customer, unless the house closes it. */
static void offer_address(struct act_offered *offered, struct customer_view *cv, const struct plan_ask_field *field, struct arena *arena)
{
	static const struct { const char *name; enum id_type type; } fields[] = { { "to", ID_TYPE_TEL }, { "tel", ID_TYPE_TEL }, { "phone", ID_TYPE_TEL }, { "number", ID_TYPE_TEL }, { "email", ID_TYPE_EMAIL } };
	const struct present *present = customer_view_present(cv);
	const struct group *group = present_seen_group(present, customer_group(cv->customer), arena);

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (strcmp(fields[i].name, field->name) != 0 || (field->type != ASK_TEXT && field->type != ASK_TEL))
			continue;
		for (size_t k = 0; k < group->n_typed; k++)
			if (group->typed[k].type == fields[i].type) {
				struct str value = arena_str(arena, group->typed[k].value);

				offer(offered, value, value);
			}
		for (size_t r = 0; r < group->n_records; r++)
			for (size_t k = 0; k < group->records[r]->n_ids; k++)
				if (group->records[r]->ids[k].id.type == fields[i].type) {
					struct str value = arena_str(arena, group->records[r]->ids[k].id.value);

					offer(offered, value, value);
				}
	}
}

void act_offered_init(struct act_offered *offered, struct customer_view *cv, const char *backend, const struct plan_ask_field *field, struct arena *arena)
{
	const struct interaction *rows[ACT_OFFERED_MOST];
	size_t n = act_picks(cv->customer, backend, field, rows, ACT_OFFERED_MOST);

	offered->n = 0;
	for (size_t i = 0; i < n; i++)
		offer(offered, pick_words(cv, rows[i], arena), arena_str(arena, rows[i]->id));
	for (size_t i = 0; i < field->choices.n && field->type == ASK_CHOICE; i++)
		offer(offered, str_of(field->choices.items[i]), str_of(field->choices.items[i]));
	if (field->type == ASK_BOOL) {
		offer(offered, STR("yes"), STR("yes"));
		offer(offered, STR("no"), STR("no"));
	}
	offer_address(offered, cv, field, arena);
}
