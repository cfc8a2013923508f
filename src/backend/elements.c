#include "fetch.h"

#include <dossier/base/mem.h>

#define CHUNK 50
#define TEXT_MAX 4096

static void pend_add(struct page *page, const struct plan_elements *elements, struct keep *keep, uint64_t key)
{
	MEM_ROOM(page->pends, page->n_pends, page->cap_pends);
	page->pends[page->n_pends++] = (struct page_pend){ elements, keep_ref(keep), key };
}

void elements_take(struct run *run, struct page *page, const struct plan_elements *elements, struct keep *keep)
{
	uint64_t key = 0;

	if (!call_alive(run->call) || !cond_holds(elements->when, &keep->scope))
		return;
	if (run->ops->element && !run->ops->element(run, page->hold, elements, keep, &key))
		return;
	for (size_t i = 0; i < elements->nested.n; i++) {
		const struct plan_elements *nested = elements->nested.items[i];
		struct json_object *inner;

		if (!nested->each)
			elements_take(run, page, nested, keep);
		else if (pointer_get(nested->each, scope_element(&keep->scope), &inner) && inner)
			elements_inside(run, page, nested, keep, inner);
	}
	if (elements->for_each.n || elements->for_all.n)
		pend_add(page, elements, keep, key);
}

static void inner_take(struct run *run, struct page *page, const struct plan_elements *elements, struct keep *parent,
		       struct json_object *value, const char *name)
{
	struct keep *keep;

	if (!value)
		return;
	keep = keep_element(parent, value, parent->scope.root, NULL);
	if (name)
		keep_set(keep, "key", json_object_new_string(name));
	elements_take(run, page, elements, keep);
	keep_unref(keep);
}

/* Each member of a list, or of an object when the plan says so; an object alone is a list of one. */
void elements_inside(struct run *run, struct page *page, const struct plan_elements *elements, struct keep *keep,
		     struct json_object *list)
{
	if (json_object_is_type(list, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(list); i++)
			inner_take(run, page, elements, keep, json_object_array_get_idx(list, i), NULL);
	} else if (elements->each_is_map && json_object_is_type(list, json_type_object)) {
		json_object_object_foreach(list, name, value)
			inner_take(run, page, elements, keep, value, name);
	} else if (json_object_is_type(list, json_type_object)) {
		inner_take(run, page, elements, keep, list, NULL);
	} else if (!(json_object_is_type(list, json_type_boolean) && !json_object_get_boolean(list)) &&
		   !(json_object_is_type(list, json_type_string) && !json_object_get_string_len(list))) {
		call_dropped(run->call, elements->name ? elements->name : "", "a %s stands at \"%s\" where a list was expected",
			     json_type_to_name(json_object_get_type(list)), elements->each ? pointer_text(elements->each) : "");
	}
}

static struct expand *expand_of(struct run *run, const struct plan_fetch *fetch, bool all)
{
	for (size_t i = 0; i < run->n_expands; i++)
		if (run->expands[i]->fetch == fetch)
			return run->expands[i];
	MEM_ROOM(run->expands, run->n_expands, run->cap_expands);
	run->expands[run->n_expands] = mem_zalloc(sizeof(struct expand));
	run->expands[run->n_expands]->fetch = fetch;
	run->expands[run->n_expands]->all = all;
	return run->expands[run->n_expands++];
}

/* How many elements get a request of their own; 0: all. */
static size_t newest_of(const struct run *run, const struct plan_fetch *fetch)
{
	return run->call->options.all || fetch->newest < 0 ? 0 : (size_t)fetch->newest;
}

static void each_add(struct run *run, const struct plan_fetch *fetch, struct keep *keep)
{
	struct expand *expand = expand_of(run, fetch, false);
	size_t newest = newest_of(run, fetch);
	int64_t at = WHEN_NONE;

	if (!cond_holds(fetch->when, &keep->scope))
		return;
	if (!fetch->order && newest > 0 && expand->n >= newest) {
		run->call->end.left++;
		return;
	}
	if (fetch->order && !expr_time(fetch->order, &keep->scope, &at, NULL))
		at = WHEN_NONE;
	MEM_ROOM(expand->items, expand->n, expand->cap);
	expand->items[expand->n++] = (struct expand_item){ keep_ref(keep), at };
}

static void id_add(struct expand *expand, struct json_object *value)
{
	struct buf tmp;
	struct str text;

	buf_init(&tmp, TEXT_MAX);
	if (json_text(value, &tmp, &text) && text.n && seen_add(&expand->ids, hash_bytes(HASH_START, text.p, text.n)))
		json_object_array_add(expand->list, json_object_get(value));
	buf_release(&tmp);
}

/* The ids an element gives to a request for many; a list gives each of its own. */
static void all_add(struct run *run, const struct plan_fetch *fetch, struct keep *keep)
{
	struct expand *expand = expand_of(run, fetch, true);
	struct map_notes notes = call_notes(run->call);
	struct json_object *value;

	if (!expand->list)
		expand->list = json_object_new_array();
	if (!fetch->id || !cond_holds(fetch->when, &keep->scope))
		return;
	value = expr_value(fetch->id, &keep->scope, &notes);
	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			id_add(expand, json_object_array_get_idx(value, i));
	else
		id_add(expand, value);
	json_object_put(value);
}

/* The page counts: its elements may be asked for more, each once. */
void expands_commit(struct run *run, struct page *page)
{
	for (size_t i = 0; i < page->n_pends; i++) {
		const struct page_pend *pend = &page->pends[i];

		if (pend->key && !seen_add(&run->call->expanded, pend->key))
			continue;
		for (size_t k = 0; k < pend->elements->for_each.n; k++)
			each_add(run, pend->elements->for_each.items[k], pend->keep);
		for (size_t k = 0; k < pend->elements->for_all.n; k++)
			all_add(run, pend->elements->for_all.items[k], pend->keep);
	}
	for (size_t i = 0; i < run->n_expands; i++)
		if (!run->expands[i]->all && !run->expands[i]->fetch->order)
			expand_next(run, run->expands[i]);
}

void expands_discard(struct page *page)
{
	for (size_t i = 0; i < page->n_pends; i++)
		keep_unref(page->pends[i].keep);
	free(page->pends);
	page->pends = NULL;
	page->n_pends = page->cap_pends = 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct expand_item *x = a, *y = b;

	return x->at < y->at ? 1 : x->at > y->at ? -1 : 0;
}

static void chunk_start(struct run *run, struct expand *expand)
{
	const struct plan_fetch *fetch = expand->fetch;
	size_t total = json_object_array_length(expand->list);
	size_t n = fetch->chunk > 0 ? (size_t)fetch->chunk : CHUNK;
	struct json_object *ids = json_object_new_array();
	struct keep *keep = keep_vars(run->base);
	struct buf joined;

	buf_init(&joined, 1024 * 1024);
	for (size_t i = 0; i < n && expand->next < total; i++) {
		struct json_object *id = json_object_array_get_idx(expand->list, expand->next++);

		if (i && fetch->join)
			buf_adds(&joined, fetch->join);
		buf_adds(&joined, json_object_get_string(id));
		json_object_array_add(ids, json_object_get(id));
	}
	if (fetch->join) {
		keep_set(keep, "ids", json_object_new_string_len(joined.data ? joined.data : "", (int)joined.len));
		json_object_put(ids);
	} else {
		keep_set(keep, "ids", ids);
	}
	buf_release(&joined);
	expand->active++;
	run_child(run, fetch, keep, expand);
	keep_unref(keep);
}

/* As many at once as the backend takes; the next when one has ended. */
void expand_next(struct run *run, struct expand *expand)
{
	unsigned parallel = run->call->backend->parallel;

	if (expand->all) {
		while (run->paged && expand->active < parallel && expand->list &&
		       expand->next < json_object_array_length(expand->list))
			chunk_start(run, expand);
		return;
	}
	while (expand->active < parallel && expand->next < expand->n) {
		struct keep *keep = expand->items[expand->next].keep;

		expand->items[expand->next++].keep = NULL;
		expand->active++;
		run_child(run, expand->fetch, keep, expand);
		keep_unref(keep);
	}
}

void expands_finish(struct run *run)
{
	for (size_t i = 0; i < run->n_expands; i++) {
		struct expand *expand = run->expands[i];
		size_t newest = newest_of(run, expand->fetch);

		if (!expand->all && expand->fetch->order) {
			if (expand->n)
				qsort(expand->items, expand->n, sizeof(*expand->items), newest_first);
			while (newest > 0 && expand->n > newest) {
				keep_unref(expand->items[--expand->n].keep);
				run->call->end.left++;
			}
		}
		expand_next(run, expand);
	}
}

void expands_free(struct run *run)
{
	for (size_t i = 0; i < run->n_expands; i++) {
		struct expand *expand = run->expands[i];

		for (size_t k = expand->next; k < expand->n; k++)
			keep_unref(expand->items[k].keep);
		free(expand->items);
		seen_release(&expand->ids);
		json_object_put(expand->list);
		free(expand);
	}
	free(run->expands);
	run->expands = NULL;
	run->n_expands = run->cap_expands = 0;
}
