/*
 * Text being written. What was typed last is what counts: while one state is
 * on its way to the disk, or could not be written, later ones take its place.
 */
#include <dossier/store/draft.h>

#include <stdlib.h>

#include <dossier/base/json.h>
#include <dossier/base/text.h>

#include "store_inner.h"

#define RETRY_MS 1000
#define DRAFT_MOST ((size_t)1 << 20)

/* One state on its way; the draft may be gone when it comes back. */
struct writing { struct draft *draft; };

struct draft {
	struct store *store;
	struct arena *arena;
	struct draft_of of;
	struct draft_sink sink;
	struct buf text, fields;
	bool has_fields, dirty, refused;
	struct timer *timer;
	struct writing *writing;
};

static struct draft_of of_copy(struct arena *arena, const struct draft_of *of)
{
	struct draft_of copy = *of;
	struct str *who = arena_alloc(arena, of->n_who * sizeof(*who) + 1);

	copy.id = arena_str(arena, of->id);
	copy.what = arena_str(arena, of->what);
	copy.person = arena_str(arena, of->person);
	copy.case_ = arena_str(arena, of->case_);
	copy.contact = arena_str(arena, of->contact);
	copy.item = arena_str(arena, of->item);
	copy.label = arena_str(arena, of->label);
	for (size_t i = 0; i < of->n_who; i++)
		who[i] = arena_str(arena, of->who[i]);
	copy.who = who;
	return copy;
}

struct draft *draft_new(struct store *store, const struct draft_of *of, const struct draft_sink *sink)
{
	struct draft *draft = mem_zalloc(sizeof(*draft));
	char id[37];

	draft->store = store;
	draft->arena = arena_new();
	draft->of = of_copy(draft->arena, of);
	if (str_empty(draft->of.id)) {
		clock_uuid7(store->clock, id);
		draft->of.id = arena_str(draft->arena, str_of(id));
	}
	if (sink)
		draft->sink = *sink;
	buf_init(&draft->text, DRAFT_MOST);
	buf_init(&draft->fields, DRAFT_MOST);
	return draft;
}

static void put_text(struct buf *out, const char *name, struct str text)
{
	if (!text.p)
		return;
	buf_printf(out, "%s\"%s\":", out->len > 1 ? "," : "", name);
	text_json(out, text);
}

static void put_data(const struct draft *draft, struct buf *out)
{
	buf_addc(out, '{');
	put_text(out, "what", draft->of.what);
	put_text(out, "contact", draft->of.contact);
	put_text(out, "item", draft->of.item);
	put_text(out, "label", draft->of.label);
	put_text(out, "text", buf_str(&draft->text).p ? buf_str(&draft->text) : STR(""));
	if (draft->has_fields)
		put_text(out, "fields", buf_str(&draft->fields).p ? buf_str(&draft->fields) : STR(""));
	buf_addc(out, '}');
}

static void due(void *arg);

static void wait_for(struct draft *draft, int64_t delay)
{
	if (!draft->timer)
		draft->timer = loop_timer(draft->store->loop, delay, due, draft);
}

static void written(void *arg, const struct err *err)
{
	struct writing *writing = arg;
	struct draft *draft = writing->draft;
	struct draft_sink sink;

	free(writing);
	if (!draft)
		return;
	draft->writing = NULL;
	sink = draft->sink;
	/* of an erased person nothing will ever be kept: no use in trying again before more is typed */
	if (err->code == ERR_REFUSED)
		draft->refused = true;
	else if (err->code != ERR_NONE)
		draft->dirty = true;
	if (draft->dirty)
		wait_for(draft, err->code != ERR_NONE ? RETRY_MS : DRAFT_DELAY);
	if (sink.told)
		sink.told(sink.arg, err);
}

static void write_now(struct draft *draft)
{
	struct kept kept = {
		.kind = KEPT_DRAFT, .key = draft->of.id, .person = draft->of.person, .case_ = draft->of.case_, .who = draft->of.who,
		.n_who = draft->of.n_who,
	};
	struct buf data;

	buf_init(&data, 8 * DRAFT_MOST);
	put_data(draft, &data);
	kept.data = buf_str(&data);
	draft->dirty = false;
	draft->writing = mem_zalloc(sizeof(*draft->writing));
	draft->writing->draft = draft;
	kept_put(draft->store, &kept, written, draft->writing);
	buf_release(&data);
}

static void due(void *arg)
{
	struct draft *draft = arg;

	draft->timer = NULL;
	if (draft->dirty && !draft->writing)
		write_now(draft);
}

void draft_text(struct draft *draft, struct str text, struct str fields)
{
	buf_reset(&draft->text);
	buf_addstr(&draft->text, text);
	buf_reset(&draft->fields);
	buf_addstr(&draft->fields, fields);
	draft->has_fields = fields.p != NULL;
	draft->dirty = true;
	wait_for(draft, DRAFT_DELAY);
}

void draft_flush(struct draft *draft)
{
	loop_timer_cancel(draft->store->loop, draft->timer);
	draft->timer = NULL;
	if (!draft->dirty)
		return;
	if (draft->writing)
		wait_for(draft, 0);
	else
		write_now(draft);
}

struct str draft_id(const struct draft *draft)
{
	return draft->of.id;
}

bool draft_saved(const struct draft *draft)
{
	return !draft->dirty && !draft->writing && !draft->refused;
}

static void end(struct draft *draft)
{
	loop_timer_cancel(draft->store->loop, draft->timer);
	if (draft->writing)
		draft->writing->draft = NULL;
	buf_release(&draft->text);
	buf_release(&draft->fields);
	arena_free(draft->arena);
	free(draft);
}

void draft_free(struct draft *draft)
{
	if (!draft)
		return;
	if (draft->dirty) {
		if (draft->writing)
			draft->writing->draft = NULL;
		write_now(draft);
	}
	end(draft);
}

void draft_discard(struct draft *draft)
{
	if (!draft)
		return;
	kept_drop(draft->store, KEPT_DRAFT, draft->of.id, NULL, NULL);
	end(draft);
}

static struct str member(struct arena *arena, struct json_object *data, const char *name)
{
	struct str text = entry_text(data, name);

	return text.p ? arena_str(arena, text) : text;
}

bool draft_read(struct arena *arena, const struct kept *kept, struct draft_kept *out)
{
	struct json_object *data;
	bool good;

	if (kept->kind != KEPT_DRAFT)
		return false;
	data = json_parse_whole(kept->data, NULL, NULL);
	good = json_object_is_type(data, json_type_object) && entry_text(data, "what").p;
	if (good) {
		*out = (struct draft_kept){
			.of = {
				.id = kept->key, .what = member(arena, data, "what"), .person = kept->person, .case_ = kept->case_,
				.contact = member(arena, data, "contact"), .item = member(arena, data, "item"), .who = kept->who, .n_who = kept->n_who,
				.label = member(arena, data, "label"),
			},
			.text = member(arena, data, "text"), .fields = member(arena, data, "fields"),
		};
	}
	json_object_put(data);
	return good;
}
