#include <dossier/base/mem.h>
#include <dossier/desk/pop.h>

static void put(struct json_object *data, const char *name, struct str text)
{
	if (text.p)
		json_object_object_add(data, name, json_object_new_string_len(text.p, (int)text.n));
}

bool pop_take_back(struct desk *desk, const struct pop *pop, const struct store_append_sink *sink, struct err *err)
{
	struct entry_draft draft = { .type = ENTRY_POP, .author = desk->agent, .team = desk->team, .channel = pop->channel, .at = clock_wall(desk->clock) };
	struct arena *arena;
	struct entry entry;
	char id[37];
	bool good;

	if (!desk->store)
		return err_set(err, ERR_CONFIG, "there is no case store in this session");
	clock_uuid7(desk->clock, id);
	draft.id = str_of(id);
	draft.ord = store_ord(desk->store);
	draft.data = json_object_new_object();
	put(draft.data, "who", pop->who);
	put(draft.data, "call", pop->call);
	put(draft.data, "agent", pop->agent);
	put(draft.data, "ends", pop->id);
	arena = arena_new();
	good = entry_make(arena, &draft, &entry, err);
	if (good)
		store_append(desk->store, &entry, 1, sink);
	arena_free(arena);
	json_object_put(draft.data);
	return good;
}
