#include <dossier/model/orders.h>

#include <stdlib.h>
#include <string.h>

#include <dossier/base/mem.h>

#define QUANTITY_MOST INT64_C(1000000000)

const char *order_state_word(enum order_state state)
{
	static const char *const words[] = {
#define X(name, word) word,
		ORDER_STATES(X)
#undef X
	};

	return words[state];
}

/* What an order is known by: its id, or its number, in its backend. */
struct known { struct str backend, text; size_t at; };
struct knowns { struct known *items; size_t n, cap; };

/* One row that may be an order or a part of one. */
struct candidate { size_t row, root, parts; };

struct folding {
	struct timeline *timeline;
	struct candidate *items;
	size_t n, cap;
	struct knowns ids, numbers;
};

static const struct interaction *head_of(const struct folding *fold, size_t at)
{
	return timeline_row(fold->timeline, fold->items[at].row)->head;
}

static void know(struct knowns *knowns, struct str backend, struct str text, size_t at)
{
	if (!text.n)
		return;
	MEM_ROOM(knowns->items, knowns->n, knowns->cap);
	knowns->items[knowns->n++] = (struct known){ backend, text, at };
}

static int compare(const void *pa, const void *pb)
{
	const struct known *a = pa, *b = pb;
	int order = str_cmp(a->text, b->text);

	if (!order)
		order = str_cmp(a->backend, b->backend);
	return order ? order : a->at < b->at ? -1 : a->at > b->at;
}

/* The first of its kind; SIZE_MAX when there is none. */
static size_t find(const struct knowns *knowns, struct str backend, struct str text)
{
	size_t low = 0, high = knowns->n;
	const struct known asked = { backend, text, 0 };

	while (text.n && low < high) {
		size_t mid = low + (high - low) / 2;

		if (compare(&knowns->items[mid], &asked) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (!text.n || low == knowns->n || !str_eq(knowns->items[low].text, text) || !str_eq(knowns->items[low].backend, backend))
		return SIZE_MAX;
	return knowns->items[low].at;
}

static void collect(struct folding *fold)
{
	size_t n = timeline_count(fold->timeline);

	for (size_t i = 0; i < n; i++) {
		const struct timeline_row *row = timeline_row(fold->timeline, i);

		if (!(ORDER_KINDS >> row->head->kind & 1))
			continue;
		MEM_ROOM(fold->items, fold->n, fold->cap);
		for (size_t s = 0; s < row->n_sources && !row->head->part_of.n; s++) {
			const struct interaction *it = row->sources[s];

			know(&fold->ids, it->backend, it->id, fold->n);
			if (it->kind == KIND_ORDER && it->refs)
				know(&fold->numbers, it->backend, it->refs->order, fold->n);
		}
		fold->items[fold->n] = (struct candidate){ .row = i, .root = fold->n };
		fold->n++;
	}
	if (fold->ids.n)
		qsort(fold->ids.items, fold->ids.n, sizeof(*fold->ids.items), compare);
	if (fold->numbers.n)
		qsort(fold->numbers.items, fold->numbers.n, sizeof(*fold->numbers.items), compare);
}

static size_t root_of(const struct folding *fold, size_t at)
{
	const struct interaction *it = head_of(fold, at);
	size_t root = find(&fold->ids, it->backend, it->part_of);

	if (it->kind == KIND_ORDER && !it->part_of.n)
		return at;
	if (root == SIZE_MAX && it->refs)
		root = find(&fold->numbers, it->backend, it->refs->order);
	return root == SIZE_MAX ? at : root;
}

/* Thousandths; 0: not said, or no number. */
static int64_t quantity_of(struct str text)
{
	int64_t whole = 0, part = 0, unit = 1000;
	bool point = false;

	for (uint32_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '.' && !point)
			point = true;
		else if (c < '0' || c > '9' || whole > QUANTITY_MOST)
			return 0;
		else if (!point)
			whole = whole * 10 + (c - '0');
		else
			part += (unit /= 10) * (c - '0');
	}
	return whole * 1000 + part;
}

static int64_t pieces_of(const struct interaction *it)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < it->n_lines; i++)
		sum += quantity_of(it->lines[i].quantity);
	return sum;
}

static enum order_state state_of(const struct interaction *it)
{
	static const enum order_state steps[STEP_COUNT] = {
		[STEP_PLACED] = ORDER_PLACED, [STEP_PAID] = ORDER_PAID, [STEP_FULFILLED] = ORDER_PACKED, [STEP_SHIPPED] = ORDER_SHIPPED,
		[STEP_DELIVERED] = ORDER_DELIVERED, [STEP_REFUNDED] = ORDER_REFUNDED, [STEP_EXCHANGED] = ORDER_EXCHANGED,
	};

	if (it->kind == KIND_RETURN)
		return it->step == STEP_REQUESTED ? ORDER_RETURNING : it->step == STEP_RECEIVED ? ORDER_RETURNED : it->step == STEP_EXCHANGED ? ORDER_EXCHANGED : ORDER_NONE;
	if (it->kind == KIND_APPOINTMENT)
		return ORDER_NONE;
	if (it->kind == KIND_PICKUP && it->step == STEP_RECEIVED)
		return ORDER_DELIVERED;
	if (it->step == STEP_CANCELLED)
		return it->kind == KIND_ORDER ? ORDER_CANCELLED : ORDER_NONE;
	return it->kind == KIND_ORDER && it->step == STEP_NONE ? ORDER_PLACED : steps[it->step];
}

/* How many of each there are, and of how many pieces. */
struct sums { unsigned n[ORDER_STATE_COUNT], taken_back; int64_t pieces[ORDER_STATE_COUNT]; };

static void add(struct sums *sums, const struct interaction *it)
{
	enum order_state state = state_of(it);

	sums->n[state]++;
	sums->pieces[state] += pieces_of(it);
	sums->taken_back += it->kind == KIND_RETURN && it->step == STEP_CANCELLED;
}

static bool is_refund(const struct interaction *it)
{
	return it->kind == KIND_PAYMENT && it->step == STEP_REFUNDED && it->amount.currency[0];
}

bool order_left(struct timeline *timeline, const struct order *order, struct money *left)
{
	const struct interaction *head = timeline_row(timeline, order->head)->head;
	int64_t back;

	if (head->kind != KIND_ORDER || !head->amount.currency[0])
		return false;
	*left = head->amount;
	if (state_of(head) == ORDER_REFUNDED)
		left->minor = 0;
	for (size_t i = 0; i < order->n_parts && left->minor > 0; i++) {
		const struct interaction *it = timeline_row(timeline, order->parts[i])->head;

		if (state_of(it) != ORDER_REFUNDED)
			continue;
		/* some backends tell what went back as less than nothing */
		back = it->amount.minor < 0 ? it->amount.minor : -it->amount.minor;
		if (!is_refund(it) || strcmp(it->amount.currency, left->currency) != 0 || __builtin_add_overflow(left->minor, back, &left->minor))
			return false;
	}
	return true;
}

static void judge(const struct folding *fold, struct order *order)
{
	const struct interaction *head = timeline_row(fold->timeline, order->head)->head;
	int64_t ordered = pieces_of(head);
	struct sums sums = { .n = { 0 } };
	struct money left;
	int state = ORDER_CANCELLED;

	add(&sums, head);
	for (size_t i = 0; i < order->n_parts; i++)
		add(&sums, timeline_row(fold->timeline, order->parts[i])->head);
	if (sums.n[ORDER_RETURNING] <= sums.taken_back + sums.n[ORDER_RETURNED])
		sums.n[ORDER_RETURNING] = 0;
	/* money alone says nothing about goods that are on their way */
	if (sums.n[ORDER_DELIVERED] || sums.n[ORDER_SHIPPED] || sums.n[ORDER_PACKED])
		sums.n[ORDER_REFUNDED] = 0;
	while (state > ORDER_NONE && !sums.n[state])
		state--;
	order->state = (enum order_state)state;
	order->in_part = state > ORDER_PAID && state != ORDER_CANCELLED && sums.pieces[state] > 0 && sums.pieces[state] < ordered;
	if (state == ORDER_REFUNDED)
		order->in_part |= order_left(fold->timeline, order, &left) && left.minor > 0;
}

static void gather(struct folding *fold, struct orders *orders)
{
	size_t *place = mem_array(fold->n + 1, sizeof(*place)), used = 0;

	for (size_t i = 0; i < fold->n; i++) {
		fold->items[i].root = root_of(fold, i);
		if (fold->items[i].root != i)
			fold->items[fold->items[i].root].parts++;
	}
	/* a part of what is a part itself belongs to nobody else */
	for (size_t i = 0; i < fold->n; i++)
		if (fold->items[fold->items[i].root].root != fold->items[i].root) {
			fold->items[fold->items[i].root].parts--;
			fold->items[i].root = i;
		}
	orders->items = mem_array(fold->n + 1, sizeof(*orders->items));
	orders->rows = mem_array(fold->n + 1, sizeof(*orders->rows));
	for (size_t i = 0; i < fold->n; i++) {
		if (fold->items[i].root != i)
			continue;
		place[i] = orders->n;
		orders->items[orders->n++] = (struct order){ .head = fold->items[i].row, .parts = orders->rows + used };
		used += fold->items[i].parts;
	}
	for (size_t i = 0; i < fold->n; i++)
		if (fold->items[i].root != i) {
			struct order *order = &orders->items[place[fold->items[i].root]];

			orders->rows[(size_t)(order->parts - orders->rows) + order->n_parts++] = fold->items[i].row;
		}
	free(place);
}

void orders_init(struct orders *orders, struct timeline *timeline)
{
	struct folding fold = { .timeline = timeline };

	*orders = (struct orders){ 0 };
	collect(&fold);
	gather(&fold, orders);
	for (size_t i = 0; i < orders->n; i++)
		judge(&fold, &orders->items[i]);
	free(fold.items);
	free(fold.ids.items);
	free(fold.numbers.items);
	orders->folded = timeline_folded(timeline);
}

bool orders_current(const struct orders *orders, struct timeline *timeline)
{
	return orders->folded == timeline_folded(timeline);
}

void orders_release(struct orders *orders)
{
	free(orders->items);
	free(orders->rows);
	*orders = (struct orders){ 0 };
}
