/* All watches of a store: what is told to them, and what is taken from them. */
#include "watch.h"

#include <stdlib.h>

void watches_offer(struct store *store, struct held *held, bool copy)
{
	bool *taken = mem_array(held->rows->n + 1, sizeof(*taken));
	bool any = false;

	for (struct store_watch *watch = store->watches; watch; watch = watch->next) {
		struct store_ask ask;

		watch_offer(watch, held, taken);
		if (!store->closing && watch_missing(watch, &ask))
			fetch_start(watch, &ask, true);
	}
	for (size_t i = 0; i < held->rows->n; i++)
		any = any || taken[i];
	if (copy && any)
		copy_down(store, held, taken);
	free(taken);
}

void watches_returned(struct store *store)
{
	for (struct store_watch *watch = store->watches; watch; watch = watch->next) {
		if (!watch->stale)
			continue;
		watch->stale = false;
		for (size_t i = 0; i < watch->n_asks; i++)
			fetch_start(watch, watch->asks[i], false);
	}
}

static void drop_from(struct store_watch *watch, bool (*drop)(const struct entry *entry, void *arg), void *arg)
{
	if (!entries_drop(watch->entries, drop, arg))
		return;
	watch->changed = true;
	store_tell(watch->store);
}

static bool is_copy(const struct entry *entry, void *arg)
{
	(void)arg;
	return entry->got != WHEN_NONE;
}

void watches_reload(struct store *store)
{
	for (struct store_watch *watch = store->watches; watch; watch = watch->next) {
		drop_from(watch, is_copy, NULL);
		for (size_t i = 0; i < watch->n_asks; i++)
			fetch_start(watch, watch->asks[i], true);
	}
}

struct texts { const struct str *items; size_t n; };

static bool holds(const struct texts *texts, struct str text)
{
	for (size_t i = 0; text.p && i < texts->n; i++) {
		if (str_eq(texts->items[i], text))
			return true;
	}
	return false;
}

/* What the shared store has stays: only own ones were refused. */
static bool is_own_of(const struct entry *entry, void *arg)
{
	return entry->got == WHEN_NONE && holds(arg, entry->id);
}

void watches_forget(struct store *store, const struct str *ids, size_t n)
{
	struct texts texts = { ids, n };

	for (struct store_watch *watch = store->watches; watch; watch = watch->next)
		drop_from(watch, is_own_of, &texts);
}

static bool is_of_person(const struct entry *entry, void *arg)
{
	return entry->type != ENTRY_ERASE && holds(arg, entry->person);
}

static void erase_one(struct store *store, struct json_parser *parser, const struct entry *entry)
{
	struct json_object *data = entry_data(parser, entry), *list = NULL;
	struct texts texts = { 0 };
	struct str *persons;
	size_t n = 0;

	if (json_object_object_get_ex(data, "persons", &list) && json_object_is_type(list, json_type_array))
		n = json_object_array_length(list);
	persons = mem_array(n + 1, sizeof(*persons));
	for (size_t i = 0; i < n; i++) {
		struct json_object *person = json_object_array_get_idx(list, i);

		if (json_object_is_type(person, json_type_string))
			persons[texts.n++] = str_make(json_object_get_string(person), (size_t)json_object_get_string_len(person));
	}
	texts.items = persons;
	for (struct store_watch *watch = store->watches; watch && texts.n; watch = watch->next)
		drop_from(watch, is_of_person, &texts);
	free(persons);
	json_object_put(data);
}

void watches_erase(struct store *store, const struct store_rows *rows)
{
	struct json_parser *parser = json_parser_new();

	for (size_t i = 0; i < rows->n; i++) {
		if (rows->entries[i].type == ENTRY_ERASE)
			erase_one(store, parser, &rows->entries[i]);
	}
	json_parser_free(parser);
}

/* Whoever is told may free a watch: the walk begins anew after each. */
void watches_tell(struct store *store)
{
	struct store_watch *watch = store->watches;

	while (watch) {
		if (watch->changed) {
			watch->changed = false;
			if (watch->sink.changed)
				watch->sink.changed(watch->sink.arg);
			watch = store->watches;
		} else if (watch->tell_settled) {
			watch->tell_settled = false;
			if (watch->sink.settled)
				watch->sink.settled(watch->sink.arg);
			watch = store->watches;
		} else {
			watch = watch->next;
		}
	}
}
