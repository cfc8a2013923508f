/*
 * One walk over the entries for what was put, redacted and unfolded, one for
 * what entries make, one for what they say of it; then everything is settled.
 */
#include "cases_inner.h"
#include "words.h"

WORDS_DEFINE(case_status, case_status, CASE_STATUS_COUNT, CASE_STATUSES(WORDS_ITEM))

struct str fold_text(struct cases_fold *fold, struct json_object *data, const char *name)
{
	struct str text = entry_text(data, name);

	return text.p ? arena_str(fold->arena, text) : text;
}

void fold_object(struct cases_fold *fold, struct str id, enum object object, size_t at)
{
	bool made;

	intern_id(&fold->objects, id, &made);
	if (made)
		LIST_ADD(fold->places, (struct object_place){ object, (uint32_t)at });
}

bool fold_find(struct cases_fold *fold, struct json_object *data, const char *name, enum object object, size_t *at)
{
	struct str id = entry_text(data, name);
	uint32_t place = id.p ? intern_find(&fold->objects, id) : UINT32_MAX;

	if (place == UINT32_MAX || fold->places.items[place].object != object)
		return false;
	*at = fold->places.items[place].at;
	return true;
}

struct held_case *fold_case(struct cases_fold *fold, struct str id)
{
	uint32_t at = id.p ? intern_find(&fold->case_ids, id) : UINT32_MAX;

	return at == UINT32_MAX ? NULL : &fold->cases.items[at];
}

struct str fold_case_of(struct cases_fold *fold, const struct entry *entry)
{
	uint32_t at = intern_find(&fold->put_entries, entry->id);

	return at == UINT32_MAX ? entry->case_ : fold->entry_puts.items[at].case_;
}

static void put_set(struct cases_fold *fold, struct str key, const struct entry *entry, bool off, bool row)
{
	struct put put = { off ? (struct str){ 0 } : entry->case_, off, entry };
	bool made;
	uint32_t at = intern_id(row ? &fold->put_rows : &fold->put_entries, key, &made);

	if (row) {
		if (made)
			LIST_ADD(fold->row_puts, put);
		fold->row_puts.items[at] = put;
	} else {
		if (made)
			LIST_ADD(fold->entry_puts, put);
		fold->entry_puts.items[at] = put;
	}
}

static void row_key_text(struct buf *out, const struct row_key *key)
{
	buf_reset(out);
	buf_addstr(out, key->backend);
	buf_addc(out, '\n');
	buf_addstr(out, key->row);
	buf_addc(out, '\n');
	buf_addstr(out, key->id);
}

static void apart_set(struct cases_fold *fold, struct str text, const struct row_key *key, bool apart)
{
	bool made;
	uint32_t at = intern_id(&fold->rows_alone, text, &made);

	if (made) {
		struct row_key kept = { arena_str(fold->arena, key->backend), arena_str(fold->arena, key->row), arena_str(fold->arena, key->id) };

		LIST_ADD(fold->keys, kept);
		LIST_ADD(fold->folds, apart);
	}
	fold->folds.items[at] = apart;
}

/* attach, fold and unfold: the rows they name. */
static void rows_put(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct json_object *list = NULL;
	struct buf text;

	if (!json_object_object_get_ex(data, "rows", &list) || !json_object_is_type(list, json_type_array))
		return;
	buf_init(&text, 4096);
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);
		struct row_key key = { entry_text(one, "backend"), entry_text(one, "row"), entry_text(one, "id") };

		if (!json_object_is_type(one, json_type_object) || !key.id.p)
			continue;
		row_key_text(&text, &key);
		if (entry->type == ENTRY_ATTACH)
			put_set(fold, buf_str(&text), entry, entry_flag(data, "off"), true);
		else
			apart_set(fold, buf_str(&text), &key, entry->type == ENTRY_UNFOLD);
	}
	buf_release(&text);
}

static void entry_put(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct str id = entry_text(data, "entry");

	if (id.p)
		put_set(fold, id, entry, entry_flag(data, "off"), false);
	rows_put(fold, entry, data);
}

static void entry_redact(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct str id = entry_text(data, "entry");
	bool made;

	(void)entry;
	if (id.p)
		intern_id(&fold->redacted, id, &made);
}

static void case_open(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct held_case held = { .state = { .id = entry->case_, .opened = entry } }, *made;
	struct json_object *tags = NULL;
	struct str owner = fold_text(fold, data, "owner"), none = { 0 };
	bool new;

	intern_id(&fold->case_ids, entry->case_, &new);
	if (!new)
		return;
	LIST_ADD(fold->cases, held);
	made = &fold->cases.items[fold->cases.n - 1];
	register_set(fold, made, STR("status"), STR("open"), none, entry);
	register_set(fold, made, STR("title"), fold_text(fold, data, "title"), none, entry);
	register_set(fold, made, STR("owner"), owner.p ? owner : entry->author, none, entry);
	register_set(fold, made, STR("holder"), entry->author, none, entry);
	register_set(fold, made, STR("team"), entry->team, none, entry);
	if (entry_text(data, "reason").p)
		register_set(fold, made, STR("reason"), fold_text(fold, data, "reason"), none, entry);
	if (entry_text(data, "priority").p)
		register_set(fold, made, STR("priority"), fold_text(fold, data, "priority"), none, entry);
	if (!json_object_object_get_ex(data, "tags", &tags) || !json_object_is_type(tags, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(tags); i++) {
		struct json_object *tag = json_object_array_get_idx(tags, i);
		struct buf name;

		if (!json_object_is_type(tag, json_type_string))
			continue;
		buf_init(&name, 2 * ENTRY_WORD_MOST);
		buf_printf(&name, "tag:%s", json_object_get_string(tag));
		register_set(fold, made, buf_str(&name), STR("on"), none, entry);
		buf_release(&name);
	}
}

static void case_set(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct held_case *held = fold_case(fold, entry->case_);
	enum case_status status;
	struct str field = entry_text(data, "field"), value = fold_text(fold, data, "value");

	/* A redacted set, or a status that nobody knows, says nothing. */
	if (!held || !field.p || entry_stripped(entry) || (str_is(field, "status") && !case_status_parse(value, &status)))
		return;
	register_set(fold, held, field, str_empty(value) ? (struct str){ 0 } : value, fold_text(fold, data, "was"), entry);
}

static void case_reopen(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct held_case *held = fold_case(fold, entry->case_);

	if (held)
		register_set(fold, held, STR("status"), STR("reopened"), fold_text(fold, data, "solved"), entry);
}

void fold_notice(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct notice notice = { entry, fold_text(fold, data, "site"), fold_text(fold, data, "to_team"), fold_text(fold, data, "text"), entry_when(data, "until") };

	fold_object(fold, entry->id, OBJECT_NOTICE, fold->notices.n);
	LIST_ADD(fold->notices, notice);
}

void fold_notice_replaced(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (fold_find(fold, data, "replaces", OBJECT_NOTICE, &at) && fold->notices.items[at].entry != entry)
		fold->notices.items[at].text.p = NULL;
}

void fold_discrepancy(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct discrepancy discrepancy = {
		.entry = entry, .about = fold_text(fold, data, "about"), .item = fold_text(fold, data, "item"),
		.site = fold_text(fold, data, "site"), .text = fold_text(fold, data, "text"),
		.says = fold_text(fold, data, "says"), .is = fold_text(fold, data, "is"),
	};
	struct buf line;

	/* redacted: nothing is left but what it was about */
	buf_init(&line, 4 * ENTRY_TEXT_MOST);
	buf_addstr(&line, discrepancy.item);
	if (discrepancy.text.n)
		buf_printf(&line, line.len ? ": %.*s" : "%.*s", STR_ARG(discrepancy.text));
	if (discrepancy.says.n)
		buf_printf(&line, line.len ? " (%.*s)" : "%.*s", STR_ARG(discrepancy.says));
	discrepancy.line = arena_str(fold->arena, buf_str(&line));
	buf_release(&line);

	fold_object(fold, entry->id, OBJECT_DISCREPANCY, fold->discrepancies.n);
	LIST_ADD(fold->discrepancies, discrepancy);
}

void fold_discrepancy_close(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	size_t at;

	if (!fold_find(fold, data, "discrepancy", OBJECT_DISCREPANCY, &at))
		return;
	fold->discrepancies.items[at].closed = entry;
	fold->discrepancies.items[at].outcome = fold_text(fold, data, "outcome");
}

/* What an entry does in each walk; types without a row are only shown. */
static fold_fn *const walks[3][ENTRY_TYPE_COUNT] = {
	{
		[ENTRY_ATTACH] = entry_put, [ENTRY_FOLD] = rows_put, [ENTRY_UNFOLD] = rows_put,
	}, {
		[ENTRY_CASE_OPEN] = case_open, [ENTRY_HANDOFF_OFFER] = fold_handoff_offer, [ENTRY_PROMISE_MAKE] = fold_promise_make,
		[ENTRY_ASK] = fold_ask, [ENTRY_CONTACT_START] = fold_contact_start, [ENTRY_POP] = fold_pop,
		[ENTRY_NOTICE] = fold_notice, [ENTRY_DISCREPANCY] = fold_discrepancy,
	}, {
		[ENTRY_CASE_SET] = case_set, [ENTRY_REOPEN] = case_reopen,
		[ENTRY_HANDOFF_ACCEPT] = fold_handoff_claim, [ENTRY_HANDOFF_WITHDRAW] = fold_handoff_claim,
		[ENTRY_EXPIRE] = fold_handoff_claim, [ENTRY_HANDOFF_DECLINE] = fold_handoff_decline,
		[ENTRY_PROMISE_KEEP] = fold_promise_keep, [ENTRY_PROMISE_CANCEL] = fold_promise_cancel,
		[ENTRY_PROMISE_ASSIGN] = fold_promise_owner, [ENTRY_PROMISE_RELEASE] = fold_promise_owner,
		[ENTRY_PROMISE_TAKE] = fold_promise_take, [ENTRY_ANSWER] = fold_answer,
		[ENTRY_CONTACT_END] = fold_contact_end, [ENTRY_NOTICE] = fold_notice_replaced,
		[ENTRY_DISCREPANCY_CLOSE] = fold_discrepancy_close,
	},
};

static void entry_walk(struct cases_fold *fold, const struct entry *entry, fold_fn *act)
{
	struct json_object *data;

	if (!act)
		return;
	data = entry_data(fold->parser, entry);
	if (data)
		act(fold, entry, data);
	json_object_put(data);
}

static bool is_shown(const struct cases_in *in, const struct entry *entry)
{
	if (!in->persons)
		return true;
	return persons_shows(in->persons, entry, in->group, in->n_group);
}

/* Those that are shown, without the words that were taken away. */
static void entries_choose(struct cases_fold *fold)
{
	const struct entry *const *sorted;
	size_t n;

	sorted = entries_sorted(fold->in->entries, &n);
	for (size_t i = 0; i < n; i++) {
		if (entry_known(sorted[i]) && sorted[i]->type == ENTRY_REDACT)
			entry_walk(fold, sorted[i], entry_redact);
	}
	for (size_t i = 0; i < n; i++) {
		const struct entry *entry = sorted[i];

		if (!entry_known(entry)) {
			fold->out.unread += !fold->in->persons || is_shown(fold->in, entry);
			continue;
		}
		if (!is_shown(fold->in, entry))
			continue;
		if (fold->redacted.n && intern_find(&fold->redacted, entry->id) != UINT32_MAX) {
			struct entry *stripped = arena_alloc(fold->arena, sizeof(*stripped));

			if (entry_strip(fold->arena, entry, stripped))
				entry = stripped;
		}
		LIST_ADD(fold->entries, entry);
	}
}

static void entry_file(struct cases_fold *fold, const struct entry *entry)
{
	struct held_case *held = fold_case(fold, fold_case_of(fold, entry));

	if (!held) {
		if (!(entry_type_info(entry->type)->needs & HAS_HOME))
			return;
		LIST_ADD(fold->loose, entry);
		if (entry->type == ENTRY_NEXT)
			fold->out.loose_next = entry;
		return;
	}
	LIST_ADD(held->entries, entry);
	if (entry->type == ENTRY_NEXT || entry->type == ENTRY_HANDOFF_OFFER)
		held->state.next = entry;
	if (entry->epoch > held->state.epoch)
		held->state.epoch = entry->epoch;
}

static void cases_settle(struct cases_fold *fold)
{
	handoffs_settle(fold);
	promises_settle(fold);
	questions_settle(fold);
	contacts_settle(fold);
	fold->states = mem_array(fold->cases.n + 1, sizeof(*fold->states));
	for (size_t i = 0; i < fold->cases.n; i++) {
		struct held_case *held = &fold->cases.items[i];

		registers_settle(fold, held);
		held->state.entries = held->entries.items;
		held->state.n_entries = held->entries.n;
		held->state.handoffs = held->handoffs.items;
		held->state.n_handoffs = held->handoffs.n;
		fold->states[i] = held->state;
	}
}

static void lists_settle(struct cases_fold *fold)
{
	struct cases *out = &fold->out;
	size_t n = 0;

	for (size_t i = 0; i < fold->notices.n; i++) {
		/* words may be gone by a redaction, but only a replaced one goes whole */
		if (fold->notices.items[i].text.p || entry_stripped(fold->notices.items[i].entry))
			fold->notices.items[n++] = fold->notices.items[i];
	}
	fold->notices.n = n;
	n = 0;
	for (size_t i = 0; i < fold->keys.n; i++) {
		if (fold->folds.items[i])
			fold->keys.items[n++] = fold->keys.items[i];
	}
	*out = (struct cases){
		.cases = fold->states, .n_cases = fold->cases.n, .entries = fold->entries.items, .n_entries = fold->entries.n,
		.loose = fold->loose.items, .n_loose = fold->loose.n, .handoffs = out->handoffs, .n_handoffs = out->n_handoffs,
		.promises = out->promises, .n_promises = out->n_promises, .questions = out->questions, .n_questions = out->n_questions,
		.contacts = out->contacts, .n_contacts = out->n_contacts, .notices = fold->notices.items, .n_notices = fold->notices.n,
		.discrepancies = fold->discrepancies.items, .n_discrepancies = fold->discrepancies.n,
		.alone = fold->keys.items, .n_alone = n, .unread = out->unread, .loose_next = out->loose_next,
	};
}

const struct cases *cases_fold(const struct cases_in *in)
{
	struct cases_fold *fold = mem_zalloc(sizeof(*fold));
	struct intern *interns[] = {
		&fold->redacted, &fold->case_ids, &fold->objects, &fold->put_entries, &fold->put_rows, &fold->rows_alone, &fold->live,
	};

	fold->in = in;
	fold->arena = arena_new();
	fold->parser = json_parser_new();
	for (size_t i = 0; i < sizeof(interns) / sizeof(*interns); i++)
		intern_init(interns[i], (uintptr_t)fold * 0x9e3779b97f4a7c15u);
	entries_choose(fold);
	for (int walk = 0; walk < 3; walk++) {
		for (size_t i = 0; i < fold->entries.n; i++)
			entry_walk(fold, fold->entries.items[i], walks[walk][fold->entries.items[i]->type]);
	}
	/* an answer has to be known before what it was used for */
	for (size_t i = 0; i < fold->entries.n; i++) {
		if (fold->entries.items[i]->type == ENTRY_ACTION)
			entry_walk(fold, fold->entries.items[i], fold_action);
	}
	for (size_t i = 0; i < fold->entries.n; i++)
		entry_file(fold, fold->entries.items[i]);
	cases_settle(fold);
	lists_settle(fold);
	fold->in = NULL;
	return &fold->out;
}

void cases_free(const struct cases *cases)
{
	struct cases_fold *fold = (struct cases_fold *)(uintptr_t)cases;

	if (!fold)
		return;
	for (size_t i = 0; i < fold->cases.n; i++) {
		struct held_case *held = &fold->cases.items[i];

		for (size_t k = 0; k < held->registers.n; k++)
			free(held->registers.items[k].sets.items);
		free(held->registers.items);
		free(held->settled.items);
		free(held->entries.items);
		free(held->handoffs.items);
	}
	for (size_t i = 0; i < fold->handoffs.n; i++)
		free(fold->handoffs.items[i].declines.items);
	for (size_t i = 0; i < fold->promises.n; i++)
		free(fold->promises.items[i].takes.items);
	for (size_t i = 0; i < fold->questions.n; i++)
		free(fold->questions.items[i].uses.items);
	void *const heaps[] = {
		fold->cases.items, fold->places.items, fold->entry_puts.items, fold->row_puts.items, fold->folds.items, fold->keys.items,
		fold->live_contacts.items, fold->handoffs.items, fold->promises.items, fold->questions.items, fold->contacts.items,
		fold->notices.items, fold->discrepancies.items, fold->entries.items, fold->loose.items, fold->states, fold->handoffs_out,
		fold->promises_out, fold->questions_out, fold->contacts_out,
	};
	for (size_t i = 0; i < sizeof(heaps) / sizeof(*heaps); i++)
		free(heaps[i]);
	struct intern *const interns[] = {
		&fold->redacted, &fold->case_ids, &fold->objects, &fold->put_entries, &fold->put_rows, &fold->rows_alone, &fold->live,
	};
	for (size_t i = 0; i < sizeof(interns) / sizeof(*interns); i++)
		intern_release(interns[i]);
	json_parser_free(fold->parser);
	arena_free(fold->arena);
	free(fold);
}

const struct case_state *cases_find(const struct cases *cases, struct str id)
{
	for (size_t i = 0; id.p && i < cases->n_cases; i++) {
		if (str_eq(cases->cases[i].id, id))
			return &cases->cases[i];
	}
	return NULL;
}

const struct contact *cases_contact(const struct cases *cases, struct str id)
{
	const struct cases_fold *fold = (const struct cases_fold *)cases;
	uint32_t at = id.p ? intern_find(&fold->objects, id) : UINT32_MAX;

	if (at == UINT32_MAX || fold->places.items[at].object != OBJECT_CONTACT)
		return NULL;
	return &cases->contacts[fold->places.items[at].at];
}

const struct question *cases_question(const struct cases *cases, struct str id)
{
	for (size_t i = 0; cases && i < cases->n_questions; i++) {
		if (str_eq(cases->questions[i].ask->id, id))
			return &cases->questions[i];
	}
	return NULL;
}

struct str cases_row_case(const struct cases *cases, const struct row_key *key, bool *off)
{
	const struct cases_fold *fold = (const struct cases_fold *)cases;
	struct str none = { 0 };
	struct buf text;
	uint32_t at;

	*off = false;
	if (!fold->put_rows.n)
		return none;
	buf_init(&text, 4096);
	row_key_text(&text, key);
	at = text.full ? UINT32_MAX : intern_find(&fold->put_rows, buf_str(&text));
	buf_release(&text);
	if (at == UINT32_MAX)
		return none;
	*off = fold->row_puts.items[at].off;
	return fold->row_puts.items[at].case_;
}
