#include "person_inner.h"

bool person_fact_of(struct arena *arena, struct json_object *data, const struct entry *entry, struct person_fact *out)
{
	struct str identity = entry_text(data, "identity");

	*out = (struct person_fact){
		.link = entry->type == ENTRY_LINK, .assign = entry->type == ENTRY_ASSIGN, .person = arena_str(arena, entry->person),
	};
	if (out->assign) {
		out->entry = entry_text(data, "entry");
		out->other = entry_text(data, "from");
		out->entry = out->entry.p ? arena_str(arena, out->entry) : out->entry;
		out->other = out->other.p ? arena_str(arena, out->other) : out->other;
		return out->entry.p;
	}
	if (identity.p)
		return identity_parse(arena, identity, NULL, &out->identity, NULL);
	out->other = entry_text(data, "other");
	if (!out->other.p || str_eq(out->other, entry->person))
		return false;
	out->other = arena_str(arena, out->other);
	return true;
}

bool person_fact(struct arena *arena, const struct entry *entry, struct person_fact *out)
{
	struct json_parser *parser;
	struct json_object *data;
	bool good;

	if (!entry_known(entry) || !entry->person.p ||
	    (entry->type != ENTRY_LINK && entry->type != ENTRY_UNLINK && entry->type != ENTRY_ASSIGN))
		return false;
	parser = json_parser_new();
	data = entry_data(parser, entry);
	good = data && person_fact_of(arena, data, entry, out);
	json_object_put(data);
	json_parser_free(parser);
	return good;
}
