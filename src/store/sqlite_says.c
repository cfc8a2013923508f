#include "sqlite_says.h"

#include <dossier/base/text.h>

#define POP_OPEN (60 * 60 * INT64_C(1000))                      /* nobody answers a pop later */
#define CONTACT_OPEN (30 * 24 * 60 * 60 * INT64_C(1000))        /* nobody wraps up a contact later */
#define TEL_TAIL 7
#define KEY_MOST 1024

struct str says_key(struct arena *arena, const struct identity *id)
{
	struct buf key;
	struct str out;

	buf_init(&key, KEY_MOST);
	if (id->type == ID_TYPE_TEL) {
		char digits[32];
		size_t n = 0;

		for (uint32_t i = 0; i < id->value.n && n < sizeof(digits); i++) {
			if (id->value.p[i] >= '0' && id->value.p[i] <= '9')
				digits[n++] = id->value.p[i];
		}
		buf_adds(&key, "tel~");
		buf_add(&key, digits + (n > TEL_TAIL ? n - TEL_TAIL : 0), n > TEL_TAIL ? TEL_TAIL : n);
	} else if (id->type == ID_TYPE_NAME) {
		buf_adds(&key, "name~");
		text_fold_plain(&key, id->value);
	} else {
		identity_print(id, &key);
	}
	out = arena_str(arena, buf_str(&key));
	buf_release(&key);
	return out;
}

static void refs_read(struct json_object *data, enum entry_type type, struct says *out)
{
	for (const struct entry_field *field = entry_type_info(type)->fields; field->name; field++) {
		struct uid uid;

		if (field->kind != FIELD_UUID || !strcmp(field->name, "other") || !uid_read(entry_text(data, field->name), &uid))
			continue;
		if ((!strcmp(field->name, "was") || !strcmp(field->name, "replaces")) && out->n_above < 2)
			out->above[out->n_above++] = uid;
		if (out->n_refs < SAYS_REFS)
			out->refs[out->n_refs++] = uid;
	}
}

static void closes_read(struct json_object *data, enum entry_type type, struct says *out)
{
	static const char *const fields[ENTRY_TYPE_COUNT] = {
		[ENTRY_HANDOFF_ACCEPT] = "offer", [ENTRY_HANDOFF_WITHDRAW] = "offer", [ENTRY_EXPIRE] = "offer",
		[ENTRY_PROMISE_KEEP] = "promise", [ENTRY_PROMISE_CANCEL] = "promise", [ENTRY_ANSWER] = "ask",
		[ENTRY_CONTACT_END] = "contact", [ENTRY_NOTICE] = "replaces", [ENTRY_DISCREPANCY_CLOSE] = "discrepancy",
	};
	struct uid uid;

	if (!fields[type] || !uid_read(entry_text(data, fields[type]), &uid))
		return;
	/* a contact that was hung up waits for its wrap-up still */
	if (type == ENTRY_CONTACT_END && !str_is(entry_text(data, "how"), "wrapup"))
		return;
	for (size_t i = 0; i < out->n_refs; i++) {
		if (!memcmp(&out->refs[i], &uid, sizeof(uid))) {
			out->closing = true;
			out->closes = i;
		}
	}
}

static int64_t open_until(struct json_object *data, const struct entry *entry, int64_t now)
{
	switch (entry->type) {
	case ENTRY_HANDOFF_OFFER:
	case ENTRY_PROMISE_MAKE:
	case ENTRY_ASK:
	case ENTRY_DISCREPANCY:
		return INT64_MAX;
	case ENTRY_NOTICE:
		return entry_when(data, "until");
	case ENTRY_CONTACT_START:
		return now + CONTACT_OPEN;
	case ENTRY_POP:
		return now + POP_OPEN;
	default:
		return 0;
	}
}

static void name_add(struct arena *arena, struct says *out, struct str text)
{
	struct identity id = { .type = ID_TYPE_NAME, .value = text };

	if (str_empty(text) || out->n_names == sizeof(out->names) / sizeof(*out->names))
		return;
	identity_parse(arena, text, NULL, &id, NULL);
	out->names[out->n_names++] = says_key(arena, &id);
}

/* Whom an entry of nobody is about, as far as it says: what an erasure of that somebody must find. */
static void names_read(struct arena *arena, struct json_object *data, struct says *out)
{
	struct json_object *records = NULL;
	struct str number = entry_text(data, "number");

	name_add(arena, out, entry_text(data, "who"));
	if (number.p) {
		struct identity id;

		if (identity_make(arena, ID_TYPE_TEL, (struct str){ 0 }, number, NULL, &id, NULL) &&
		    out->n_names < sizeof(out->names) / sizeof(*out->names))
			out->names[out->n_names++] = says_key(arena, &id);
	}
	if (!json_object_object_get_ex(data, "records", &records) || !json_object_is_type(records, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(records); i++) {
		struct json_object *one = json_object_array_get_idx(records, i);

		if (json_object_is_type(one, json_type_string))
			name_add(arena, out, str_make(json_object_get_string(one), (size_t)json_object_get_string_len(one)));
	}
}

static void erases_read(struct arena *arena, struct json_object *data, struct says *out)
{
	struct json_object *list = NULL;

	if (!json_object_object_get_ex(data, "persons", &list) || !json_object_is_type(list, json_type_array))
		return;
	out->erases = arena_alloc(arena, (json_object_array_length(list) + 1) * sizeof(*out->erases));
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (json_object_is_type(one, json_type_string) &&
		    uid_read(str_make(json_object_get_string(one), (size_t)json_object_get_string_len(one)), &out->erases[out->n_erases]))
			out->n_erases++;
	}
}

static void fact_read(struct arena *arena, const struct entry *entry, struct says *out)
{
	struct person_fact fact;
	struct buf text;

	if (!person_fact(arena, entry, &fact) || fact.assign)
		return;
	out->fact = true;
	if (fact.other.p) {
		uid_read(fact.other, &out->other);
		return;
	}
	buf_init(&text, KEY_MOST);
	identity_print(&fact.identity, &text);
	out->identity = arena_str(arena, buf_str(&text));
	buf_release(&text);
	out->key = says_key(arena, &fact.identity);
}

static void known_read(struct arena *arena, struct json_object *data, const struct entry *entry, struct says *out)
{
	struct str slot = entry_slot(arena, entry);

	out->claim = slot.p && uid_read(slot, &out->slot);
	if (entry->type == ENTRY_CASE_OPEN)
		case_code(entry->case_, out->code);
	if (entry_type_info(entry->type)->needs & HAS_HOME)
		out->flags |= FLAG_HOME;
	if (entry_type_info(entry->type)->needs & HAS_WORDS)
		out->flags |= FLAG_WORDS;
	refs_read(data, entry->type, out);
	closes_read(data, entry->type, out);
	if (!entry->person.p)
		names_read(arena, data, out);
	if (entry->type == ENTRY_ERASE)
		erases_read(arena, data, out);
	fact_read(arena, entry, out);
}

bool says_read(struct arena *arena, struct json_parser *parser, const struct entry *entry, struct says *out, struct err *err)
{
	struct entry checked = *entry;
	struct json_object *data;

	memset(out, 0, sizeof(*out));
	if (!entry_adopt(&checked, err) || (entry_known(&checked) && !entry_check(&checked, err)))
		return false;
	uid_read(entry->id, &out->id);
	out->has_person = entry->person.p && uid_read(entry->person, &out->person);
	out->has_case = entry->case_.p && uid_read(entry->case_, &out->case_);
	if (!entry_known(&checked)) {
		/* what a newer program wrote is kept whole; only that it has words can be guessed */
		out->flags = FLAG_WORDS;
		return true;
	}
	data = entry_data(parser, &checked);
	if (data) {
		known_read(arena, data, &checked, out);
		out->open_until = open_until(data, &checked, entry->got);
	}
	json_object_put(data);
	return data || err_set(err, ERR_SHAPE, "data of entry %.36s is no object", entry->id.p);
}
