#include "writing.h"

#include <libintl.h>

static const char CASE_PREFIX[] = "case:";

void writing_init(struct writing *w, struct cli *cli, struct desk *desk, const struct operation *op)
{
	*w = (struct writing){ .cli = cli, .desk = desk, .op = op, .arena = arena_new() };
	w->people = (struct people){ .desk = desk, .eager = true, .quick = true, .since = WHEN_NONE, .present.desk = desk };
	w->other = w->people;
	buf_init(&w->sentence, 8192);
}

void writing_release(struct writing *w)
{
	if (w->has_work)
		casework_release(&w->work);
	op_values_free(w->own_values);
	cases_free(w->cases);
	persons_free(w->persons);
	persons_free(w->other_persons);
	store_watch_free(w->watch);
	store_watch_free(w->others);
	people_release(&w->other);
	people_release(&w->people);
	buf_release(&w->sentence);
	arena_free(w->arena);
}

/* False, so that a step may end with it. */
static bool refuse(struct writing *w, enum err_code code)
{
	w->end = WRITING_REFUSED;
	switch (code) {
	case ERR_USAGE:
	case ERR_SYNTAX:
	case ERR_SHAPE:
	case ERR_LIMIT:
		w->status = CLI_USAGE;
		break;
	case ERR_NOTFOUND:
		w->status = CLI_NONE;
		break;
	case ERR_CONFIG:
		w->status = CLI_CONFIG;
		break;
	case ERR_IO:
	case ERR_TIMEOUT:
		w->status = CLI_STORE;
		break;
	default:
		w->status = CLI_REFUSED;
	}
	return false;
}

static void nothing(void *arg)
{
	(void)arg;
}

bool watch_settle(struct desk *desk, struct store_watch *watch)
{
	while (!store_watch_settled(watch) && !loop_stopped(desk->loop))
		loop_turn(desk->loop, -1);
	return store_watch_settled(watch);
}

static bool ask_store(struct writing *w, const struct store_ask *ask)
{
	struct store_watch_sink sink = { nothing, nothing, w };

	if (w->watch)
		store_watch_more(w->watch, ask);
	else
		w->watch = store_watch(w->desk->store, ask, &sink);
	return watch_settle(w->desk, w->watch);
}

static void fold(struct writing *w)
{
	struct cases_in in = { .entries = store_watch_entries(w->watch) };

	cases_free(w->cases);
	persons_free(w->persons);
	w->persons = persons_fold(in.entries);
	w->cases = cases_fold(&in);
}

static void copy_rows(struct writing *w, const struct entry *rows, size_t n)
{
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	w->rows = arena_alloc(w->arena, (n + 1) * sizeof(*rows));
	w->n_rows = 0;
	for (size_t i = 0; i < n; i++) {
		buf_reset(&text);
		entry_write(&rows[i], &text);
		w->n_rows += entry_read(w->arena, buf_str(&text), &w->rows[w->n_rows], NULL);
	}
	buf_release(&text);
}

/* An id that was given before names what was written then. */
static bool was_before(struct writing *w)
{
	struct str id = str_of(w->id);
	struct store_ask ask = { .ids = &id, .n_ids = 1 };
	const struct entry *entry;

	if (!w->id || !ask_store(w, &ask))
		return false;
	entry = entries_find(store_watch_entries(w->watch), id);
	if (!entry)
		return false;
	if (!casework_repeats(w->op, w->values, entry, &w->err)) {
		refuse(w, ERR_REFUSED);
		return true;
	}
	w->end = WRITING_BEFORE;
	w->said = entry->got == WHEN_NONE ? STORE_DURABLE : STORE_SHARED;
	copy_rows(w, entry, 1);
	return true;
}

/* Rows of the backends matter where some are named, and where a brief is to be filled in. */
static bool needs_rows(const struct operation *op, const struct op_values *values)
{
	for (const struct op_field *f = op ? op->fields : NULL; f && f->name; f++)
		if (f->kind == OP_ROWS && (f->need != OP_MAY || !values || op_has(values, f->name)))
			return true;
	return op && (op->writes == ENTRY_HANDOFF_OFFER || op->writes == ENTRY_CASE_OPEN);
}

static bool find_people(struct writing *w, struct people *people, const char *who)
{
	size_t found;

	w->status = people_find(people, w->cli, who);
	if (w->status != CLI_DONE) {
		err_set(&w->err, ERR_USAGE, "\"%s\" could not be looked up", who);
		w->end = WRITING_REFUSED;
		return false;
	}
	found = people_found(people);
	if (found > 1) {
		w->end = WRITING_SEVERAL;
		w->status = CLI_SEVERAL;
		err_set(&w->err, ERR_REFUSED, "\"%s\" is %zu people; name one of them by an identity that is theirs alone", who, found);
		return false;
	}
	/* somebody whom no system knows may still have called, but is nobody to promise things to */
	if (found == 0 && (!people->customer || !w->op || w->op->settled)) {
		size_t n;
		const struct source *sources = lookup_sources(people->lookup, &n);

		w->end = WRITING_NOBODY;
		w->status = people_status(0, sources, n);
		err_set(&w->err, ERR_NOTFOUND, "nobody found for \"%s\"", who);
		return false;
	}
	return true;
}

static void begin_work(struct writing *w, struct customer *customer)
{
	casework_init(&w->work, w->desk, customer);
	w->has_work = true;
	if (w->id)
		w->work.id = str_of(w->id);
	if (w->channel)
		w->work.channel = str_of(w->channel);
	if (w->live.p)
		w->work.live = w->live;
	if (w->second || w->behind)
		w->work.other = customer_group(w->other.customer);
	w->work.other_persons = w->other_persons;
	w->work.settled |= w->compared || (w->people.borrowed && w->cli->session->compared);
}

/* The agent's live contact on the channel of the new one ends by it, whoever it is with. */
static bool find_live(struct writing *w)
{
	struct store_ask ask = { .open_items = true };
	struct str typed;

	if (!w->op || w->op->writes != ENTRY_CONTACT_START || !ask_store(w, &ask))
		return true;
	typed = op_text(w->values, "channel");
	fold(w);
	for (size_t i = 0; i < w->cases->n_contacts; i++) {
		const struct contact *c = &w->cases->contacts[i];
		struct str channel = str_of(channel_word(c->channel));

		if (c->until != WHEN_NONE || !str_eq(c->start->author, w->desk->agent))
			continue;
		if (str_eq(channel, typed.p ? typed : str_of(w->channel ? w->channel : w->desk->signed_on)))
			w->live = arena_str(w->arena, c->start->id);
	}
	return true;
}

/* Nobody yet is behind it: no mistake. Several: the agent chooses. */
static bool find_behind(struct writing *w)
{
	struct str who = { 0 };
	char *handle;
	bool fine = true;

	if (w->second || !w->op || !casework_links_behind(w->op, w->values, &who))
		return true;
	handle = str_dup(who);
	w->other.quick = true;
	if (people_find(&w->other, w->cli, handle) == CLI_DONE) {
		size_t n = lookup_result(w->other.lookup)->n;

		w->behind = n == 1 && w->other.customer;
		if (n > 1) {
			err_set(&w->err, ERR_REFUSED, "%s is %zu people: \"dossier find %s\" names them, and --other rec:BACKEND/ID links one", handle, n, handle);
			fine = refuse(w, ERR_REFUSED);
		}
	}
	free(handle);
	return fine;
}

/* The second customer is looked up too, and a watch has both. */
static bool find_other(struct writing *w)
{
	struct store_watch_sink sink = { nothing, nothing, w };
	const struct group *groups[2];

	if (!find_behind(w))
		return false;
	if (!w->second && !w->behind)
		return true;
	if (w->second && !find_people(w, &w->other, w->second))
		return false;
	groups[0] = customer_group(w->people.customer);
	groups[1] = customer_group(w->other.customer);
	for (size_t i = 0; i < 2; i++) {
		struct store_ask ask = { .persons = groups[i]->persons, .n_persons = groups[i]->n_persons };
		struct identity *records = arena_alloc(w->arena, (groups[i]->n_records + 1) * sizeof(*records));

		for (size_t r = 0; r < groups[i]->n_records; r++)
			record_identity(groups[i]->records[r], &records[r]);
		ask.identities = records;
		ask.n_identities = groups[i]->n_records;
		if (w->others)
			store_watch_more(w->others, &ask);
		else
			w->others = store_watch(w->desk->store, &ask, &sink);
	}
	if (watch_settle(w->desk, w->others))
		w->other_persons = persons_fold(store_watch_entries(w->others));
	return true;
}

static bool by_customer(struct writing *w)
{
	w->people.quick = !w->wait_rows && !needs_rows(w->op, w->values);
	if (!find_people(w, &w->people, w->target))
		return false;
	if (!find_live(w) || !find_other(w))
		return false;
	/* last, for what is known of the customer is good until the loop turns */
	begin_work(w, w->people.customer);
	return true;
}

/* The folds of whoever an entry or a case belongs to. */
static bool use_home(struct writing *w, struct str person)
{
	struct store_ask ask = { .persons = &person, .n_persons = 1 };

	if (person.n) {
		if (!ask_store(w, &ask))
			return err_set(&w->err, ERR_IO, "the case store gave no answer") || refuse(w, ERR_IO);
		fold(w);
	}
	begin_work(w, NULL);
	casework_use(&w->work, store_watch_entries(w->watch), w->persons, w->cases);
	if (person.n)
		w->work.person = arena_str(w->arena, person);
	return true;
}

static bool by_case(struct writing *w, struct str word)
{
	struct store_ask ask = { .ids = &word, .n_ids = 1 };
	const struct case_state *state;
	struct str id, person;

	if (!ask_store(w, &ask))
		return err_set(&w->err, ERR_IO, "the case store gave no answer") || refuse(w, ERR_IO);
	fold(w);
	state = case_by_word(w->cases, word, &w->err);
	if (!state)
		return refuse(w, w->err.code);
	id = arena_str(w->arena, state->id);
	person = state->opened ? persons_home(w->persons, state->opened) : (struct str){ 0 };
	person = arena_str(w->arena, person);
	if (!use_home(w, person))
		return false;
	w->work.case_ = id;
	w->work.settled = true;
	return true;
}

static bool by_item(struct writing *w)
{
	struct str word = str_of(w->target);
	struct store_ask ask = { .ids = &word, .n_ids = 1, .open_items = word.n < 36 };
	const struct entry *item;
	struct str person, id, case_;

	if (!ask_store(w, &ask))
		return err_set(&w->err, ERR_IO, "the case store gave no answer") || refuse(w, ERR_IO);
	fold(w);
	item = writing_item(w, word);
	if (!item && w->err.code)
		return refuse(w, w->err.code);
	if (!item) {
		if (str_is(word, "last"))
			err_set(&w->err, ERR_NOTFOUND, "nothing of that kind waits for you; \"dossier desk\" shows what does");
		else
			err_set(&w->err, ERR_NOTFOUND, "nothing in the case store has the id or code \"%s\"; lists such as \"dossier handoff list\" name them", w->target);
		return refuse(w, ERR_NOTFOUND);
	}
	person = arena_str(w->arena, persons_home(w->persons, item));
	id = arena_str(w->arena, item->id);
	case_ = item->case_.p ? arena_str(w->arena, item->case_) : item->case_;
	if (!use_home(w, person))
		return false;
	w->work.item = id;
	w->work.case_ = case_;
	return true;
}

static bool by_nobody(struct writing *w)
{
	struct store_ask ask = { .open_items = true };

	if (!ask_store(w, &ask))
		return err_set(&w->err, ERR_IO, "the case store gave no answer") || refuse(w, ERR_IO);
	fold(w);
	return find_live(w) && use_home(w, (struct str){ 0 });
}

static bool find_target(struct writing *w)
{
	struct str target = str_of(w->target);

	switch (w->op->on) {
	case OP_ON_CUSTOMER:
	case OP_ON_CASE:
		if (str_starts(target, CASE_PREFIX))
			return by_case(w, str_make(target.p + strlen(CASE_PREFIX), target.n - strlen(CASE_PREFIX)));
		return by_customer(w);
	case OP_ON_ITEM:
		return by_item(w);
	case OP_ON_NOBODY:
		return by_nobody(w);
	}
	return false;
}

static void said(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct writing *w = arg;

	w->said = said;
	if (err)
		w->err = *err;
	if (n)
		copy_rows(w, rows, n);
	if (!final)
		return;
	buf_reset(&w->sentence);
	casework_said(&w->work, w->op, said, rows, n, err, &w->sentence);
	w->done = true;
}

struct taking { enum store_said said; bool done; };

static void taken(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	struct taking *taking = arg;

	(void)rows;
	(void)n;
	(void)err;
	taking->said = said;
	taking->done |= final;
}

/* Who begins a contact with a customer that is being transferred to them accepts by it. */
static void take_transfer(struct writing *w)
{
	struct customer *customer = w->op->writes == ENTRY_CONTACT_START ? w->people.customer : NULL;
	const struct handoff *handoff = customer && w->said == STORE_SHARED ? customer_transfer(customer) : NULL;
	const struct operation *accept = operation_find(STR("handoff.accept"));
	struct taking taking = { .said = STORE_NOT_SAVED };
	struct store_append_sink sink = { taken, &taking };
	struct op_values *values;
	struct casework work;
	struct err err = { 0 };

	if (!handoff)
		return;
	values = op_values_new(accept, w->desk);
	casework_init(&work, w->desk, customer);
	work.item = arena_str(w->arena, handoff->offer->id);
	if (casework_build(&work, accept, values, &err)) {
		casework_send(&work, &sink);
		loop_until(w->desk->loop, &taking.done);
	}
	if (taking.said == STORE_SHARED)
		buf_adds(&w->sentence, gettext("; the hand-off is accepted by it: the case is yours"));
	casework_release(&work);
	op_values_free(values);
}

void writing_send(struct writing *w)
{
	struct store_append_sink sink = { said, w };

	casework_send(&w->work, &sink);
	loop_until(w->desk->loop, &w->done);
	w->end = WRITING_SAID;
	switch (w->said) {
	case STORE_DURABLE:
	case STORE_SHARED:
		w->status = CLI_DONE;
		break;
	case STORE_LOST:
	case STORE_REFUSED:
		w->status = CLI_REFUSED;
		break;
	case STORE_NOT_SAVED:
		w->status = CLI_STORE;
	}
	if (w->n_rows == 0)
		copy_rows(w, w->work.out, w->work.n_out);
	take_transfer(w);
}

static void build(struct writing *w)
{
	if (!casework_build(&w->work, w->op, w->values, &w->err)) {
		if (w->op->settled && w->people.customer && !w->work.settled)
			err_set(&w->err, ERR_REFUSED, "others may share \"%s\": make sure who it is, and say so with --compared, or verify, "
				"or name an identity that is theirs alone", w->target);
		refuse(w, w->err.code);
		return;
	}
	if (w->people.borrowed && w->work.person.p && !w->dry)
		customer_minted(w->people.customer, w->work.person);
	if (w->dry)
		w->end = WRITING_DRY;
	else
		writing_send(w);
}

void writing_run(struct writing *w)
{
	if (!w->desk->store) {
		err_set(&w->err, ERR_IO, "there is no case store to write to");
		refuse(w, ERR_IO);
		return;
	}
	if (!operation_allowed(w->op, w->desk, &w->err)) {
		refuse(w, w->err.code);
		return;
	}
	if (was_before(w) || !find_target(w))
		return;
	build(w);
}

const char *writing_word(const struct writing *w)
{
	static const char *const ends[] = { "refused", "several", "nobody", "dry-run", "already there", NULL };
	static const char *const words[] = { "saved", "shared", "lost", "refused", "not saved" };

	return w->end == WRITING_SAID ? words[w->said] : ends[w->end];
}

struct str writing_id(const struct writing *w)
{
	if (w->end == WRITING_BEFORE)
		return w->rows[0].id;
	if (w->has_work && w->work.n_out && (w->end == WRITING_DRY || w->end == WRITING_SAID))
		return w->work.out[w->work.main].id;
	return (struct str){ 0 };
}

/* What takes an entry back is another operation, which casework knows. */
static void undo(struct writing *w, const struct entry *entry)
{
	if (!entry) {
		err_set(&w->err, ERR_NOTFOUND, "there is nothing of yours on \"%s\" that can be undone", w->target);
		refuse(w, ERR_NOTFOUND);
		return;
	}
	if (!casework_undo(&w->work, entry, &w->op, &w->own_values, &w->err)) {
		refuse(w, w->err.code);
		return;
	}
	w->values = w->own_values;
	build(w);
}

/* A name may read as a code too: without any digit, one is a code only as it is printed, whole and in capitals. */
static bool is_entry(struct str word)
{
	char code[CASE_CODE + 1];
	bool printed = word.n == CASE_CODE && case_code_read(word, code) && str_is(word, code);
	size_t hex = strspn(word.p, "0123456789abcdef-");

	return printed || (word.n >= 8 && hex == word.n && memchr(word.p, '-', word.n)) || (strpbrk(word.p, "0123456789") && case_code_read(word, code));
}

/* Whoever is open in a session was looked up by that word: it is no entry. */
static bool is_open(const struct writing *w)
{
	const struct cli_session *s = w->cli->session;

	return s && s->open && strcmp(w->target, s->who) == 0;
}

void writing_undo(struct writing *w)
{
	if (!w->desk->store) {
		err_set(&w->err, ERR_IO, "there is no case store to write to");
		refuse(w, ERR_IO);
	} else if (!is_open(w) && is_entry(str_of(w->target))) {
		if (by_item(w))
			undo(w, entries_find(store_watch_entries(w->watch), w->work.item));
	} else if (by_customer(w)) {
		undo(w, casework_last(&w->work));
	}
}
