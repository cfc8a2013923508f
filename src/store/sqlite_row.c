#include "sqlite_vault.h"

/* Rows of one customer repeat their names: a copy is made only where one differs from the row before. */
static struct str same_or_new(struct arena *arena, struct str text, struct str before)
{
	if (!text.p)
		return text;
	return before.p && str_eq(text, before) ? before : arena_str(arena, text);
}

static struct str uid_or_same(struct arena *arena, struct str bytes, struct str before)
{
	struct uid known;

	if (bytes.n != 16)
		return (struct str){ 0 };
	if (before.p && uid_read(before, &known) && !memcmp(known.b, bytes.p, 16))
		return before;
	return uid_text(arena, bytes.p);
}

const struct entry *vault_row(struct row_list *list, struct db_query *query)
{
	struct store_rows *rows = list->rows;
	struct arena *arena = rows->arena;
	static const struct entry none;
	const struct entry *before;
	struct entry *entry;
	struct str id = db_blob(query, COLUMN_ID);
	struct str type = db_str(query, COLUMN_TYPE);

	MEM_ROOM(rows->entries, rows->n, list->cap);
	entry = &rows->entries[rows->n];
	before = rows->n ? entry - 1 : &none;
	*entry = (struct entry){
		.word = before->word.p && str_eq(before->word, type) ? before->word : arena_str(arena, type),
		.id = id.n == 16 ? uid_text(arena, id.p) : (struct str){ 0 },
		.person = uid_or_same(arena, db_blob(query, COLUMN_PERSON), before->person),
		.case_ = uid_or_same(arena, db_blob(query, COLUMN_CASE), before->case_),
		.v = (uint32_t)db_int(query, 6), .at = db_int(query, 7), .ord = (uint64_t)db_int(query, 8), .got = db_int(query, 9),
		.epoch = (uint32_t)db_int(query, 10), .author = same_or_new(arena, db_str(query, 11), before->author),
		.team = same_or_new(arena, db_str(query, 12), before->team),
		.channel = same_or_new(arena, db_str(query, 13), before->channel), .data = arena_str(arena, db_str(query, 14)),
	};
	if (db_str(query, 15).p)
		entry->more = arena_str(arena, db_str(query, 15));
	if (!entry_adopt(entry, NULL))
		return NULL;
	rows->n++;
	return entry;
}

bool vault_row_wanted(struct db_query *query, uint64_t types)
{
	enum entry_type type;

	if (!types)
		return true;
	if (!entry_type_parse(db_str(query, COLUMN_TYPE), &type))
		type = ENTRY_UNKNOWN;
	return types >> type & 1;
}
