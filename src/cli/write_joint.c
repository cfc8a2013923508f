/* What two customers who were parted had been written jointly. */
#include "write_out.h"

#include <libintl.h>
#include <stdlib.h>

#include "entry_tell.h"

/* All that is at hand about both sides, with what was just written. */
static struct entries *at_hand(const struct writing *w)
{
	struct entries *sets[3] = {
		w->people.customer ? customer_entries(w->people.customer) : NULL,
		w->watch ? store_watch_entries(w->watch) : NULL, w->others ? store_watch_entries(w->others) : NULL,
	};
	struct entries *all = entries_new();

	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		size_t n = 0;
		const struct entry *const *sorted = sets[i] ? entries_sorted(sets[i], &n) : NULL;

		for (size_t e = 0; e < n; e++)
			entries_add(all, sorted[e]);
	}
	for (size_t i = 0; i < w->n_rows; i++)
		entries_add(all, &w->rows[i]);
	return all;
}

/*
 * Two were parted: what was written while they were one stays where it was
 * written, and whoever parted them says what belongs to the other.
 */
void text_joint(struct out *out, const struct writing *w)
{
	struct person_fact fact = { 0 };
	struct entries *all;
	struct persons *persons;
	const struct entry **joint;
	size_t n;

	for (size_t i = 0; i < w->n_rows && !(fact.other.n && !fact.link); i++) {
		if (w->rows[i].type != ENTRY_UNLINK || !person_fact(w->arena, &w->rows[i], &fact))
			fact = (struct person_fact){ 0 };
	}
	if (fact.link || !fact.other.n)
		return;
	all = at_hand(w);
	persons = persons_fold(all);
	joint = persons_joint_entries(persons, fact.person, fact.other, &n);
	if (n)
		out_text(out, ngettext("Written while the two were one; \"dossier assign WHO CODE\" moves it to the other:\n",
				       "Written while the two were one; \"dossier assign WHO CODE\" moves one to the other:\n", n));
	for (size_t i = 0; i < n; i++) {
		char code[CASE_CODE + 1];
		struct tell tell = { .now = clock_wall(w->desk->clock), .zone = w->desk->house->zone, .mask = desk_mask(w->desk), .wide = true };

		case_code(joint[i]->id, code);
		out_printf(out, "  %s  ", code);
		text_entry(out, &tell, joint[i]);
	}
	free(joint);
	persons_free(persons);
	entries_free(all);
}
