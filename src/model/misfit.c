#include <dossier/model/misfit.h>

#include <stdlib.h>

static const char *const words[] = {
#define X(name, word) word,
	MISFITS(X)
#undef X
};

const char *misfit_word(enum misfit_kind kind)
{
	return words[kind];
}

#define LOOKED_MOST 100        /* orders looked into: a customer with more of them is a shop */

struct finding { const struct misfit_in *in; struct misfits *out; size_t cap, looked; };

static void add(struct finding *finding, struct misfit misfit)
{
	MEM_ROOM(finding->out->items, finding->out->n, finding->cap);
	finding->out->items[finding->out->n++] = misfit;
}

static struct str order_of(const struct interaction *it)
{
	return it->refs ? it->refs->order : (struct str){ 0 };
}

static bool is_to_come(const struct interaction *it, int64_t now)
{
	return (it->kind == KIND_APPOINTMENT || it->kind == KIND_DELIVERY || it->kind == KIND_PICKUP) && it->at != WHEN_NONE && it->at > now &&
	       it->step != STEP_CANCELLED && it->step != STEP_MISSED && it->step != STEP_DELIVERED;
}

static bool takes_back(const struct interaction *it)
{
	return it->step == STEP_CANCELLED || it->step == STEP_REFUNDED || it->step == STEP_EXCHANGED || it->kind == KIND_RETURN;
}

/* Somebody of the shop has it in hand, or it is over. */
static bool is_in_hand(const struct interaction *it)
{
	return takes_back(it) || it->step == STEP_FULFILLED || it->step == STEP_SHIPPED || it->step == STEP_DELIVERED ||
	       it->kind == KIND_DELIVERY || it->kind == KIND_PICKUP;
}

/* The newest row of the order for which the question holds, but for the row itself. */
static const struct interaction *of_order(struct finding *finding, const struct interaction *it, bool (*holds)(const struct interaction *))
{
	const struct timeline_row *row;
	struct str order = order_of(it);

	if (finding->looked++ >= LOOKED_MOST)
		return NULL;
	for (size_t i = 0; (row = timeline_row(finding->in->timeline, i)) != NULL; i++)
		for (size_t k = 0; k < row->n_sources; k++) {
			const struct interaction *other = row->sources[k];

			if (other != it && str_eq(order_of(other), order) && other->at <= finding->in->now && holds(other))
				return other;
		}
	return NULL;
}

static void find_changed(struct finding *finding, const struct interaction *it)
{
	const struct interaction *since = is_to_come(it, finding->in->now) && order_of(it).n ? of_order(finding, it, takes_back) : NULL;

	if (since)
		add(finding, (struct misfit){ .kind = MISFIT_CHANGED, .row = it, .since = since });
}

/* What is bought at a counter is carried home. */
static void find_unpicked(struct finding *finding, const struct interaction *it)
{
	int64_t waits = it->at == WHEN_NONE ? 0 : finding->in->now - it->at;

	if (finding->looked >= LOOKED_MOST)
		return;
	if (it->step == STEP_PAID && it->channel != CHANNEL_COUNTER && finding->in->pick > 0 && waits > finding->in->pick && waits < MISFIT_OLD &&
	    order_of(it).n && !of_order(finding, it, is_in_hand))
		add(finding, (struct misfit){ .kind = MISFIT_UNPICKED, .row = it });
}

static void find_bought(struct finding *finding, const struct interaction *it)
{
	const struct cases *cases = finding->in->cases;

	if (it->kind != KIND_ORDER || (it->step != STEP_PLACED && it->step != STEP_NONE) || it->at == WHEN_NONE || it->at > finding->in->now)
		return;
	for (size_t i = 0; cases && i < cases->n_promises; i++) {
		const struct promise *promise = &cases->promises[i];

		if (promise->state == PROMISE_OPEN && it->at > promise->made->at)
			add(finding, (struct misfit){ .kind = MISFIT_BOUGHT, .row = it, .promise = promise });
	}
}

/* Rows before this can be in no finding. */
static int64_t oldest(const struct misfit_in *in)
{
	int64_t at = in->now - MISFIT_OLD;

	for (size_t i = 0; in->cases && i < in->cases->n_promises; i++)
		if (in->cases->promises[i].state == PROMISE_OPEN && in->cases->promises[i].made->at < at)
			at = in->cases->promises[i].made->at;
	return at;
}

static int by_urgency(const void *a, const void *b)
{
	const struct misfit *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->row->at > y->row->at ? -1 : x->row->at < y->row->at;
}

/* Rows of one order that say the same, and one purchase for each promise. */
static bool said_already(const struct misfits *misfits, const struct misfit *misfit)
{
	for (size_t i = 0; i < misfits->n; i++) {
		const struct misfit *said = &misfits->items[i];

		if (said->kind == misfit->kind && said->promise == misfit->promise && (misfit->promise || str_eq(order_of(said->row), order_of(misfit->row))))
			return true;
	}
	return false;
}

void misfits_init(struct misfits *misfits, const struct misfit_in *in)
{
	struct misfits all = { 0 };
	struct finding finding = { .in = in, .out = &all };
	const struct timeline_row *row;
	int64_t from = oldest(in);

	*misfits = (struct misfits){ 0 };
	for (size_t i = 0; (row = timeline_row(in->timeline, i)) != NULL && (row->head->at == WHEN_NONE || row->head->at >= from); i++) {
		find_changed(&finding, row->head);
		find_unpicked(&finding, row->head);
		find_bought(&finding, row->head);
	}
	if (!all.n)
		return;
	qsort(all.items, all.n, sizeof(*all.items), by_urgency);
	misfits->items = mem_array(all.n, sizeof(*misfits->items));
	for (size_t i = 0; i < all.n; i++)
		if (!said_already(misfits, &all.items[i]))
			misfits->items[misfits->n++] = all.items[i];
	free(all.items);
}

void misfits_release(struct misfits *misfits)
{
	free(misfits->items);
	*misfits = (struct misfits){ 0 };
}
