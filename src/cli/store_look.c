#include "store_look.h"

#include <stdlib.h>

#include <dossier/base/mem.h>

struct looking { struct store_look *look; bool done; };

static void looked(void *arg, const struct shared_status *status)
{
	struct looking *l = arg;

	l->look->status = *status;
	l->done = true;
}

void store_look(struct desk *desk, struct store_look *look)
{
	struct shared *shared = store_shared(desk->store);
	struct looking l = { .look = look };

	*look = (struct store_look){ .where = desk->house->store.path ? desk->house->store.path : "by default: ~/.local/share/dossier/store.db" };
	shared->ops->status(shared, looked, &l);
	loop_until(desk->loop, &l.done);
	while (store_state(desk->store)->health == STORE_OPENING && !loop_stopped(desk->loop))
		loop_turn(desk->loop, -1);
	look->state = *store_state(desk->store);
	look->well = look->status.health == SHARED_WELL && look->state.health == STORE_WELL;
	look->err = look->status.health != SHARED_WELL ? look->status.err : look->state.err;
}

void shared_retain(struct desk *desk, const struct house_keep *keep, shared_text_fn *fn, void *arg)
{
	struct shared *shared = store_shared(desk->store);
	const struct option_texts *hold = &desk->house->legal_hold;
	struct str *spared = mem_array(hold->n + 1, sizeof(*spared));

	for (size_t i = 0; i < hold->n; i++)
		spared[i] = str_of(hold->items[i]);
	shared->ops->retain(shared, keep->type, clock_wall(desk->clock) - keep->ms, spared, hold->n, fn, arg);
	free(spared);
}
