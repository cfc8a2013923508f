#include <dossier/model/pop.h>

#include <dossier/base/mem.h>

struct waiting { struct arena *arena; struct pop *out; size_t n, most; struct str agent; int64_t now, window; };

static struct str copy(struct waiting *waiting, struct json_object *data, const char *name)
{
	struct str text = entry_text(data, name);

	return text.p ? arena_str(waiting->arena, text) : text;
}

static bool is_over(const struct waiting *waiting, const struct entry *entry)
{
	int64_t age;

	return waiting->window && (__builtin_sub_overflow(waiting->now, entry_time(entry), &age) || age >= waiting->window);
}

static void drop(struct waiting *waiting, size_t at)
{
	memmove(&waiting->out[at], &waiting->out[at + 1], (waiting->n - at - 1) * sizeof(*waiting->out));
	waiting->n--;
}

static void drop_all(struct waiting *waiting, struct str id, struct str call)
{
	for (size_t i = waiting->n; i-- > 0;)
		if ((id.p && str_eq(waiting->out[i].id, id)) || (call.p && waiting->out[i].call.p && str_eq(waiting->out[i].call, call)))
			drop(waiting, i);
}

static void take_pop(struct waiting *waiting, const struct entry *entry, struct json_object *data)
{
	struct str agent = entry_text(data, "agent"), call = entry_text(data, "call"), ends = entry_text(data, "ends");

	if (ends.p) {
		drop_all(waiting, ends, (struct str){ 0 });
		return;
	}
	if (!str_eq(agent.p ? agent : entry->author, waiting->agent) || is_over(waiting, entry))
		return;
	/* the same call again is the same caller; of too many the newest is left out, since the oldest is opened first */
	drop_all(waiting, (struct str){ 0 }, call);
	if (waiting->n == waiting->most)
		return;
	waiting->out[waiting->n++] = (struct pop){
		.id = entry->id, .who = copy(waiting, data, "who"), .call = copy(waiting, data, "call"), .number = copy(waiting, data, "number"),
		.channel = entry->channel, .agent = waiting->agent, .offer = copy(waiting, data, "offer"), .at = entry_time(entry),
	};
}

static void take_contact(struct waiting *waiting, const struct entry *entry, struct json_object *data)
{
	struct str via = entry_text(data, "via"), id = { 0 };

	if (!str_eq(entry->author, waiting->agent))
		return;
	if (via.p && str_starts(via, POP_VIA))
		id = str_make(via.p + strlen(POP_VIA), via.n - strlen(POP_VIA));
	drop_all(waiting, id, entry_text(data, "call"));
}

size_t pops_waiting(struct arena *arena, struct entries *entries, struct str agent, int64_t now, int64_t window, struct pop *out, size_t most)
{
	struct waiting waiting = { .arena = arena, .out = out, .most = most, .agent = agent, .now = now, .window = window };
	struct json_parser *parser = json_parser_new();
	size_t n;
	const struct entry *const *sorted = entries_sorted(entries, &n);

	for (size_t i = 0; i < n; i++) {
		struct json_object *data;

		if (!entry_known(sorted[i]) || (sorted[i]->type != ENTRY_POP && (sorted[i]->type != ENTRY_CONTACT_START || !waiting.n)))
			continue;
		data = entry_data(parser, sorted[i]);
		if (data && sorted[i]->type == ENTRY_POP)
			take_pop(&waiting, sorted[i], data);
		else if (data)
			take_contact(&waiting, sorted[i], data);
		json_object_put(data);
	}
	json_parser_free(parser);
	return waiting.n;
}
