#include "page.h"

#include <dossier/base/mem.h>

#define SLICE_MS 5

static void page_open(struct pager *pager)
{
	struct run *run = pager->run;

	pager->page = (struct page){ .oldest = WHEN_NONE };
	pager->page.hold = run->ops->open ? run->ops->open(run) : NULL;
}

static void page_close(struct pager *pager, bool keep)
{
	struct run *run = pager->run;
	struct page *page = &pager->page;

	if (keep)
		expands_commit(run, page);
	expands_discard(page);
	if (page->hold && run->ops->close)
		run->ops->close(run, page->hold, keep);
	page->hold = NULL;
	json_object_put(page->root);
	tables_unref(page->tables);
	page->root = NULL;
	page->tables = NULL;
	json_scan_free(pager->scan);
	pager->scan = NULL;
	buf_release(&pager->texts);
	buf_init(&pager->texts, 2 * pager->run->call->backend->limits.bytes + 4096);
	pager->text_at = pager->list_at = 0;
	pager->list = NULL;
	json_object_put(pager->last_id);
	pager->last_id = NULL;
}

static void pager_end(struct pager *pager)
{
	if (pager->ended)
		return;
	pager->ended = true;
	run_check(pager->run);
}

static void pager_fail(struct pager *pager, const struct err *err, int status, int64_t retry_at)
{
	page_close(pager, false);
	run_fail(pager->run, err, status, retry_at);
	pager_end(pager);
}

static void note_last(struct pager *pager, const struct scope *scope)
{
	const struct plan_page *plan = &pager->plan->page;
	struct json_object *id = NULL;

	if (plan->kind != PAGE_LAST || !plan->next || !pointer_get(plan->next, scope_element(scope), &id) || !id)
		return;
	json_object_get(id);
	json_object_put(pager->last_id);
	pager->last_id = id;
}

static void take_keep(struct pager *pager, struct keep *keep)
{
	struct run *run = pager->run;
	const struct plan_page *plan = &pager->plan->page;
	int64_t at;

	if (plan->stop_before && expr_time(plan->stop_before, &keep->scope, &at, NULL) && at != WHEN_NONE &&
	    (pager->page.oldest == WHEN_NONE || at < pager->page.oldest))
		pager->page.oldest = at;
	note_last(pager, &keep->scope);
	elements_take(run, &pager->page, run->fetch->elements, keep);
}

/* The root and the tables that an element sees. */
static struct json_object *seen_root(const struct pager *pager)
{
	return pager->mode != READ_STREAM ? pager->page.root : NULL;
}

static struct tables *seen_tables(const struct pager *pager)
{
	return pager->page.tables ? pager->page.tables : pager->run->tables;
}

/* One element that was parsed. */
static void take_value(struct pager *pager, struct json_object *value)
{
	struct keep *keep = keep_element(pager->run->base, value, seen_root(pager), seen_tables(pager));

	take_keep(pager, keep);
	keep_unref(keep);
}

/* One that is an object is not parsed as long as only texts of it are wanted. False: it must be. */
static bool take_lazy(struct pager *pager, struct str text)
{
	struct backend *backend = pager->run->call->backend;
	struct json_spans *spans = json_scan_spans(pager->scan);
	struct keep *keep;

	if (!spans && !json_spans_init(spans = &backend->spans, text))
		return false;
	keep = keep_text(pager->run->base, backend->parser, text, spans, seen_root(pager), seen_tables(pager));
	take_keep(pager, keep);
	keep_settle(keep);
	keep_unref(keep);
	return true;
}

static void count_element(struct pager *pager, struct str text)
{
	uint64_t hash = pager->plan->page.kind == PAGE_NONE ? 0 : hash_bytes(HASH_START, text.p, text.n);

	if (!pager->page.count++)
		pager->page.first = hash;
	pager->page.last = hash;
}

/* A value where a list was meant: an object counts as a list of one, null, false and "" as none. */
static void take_single(struct pager *pager, struct json_object *value)
{
	struct run *run = pager->run;

	if (json_object_is_type(value, json_type_object)) {
		if (run->fetch->elements->each_is_map)
			elements_inside(run, &pager->page, run->fetch->elements, run->base, value);
		else
			take_value(pager, value);
		return;
	}
	pager->page.count--;
	if (value && !(json_object_is_type(value, json_type_boolean) && !json_object_get_boolean(value)) &&
	    !(json_object_is_type(value, json_type_string) && !json_object_get_string_len(value)))
		call_dropped(run->call, run->fetch->name ? run->fetch->name : pager->target, "a %s stands at \"%s\" where a list was expected",
			     json_type_to_name(json_object_get_type(value)), pointer_text(run->fetch->elements->each));
}

static bool take_text(struct pager *pager, struct str text, bool single)
{
	struct run *run = pager->run;
	struct json_object *value;
	struct err err;

	count_element(pager, text);
	if (!single && take_lazy(pager, text))
		return call_alive(run->call);
	err_clear(&err);
	value = json_parse(run->call->backend->parser, text, &err);
	if (!value && err.code != ERR_NONE)
		call_dropped(run->call, run->fetch->name ? run->fetch->name : pager->target, "%s", err.text);
	else if (single)
		take_single(pager, value);
	else if (value)
		take_value(pager, value);
	json_object_put(value);
	return call_alive(run->call);
}

static bool scan_element(void *arg, struct str text, bool single, struct err *err)
{
	struct pager *pager = arg;
	char head[5];
	uint32_t n = text.n;

	if (pager->mode == READ_STREAM)
		return take_text(pager, text, single) || err_set(err, ERR_CANCELLED, "no longer wanted");
	memcpy(head, &n, 4);
	head[4] = (char)single;
	return (buf_add(&pager->texts, head, 5) && buf_add(&pager->texts, text.p, text.n)) ||
	       err_set(err, ERR_LIMIT, "the reply is larger than allowed");
}

static void read_begin(void *arg)
{
	struct pager *pager = arg;
	struct run *run = pager->run;
	const struct plan_elements *elements = run->fetch->elements;
	const struct json_scan_sink sink = { scan_element, pager };
	struct json_scan_limits limits = run->call->backend->limits;

	call_enter(run->call);
	page_close(pager, false);
	page_open(pager);
	pager->mode = !elements || !elements->each || run->fetch->save.n || run->ops->root ? READ_TREE :
		      run->fetch->whole || run->tables_pending || run->fetch->joins.n ? READ_WHOLE : READ_STREAM;
	if (pager->mode == READ_TREE)
		limits.rest = limits.bytes;
	err_clear(&pager->stopped);
	pager->scan = json_scan_new(pager->mode == READ_TREE ? NULL : elements->each, &limits, &sink, &pager->stopped);
	call_leave(run->call);
}

static bool read_data(void *arg, const char *data, size_t n, struct err *err)
{
	struct pager *pager = arg;
	struct backend_call *call = pager->run->call;
	bool ok;

	if (!pager->scan) {
		*err = pager->stopped;
		return false;
	}
	call_enter(call);
	ok = json_scan_feed(pager->scan, data, n, err);
	if (!ok) {
		if (err->code == ERR_SYNTAX)
			err->code = ERR_SHAPE;
		err_prefix(err, "the reply to %.200s is not the JSON it should be", pager->target);
	}
	call_leave(call);
	return ok;
}

/* Nothing at all where the list should be: an empty object, or a null on the way, is "none"; else the shape is wrong. */
static bool list_is_missing(struct pager *pager)
{
	const char *first = pointer_text(pager->run->fetch->elements->each);
	struct json_object *root = pager->page.root, *value;
	size_t n = *first == '/' ? strcspn(first + 1, "/") : 0;
	char *name;
	bool has;

	if (!json_object_is_type(root, json_type_object))
		return true;
	if (!json_object_object_length(root) || !n)
		return false;
	name = mem_strndup(first + 1, n);
	has = json_object_object_get_ex(root, name, &value);
	free(name);
	return !has;
}

/* What the reply says besides its list: an error, or that the list is not there. False ends the page. */
static bool root_judge(struct pager *pager, struct err *err)
{
	const struct plan *plan = pager->run->call->backend->plan;
	struct json_object *root = pager->page.root;
	struct buf words;
	bool found;

	buf_init(&words, 300);
	found = root && (error_text(root, pager->plan->errors.items, pager->plan->errors.n, &words) ||
			 (plan->errors_always && error_text(root, plan->errors.items, plan->errors.n, &words)));
	if (found)
		err_set(err, ERR_HTTP, "%.200s was refused: %.*s", pager->target, STR_ARG(buf_str(&words)));
	buf_release(&words);
	if (found)
		return false;
	if (pager->mode != READ_TREE && !json_scan_found(pager->scan) && list_is_missing(pager))
		return err_set(err, ERR_SHAPE, "the reply to %.200s has no list at \"%s\"", pager->target,
			       pointer_text(pager->run->fetch->elements->each));
	return true;
}

static void page_commit(struct pager *pager);

static bool map_text(struct pager *pager)
{
	uint32_t n;
	bool single;

	if (pager->text_at + 5 > pager->texts.len)
		return false;
	memcpy(&n, pager->texts.data + pager->text_at, 4);
	single = pager->texts.data[pager->text_at + 4];
	take_text(pager, str_make(pager->texts.data + pager->text_at + 5, n), single);
	pager->text_at += 5 + (size_t)n;
	return true;
}

static void count_value(struct pager *pager, struct json_object *value)
{
	count_element(pager, str_of(pager->plan->page.kind == PAGE_NONE ? "" : json_object_to_json_string(value)));
}

static bool map_tree(struct pager *pager)
{
	struct json_object *value;

	if (!pager->list || pager->list_at >= json_object_array_length(pager->list))
		return false;
	value = json_object_array_get_idx(pager->list, pager->list_at++);
	count_value(pager, value);
	if (value)
		take_value(pager, value);
	return true;
}

/* Elements of a reply that came as a whole, a few milliseconds at a time. */
static void slice(void *arg)
{
	struct pager *pager = arg;
	struct backend_call *call = pager->run->call;
	const struct clock *clock = call->backend->house.clock;
	int64_t until = clock_steady(clock) + SLICE_MS;
	bool more = true;

	pager->slicing = false;
	call_enter(call);
	for (unsigned i = 0; more && ((i & 15) || clock_steady(clock) < until) && call_alive(call); i++)
		more = pager->mode == READ_TREE ? map_tree(pager) : map_text(pager);
	if (call_alive(call) && more) {
		pager->slicing = true;
		loop_defer(call->backend->loop, slice, pager);
	} else if (call_alive(call)) {
		page_commit(pager);
	}
	call_leave(call);
}

/* A table's list is read by the table; paging must know how long it was. */
static void table_count(struct pager *pager)
{
	const struct plan_table *table = pager->run->table;
	struct json_object *list = pager->page.root;

	if (!table || (table->each && !pointer_get(table->each, pager->page.root, &list)) ||
	    !json_object_is_type(list, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(list); i++)
		count_value(pager, json_object_array_get_idx(list, i));
}

static void tree_begin(struct pager *pager)
{
	const struct plan_elements *elements = pager->run->fetch->elements;
	struct json_object *value = NULL;

	if (!elements) {
		table_count(pager);
		return;
	}
	if (!elements->each) {
		count_element(pager, json_scan_rest(pager->scan));
		if (pager->page.root)
			take_value(pager, pager->page.root);
		return;
	}
	if (!pointer_get(elements->each, pager->page.root, &value) || !value)
		return;
	if (json_object_is_type(value, json_type_array)) {
		pager->list = value;
	} else {
		count_element(pager, STR(""));
		take_single(pager, value);
	}
}

/* Side tables, then the elements, then the page is complete. */
static void page_map(struct pager *pager)
{
	struct run *run = pager->run;

	if (run->tables_pending) {
		pager->waits_tables = true;
		return;
	}
	if (pager->mode != READ_STREAM) {
		tables_side(run, &pager->page, run->base);
		if (pager->mode == READ_TREE)
			tree_begin(pager);
		slice(pager);
		return;
	}
	page_commit(pager);
}

static void read_done(void *arg, const struct exchange_end *end)
{
	struct pager *pager = arg;
	struct run *run = pager->run;
	const char *link = exchange_header(pager->ex, "Link");
	struct err err = { 0 };
	struct str rest;

	free(pager->link);
	pager->link = mem_strdup(link);
	pager->ex = NULL;
	if (end->how == EXCHANGE_FAILED) {
		pager_fail(pager, &end->err, end->status, end->retry_at);
		return;
	}
	if (end->how == EXCHANGE_NONE || !pager->scan || !end->bytes) {
		run->none = run->none || !pager->pages;
		page_close(pager, false);
		if (!run->parent)
			run->call->answered++;
		pager_end(pager);
		return;
	}
	if (!json_scan_end(pager->scan, &err)) {
		if (err.code == ERR_SYNTAX)
			err.code = ERR_SHAPE;
		err_prefix(&err, "the reply to %.200s", pager->target);
		pager_fail(pager, &err, end->status, WHEN_NONE);
		return;
	}
	rest = json_scan_rest(pager->scan);
	if (rest.p)
		pager->page.root = json_parse(run->call->backend->parser, rest, &err);
	else if (pager->mode == READ_TREE)
		err_set(&err, ERR_LIMIT, "the reply to %.200s is larger than allowed", pager->target);
	if (err.code != ERR_NONE || !root_judge(pager, &err)) {
		pager_fail(pager, &err, end->status, WHEN_NONE);
		return;
	}
	page_map(pager);
}

static void pager_send(struct pager *pager)
{
	struct run *run = pager->run;
	const struct exchange_sink sink = { read_begin, read_data, read_done, pager };
	struct json_object *owned[2];
	struct wire_page page;
	struct wire wire;
	struct err err = { 0 };
	enum wire_made made;

	if (run->call->end.rows >= ROWS_MOST) {
		err_set(&err, ERR_LIMIT, "stopped after %u rows: there may be more", run->call->end.rows);
		run_fail(run, &err, 0, WHEN_NONE);
		pager_end(pager);
		return;
	}
	page_wire(pager, &page, owned);
	made = wire_make(run->call->backend, pager->plan, &run->base->scope, &page, false, &wire, &err);
	json_object_put(owned[0]);
	json_object_put(owned[1]);
	if (made != WIRE_MADE) {
		wire_release(&wire);
		if (made == WIRE_FAILED) {
			run_fail(run, &err, 0, WHEN_NONE);
		} else {
			call_note(run->call, pager->plan->line, "not asked: a value for its address is missing");
			run->none = true;
		}
		pager_end(pager);
		return;
	}
	free(pager->asked);
	free(pager->target);
	pager->asked = mem_strdup(wire.url);
	pager->target = mem_strdup(wire.target);
	pager->ex = exchange_start(run->call->backend, run->call, pager->plan, &wire, run->why, false, &sink);
}

/* A page that is read to its end: what it holds counts now. */
static void page_commit(struct pager *pager)
{
	struct run *run = pager->run;
	struct err err = { 0 };
	enum page_step step;
	bool repeated = page_repeats(pager);

	pager->fetched += (int64_t)pager->page.count;
	if (!repeated)
		run_save(run, pager->page.root);
	if (!repeated && run->ops->root)
		run->ops->root(run, pager->page.root);
	pager->pages += !repeated;
	step = repeated ? PAGE_TWICE : page_next(pager, &err);
	pager->first = pager->page.first;
	pager->last = pager->page.last;
	if (!run->parent && !repeated)
		run->call->answered++;
	page_close(pager, !repeated);
	if (!call_alive(run->call))
		return;
	if (step == PAGE_GOES_ON) {
		pager_send(pager);
		return;
	}
	/* the end said over again by a server that clamps page numbers is no loss */
	if (step == PAGE_TWICE && (pager->pages < 2 || !repeated))
		err_set(&err, ERR_SHAPE, "page %zu of %.200s is a page that came before: paging stopped there", pager->pages + 1,
			pager->target);
	if (err.code != ERR_NONE)
		call_fail(run->call, &err, 0, WHEN_NONE);
	pager_end(pager);
}

bool pagers_start(struct run *run)
{
	run->n_pagers = run->fetch->requests.n;
	run->pagers = mem_array(run->n_pagers + 1, sizeof(*run->pagers));
	run->pending += (unsigned)run->n_pagers;
	for (size_t i = 0; i < run->n_pagers; i++) {
		struct pager *pager = &run->pagers[i];

		pager->run = run;
		pager->plan = run->fetch->requests.items[i];
		pager->page.oldest = WHEN_NONE;
		buf_init(&pager->texts, 0);
	}
	for (size_t i = 0; i < run->n_pagers; i++)
		pager_send(&run->pagers[i]);
	return run->n_pagers > 0;
}

void pagers_tables_ready(struct run *run)
{
	for (size_t i = 0; i < run->n_pagers; i++)
		if (run->pagers[i].waits_tables) {
			run->pagers[i].waits_tables = false;
			page_map(&run->pagers[i]);
		}
}

void pagers_stop(struct run *run)
{
	for (size_t i = 0; i < run->n_pagers; i++)
		if (run->pagers[i].slicing)
			loop_defer_cancel(run->call->backend->loop, slice, &run->pagers[i]);
}

void pagers_free(struct run *run)
{
	for (size_t i = 0; i < run->n_pagers; i++) {
		struct pager *pager = &run->pagers[i];

		page_close(pager, false);
		buf_release(&pager->texts);
		json_object_put(pager->cursor);
		seen_release(&pager->addresses);
		free(pager->url);
		free(pager->asked);
		free(pager->target);
		free(pager->link);
	}
	free(run->pagers);
	run->pagers = NULL;
	run->n_pagers = 0;
}
