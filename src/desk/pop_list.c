#include <dossier/desk/pop_list.h>

#include <stdlib.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#define DONE_MOST 64

struct pop_list {
	struct desk *desk;
	struct pop_list_sink sink;
	struct pop_line *line;
	struct pop_item *items[POPS_WAITING];
	size_t n;
	char done[DONE_MOST][37];       /* opened or gone: the store, or who announces, may say them once more */
	size_t n_done;
};

void pop_item_free(struct pop_item *item)
{
	const struct pop_list_sink *sink = &item->list->sink;

	if (sink->freed)
		sink->freed(sink->arg, item);
	loop_timer_cancel(item->list->desk->loop, item->over);
	arena_free(item->arena);
	free(item);
}

static bool is_done(const struct pop_list *list, struct str id)
{
	for (size_t i = 0; i < DONE_MOST; i++)
		if (str_is(id, list->done[i]))
			return true;
	return false;
}

static void note_done(struct pop_list *list, struct str id)
{
	snprintf(list->done[list->n_done++ % DONE_MOST], sizeof(*list->done), "%.*s", STR_ARG(id));
}

static struct pop_item *find(const struct pop_list *list, struct str id, struct str call)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct pop *pop = &list->items[i]->pop;

		if ((id.n && str_eq(pop->id, id)) || (call.n && str_eq(pop->call, call)))
			return list->items[i];
	}
	return NULL;
}

static struct pop_item *take_out(struct pop_list *list, struct pop_item *item)
{
	size_t at = 0;

	while (list->items[at] != item)
		at++;
	memmove(&list->items[at], &list->items[at + 1], (list->n - at - 1) * sizeof(*list->items));
	list->n--;
	note_done(list, item->pop.id);
	return item;
}

static void on_over(void *arg)
{
	struct pop_item *item = arg;

	item->over = NULL;
	pop_item_free(take_out(item->list, item));
}

static void say(struct pop_item *item, const struct pop *pop)
{
	struct desk *desk = item->list->desk;
	int64_t window = desk->house->windows.pop, age = clock_wall(desk->clock) - pop->at;
	struct arena *arena = arena_new();

	item->pop = (struct pop){
		.id = arena_str(arena, pop->id), .who = arena_str(arena, pop->who), .call = arena_str(arena, pop->call),
		.number = arena_str(arena, pop->number), .channel = arena_str(arena, pop->channel), .agent = arena_str(arena, pop->agent),
		.offer = arena_str(arena, pop->offer), .at = pop->at,
	};
	arena_free(item->arena);
	item->arena = arena;
	loop_timer_cancel(desk->loop, item->over);
	/* a clock that runs before ours keeps nobody waiting for longer than the window */
	item->over = window ? loop_timer(desk->loop, age > 0 && age < window ? window - age : window, on_over, item) : NULL;
	item->list->sink.came(item->list->sink.arg, item);
}

static void add(struct pop_list *list, const struct pop *pop, bool stored)
{
	struct pop_item *item = mem_zalloc(sizeof(*item));

	item->list = list;
	item->stored = stored;
	list->items[list->n++] = item;
	say(item, pop);
}

static struct str on_agent(void *arg)
{
	const struct desk *desk = ((struct pop_list *)arg)->desk;

	return desk->agent.n ? desk->agent : STR("unknown");
}

static bool has_room(void *arg, const struct pop *pop)
{
	const struct pop_list *list = arg;

	return list->n < POPS_WAITING || is_done(list, pop->id) || find(list, pop->id, pop->call);
}

static void on_came(void *arg, const struct pop *pop)
{
	struct pop_list *list = arg;
	struct pop_item *item = find(list, pop->id, pop->call);

	if (is_done(list, pop->id))
		return;
	if (!item) {
		add(list, pop, false);
		return;
	}
	/* under its first id it may still be in the store */
	if (!str_eq(item->pop.id, pop->id))
		note_done(list, item->pop.id);
	say(item, pop);
}

static void take_back(struct pop_list *list, const struct pop_item *item)
{
	struct err err = { 0 };

	if (item->stored)
		pop_take_back(list->desk, &item->pop, NULL, &err);
}

static void leave(struct pop_list *list, struct pop_item *item, struct str where)
{
	take_out(list, item);
	if (list->sink.gone)
		list->sink.gone(list->sink.arg, item, where);
	pop_item_free(item);
}

static bool on_gone(void *arg, struct str id, struct str call, struct str where)
{
	struct pop_item *item = find(arg, id, call);

	if (!item)
		return false;
	/* or another host's workstation would go on announcing them */
	if (!where.p)
		take_back(arg, item);
	leave(arg, item, where);
	return true;
}

struct pop_list *pop_list_new(struct desk *desk, const char *folder, const struct pop_list_sink *sink)
{
	struct pop_list *list = mem_zalloc(sizeof(*list));
	struct pop_sink ears = { .agent = on_agent, .room = has_room, .came = on_came, .gone = on_gone, .arg = list };
	struct err err = { 0 };

	list->desk = desk;
	list->sink = *sink;
	list->line = pop_listen(desk->loop, folder, &ears, &err);
	return list;
}

void pop_list_forget(struct pop_list *list)
{
	while (list->n)
		pop_item_free(list->items[--list->n]);
	/* nor as done: the store says them again to whom they are for */
	list->n_done = 0;
	memset(list->done, 0, sizeof(list->done));
}

void pop_list_free(struct pop_list *list)
{
	if (!list)
		return;
	pop_list_forget(list);
	pop_line_free(list->line);
	free(list);
}

void pop_list_stored(struct pop_list *list, struct entries *entries)
{
	const struct desk *desk = list->desk;
	struct arena *arena = arena_new();
	struct pop found[POPS_WAITING];
	size_t n = pops_waiting(arena, entries, desk->agent, clock_wall(desk->clock), desk->house->windows.pop, found, POPS_WAITING);

	for (size_t i = list->n; i-- > 0;) {
		bool there = !list->items[i]->stored;

		for (size_t k = 0; k < n && !there; k++)
			there = str_eq(found[k].id, list->items[i]->pop.id);
		if (!there)
			leave(list, list->items[i], (struct str){ 0 });
	}
	for (size_t i = 0; i < n && list->n < POPS_WAITING; i++)
		if (!is_done(list, found[i].id) && !find(list, found[i].id, found[i].call))
			add(list, &found[i], true);
	arena_free(arena);
}

size_t pop_list_count(const struct pop_list *list)
{
	return list->n;
}

struct pop_item *pop_list_at(const struct pop_list *list, size_t at)
{
	return list->items[at];
}

struct pop_item *pop_list_find(const struct pop_list *list, struct str id)
{
	return find(list, id, (struct str){ 0 });
}

struct pop_item *pop_list_open(struct pop_list *list, struct pop_item *item)
{
	const char *tty = ttyname(STDIN_FILENO);

	take_out(list, item);
	if (list->line)
		pop_opened(list->line, item->pop.id, item->pop.call, str_of(tty && strncmp(tty, "/dev/", 5) == 0 ? tty + 5 : ""));
	take_back(list, item);
	return item;
}
