/*
 * Two persons: linked, or kept apart. What decides is which unlinks a link had
 * seen, so that whoever parts two wins over whoever joins them at the same time.
 */
#include "person_inner.h"

struct pair_fold *persons_fold_of(struct persons *persons, struct str a, struct str b, bool make)
{
	struct str first = str_cmp(a, b) <= 0 ? a : b, second = str_eq(first, a) ? b : a;
	struct buf key;
	uint32_t at;
	bool made = false;

	buf_init(&key, 256);
	buf_addstr(&key, first);
	buf_addc(&key, ' ');
	buf_addstr(&key, second);
	at = make ? intern_id(&persons->pair_keys, buf_str(&key), &made) : intern_find(&persons->pair_keys, buf_str(&key));
	buf_release(&key);
	if (at == UINT32_MAX)
		return NULL;
	if (made) {
		MEM_ROOM(persons->folds, persons->n_folds, persons->cap_folds);
		persons->folds[persons->n_folds++] = (struct pair_fold){
			.pair = { .a = arena_str(persons->arena, first), .b = arena_str(persons->arena, second) },
		};
	}
	return &persons->folds[at];
}

static bool list_names(struct json_object *list, struct str id)
{
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (json_object_is_type(one, json_type_string) &&
		    str_eq(str_make(json_object_get_string(one), (size_t)json_object_get_string_len(one)), id))
			return true;
	}
	return false;
}

static bool link_stands(struct persons *persons, const struct pair_fold *fold, const struct entry *link)
{
	struct json_object *data = entry_data(persons->parser, link), *sees = NULL;
	bool stands = data != NULL;

	if (!json_object_object_get_ex(data, "sees", &sees) || !json_object_is_type(sees, json_type_array))
		sees = NULL;
	for (size_t i = 0; stands && i < fold->n_unlinks; i++)
		stands = sees && list_names(sees, fold->unlinks[i]->id);
	json_object_put(data);
	return stands;
}

static void shared_add(struct persons *persons, struct pair_fold *fold, struct str text, size_t most)
{
	struct person_pair *pair = &fold->pair;
	struct identity id;

	if (!pair->shared)
		pair->shared = arena_alloc(persons->arena, most * sizeof(*pair->shared));
	if (!identity_parse(persons->arena, text, NULL, &id, NULL))
		return;
	for (size_t i = 0; i < pair->n_shared; i++) {
		if (identity_same(&pair->shared[i], &id))
			return;
	}
	if (pair->n_shared < most)
		pair->shared[pair->n_shared++] = id;
}

static void pair_shared(struct persons *persons, struct pair_fold *fold)
{
	for (size_t i = 0; i < fold->n_unlinks; i++) {
		struct json_object *data = entry_data(persons->parser, fold->unlinks[i]), *list = NULL;

		if (json_object_object_get_ex(data, "shared", &list) && json_object_is_type(list, json_type_array)) {
			for (size_t k = 0; k < json_object_array_length(list); k++) {
				struct json_object *one = json_object_array_get_idx(list, k);

				if (json_object_is_type(one, json_type_string))
					shared_add(persons, fold, str_make(json_object_get_string(one), (size_t)json_object_get_string_len(one)),
						   ENTRY_LIST_MOST * fold->n_unlinks);
			}
		}
		json_object_put(data);
	}
}

static int pair_compare(const void *a, const void *b)
{
	const struct person_pair *x = a, *y = b;
	int by = str_cmp(x->a, y->a);

	return by ? by : str_cmp(x->b, y->b);
}

void persons_pairs_settle(struct persons *persons)
{
	persons->pairs = mem_array(persons->n_folds + 1, sizeof(*persons->pairs));
	for (size_t i = 0; i < persons->n_folds; i++) {
		struct pair_fold *fold = &persons->folds[i];

		for (size_t k = fold->n_links; k-- > 0 && !fold->pair.link; ) {
			if (link_stands(persons, fold, fold->links[k]))
				fold->pair.link = fold->links[k];
		}
		fold->pair.linked = fold->pair.link != NULL;
		fold->pair.unlinks = fold->unlinks;
		fold->pair.n_unlinks = fold->n_unlinks;
		if (!fold->pair.linked)
			pair_shared(persons, fold);
		persons->pairs[i] = fold->pair;
	}
	qsort(persons->pairs, persons->n_folds, sizeof(*persons->pairs), pair_compare);
}

const struct person_pair *persons_pairs(const struct persons *persons, size_t *n)
{
	*n = persons->n_folds;
	return persons->pairs;
}

const struct person_pair *persons_pair(const struct persons *persons, struct str a, struct str b)
{
	for (size_t i = 0; i < persons->n_folds; i++) {
		const struct person_pair *pair = &persons->pairs[i];

		if ((str_eq(pair->a, a) && str_eq(pair->b, b)) || (str_eq(pair->a, b) && str_eq(pair->b, a)))
			return pair;
	}
	return NULL;
}

void persons_tell(const struct persons *persons, struct resolve *resolve)
{
	for (size_t i = 0; i < persons->n_holds; i++) {
		if (persons->holds[i].now)
			resolve_person(resolve, persons->holds[i].person, &persons->holds[i].id);
	}
	for (size_t i = 0; i < persons->n_folds; i++) {
		const struct person_pair *pair = &persons->pairs[i];

		if (pair->linked)
			resolve_linked(resolve, pair->a, pair->b);
		else
			resolve_forbidden(resolve, pair->a, pair->b, pair->shared, pair->n_shared);
	}
}

static uint64_t first_known(const struct entry *const *sorted, size_t n, struct str person)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(sorted[i]->person, person))
			return sorted[i]->ord;
	}
	return UINT64_MAX;
}

/* Were the two one customer when this was written, as far as their links say? */
static bool written_joined(const struct pair_fold *fold, const struct entry *entry, uint64_t met)
{
	const struct entry *link = NULL, *unlink = NULL;

	for (size_t i = 0; i < fold->n_links && entry_compare(fold->links[i], entry) < 0; i++)
		link = fold->links[i];
	for (size_t i = 0; i < fold->n_unlinks && entry_compare(fold->unlinks[i], entry) < 0; i++)
		unlink = fold->unlinks[i];
	if (!fold->n_unlinks || entry_compare(entry, fold->unlinks[fold->n_unlinks - 1]) > 0)
		return false;
	if (link)
		return !unlink || entry_compare(unlink, link) < 0;
	return !fold->n_links && !unlink && entry->ord >= met;
}

const struct entry **persons_joint_entries(const struct persons *persons, struct str a, struct str b, size_t *n)
{
	const struct pair_fold *fold;
	const struct entry *const *sorted;
	const struct entry **found = NULL;
	size_t all, cap = 0;
	uint64_t met, other;
	struct str pair[] = { a, b };

	*n = 0;
	for (fold = persons->folds; fold < persons->folds + persons->n_folds; fold++) {
		if ((str_eq(fold->pair.a, a) && str_eq(fold->pair.b, b)) || (str_eq(fold->pair.a, b) && str_eq(fold->pair.b, a)))
			break;
	}
	if (fold == persons->folds + persons->n_folds)
		return NULL;
	sorted = entries_sorted(persons->entries, &all);
	met = first_known(sorted, all, a);
	other = first_known(sorted, all, b);
	met = other > met ? other : met;
	for (size_t i = all; i-- > 0; ) {
		if (!entry_known(sorted[i]) || !(entry_type_info(sorted[i]->type)->needs & HAS_HOME) ||
		    !persons_shows(persons, sorted[i], pair, 2) || !written_joined(fold, sorted[i], met))
			continue;
		MEM_ROOM(found, *n, cap);
		found[(*n)++] = sorted[i];
	}
	return found;
}
