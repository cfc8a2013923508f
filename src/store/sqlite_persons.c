/* Who goes with whom: holders of identities, those linked and parted, those with a record or personal identity in common. */
#include "sqlite_load.h"
#include "sqlite_says.h"

#define HOLDERS_MOST 100        /* of one identity */
#define HELD_MOST 500           /* identities of one person */

void load_person(struct load *load, struct str bytes)
{
	bool made;

	if (bytes.n == 16 && load->persons.n < PERSONS_MOST)
		intern_id(&load->persons, bytes, &made);
}

static struct uid person_at(const struct load *load, size_t i)
{
	struct uid uid;

	memcpy(uid.b, load->persons.texts[i].p, 16);
	return uid;
}

static bool holders(struct load *load, const struct identity *id, int64_t upto)
{
	struct arena *arena = arena_new();
	struct db_query *query = db_query(load->vault->db, "SELECT person, identity FROM holds WHERE key=? AND seq<=? LIMIT ?", load->err);
	enum db_step step;

	db_bind_str(query, 1, says_key(arena, id));
	db_bind_int(query, 2, upto);
	db_bind_int(query, 3, HOLDERS_MOST);
	while ((step = db_step(query, load->err)) == DB_ROW) {
		struct identity held;

		if (identity_parse(arena, db_str(query, 1), NULL, &held, NULL) && identity_same(id, &held))
			load_person(load, db_blob(query, 0));
	}
	db_reset(query);
	arena_free(arena);
	return step == DB_DONE;
}

bool load_identities(struct load *load, int64_t upto)
{
	for (size_t i = 0; i < load->ask->n_identities; i++) {
		if (!holders(load, &load->ask->identities[i], upto))
			return false;
	}
	return true;
}

static bool partners(struct load *load, const struct uid *person, int64_t upto)
{
	struct db_query *query = db_query(load->vault->db, "SELECT b FROM pairs WHERE a=? AND seq<=? LIMIT ?", load->err);
	enum db_step step;

	uid_bind(query, 1, person);
	db_bind_int(query, 2, upto);
	db_bind_int(query, 3, PERSONS_MOST);
	while ((step = db_step(query, load->err)) == DB_ROW)
		load_person(load, db_blob(query, 0));
	db_reset(query);
	return step == DB_DONE;
}

static bool sharers(struct load *load, const struct uid *person, int64_t upto)
{
	struct arena *arena = arena_new();
	struct db_query *query = db_query(load->vault->db, "SELECT identity FROM holds WHERE person=? AND seq<=? LIMIT ?", load->err);
	struct identity *held = NULL;
	size_t n = 0, cap = 0;
	enum db_step step;
	bool good;

	uid_bind(query, 1, person);
	db_bind_int(query, 2, upto);
	db_bind_int(query, 3, HELD_MOST);
	while ((step = db_step(query, load->err)) == DB_ROW) {
		struct identity id;

		if (!identity_parse(arena, db_str(query, 0), NULL, &id, NULL) ||
		    (identity_class(id.type) != ID_RECORD && identity_class(id.type) != ID_PERSONAL))
			continue;
		MEM_ROOM(held, n, cap);
		held[n++] = id;
	}
	db_reset(query);
	good = step == DB_DONE;
	for (size_t i = 0; good && i < n; i++)
		good = holders(load, &held[i], upto);
	free(held);
	arena_free(arena);
	return good;
}

bool load_persons(struct load *load, int64_t upto)
{
	for (size_t i = 0; i < load->persons.n; i++) {
		struct uid person = person_at(load, i);

		if (!partners(load, &person, upto) || !sharers(load, &person, upto))
			return false;
	}
	return true;
}
