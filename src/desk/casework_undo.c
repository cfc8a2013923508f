/*
 * What undoes an entry of ours: another operation, for nothing is ever taken
 * back from the store.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>

#include "operation_build.h"

struct undoing {
	struct casework *work;
	const struct entry *entry;
	struct json_object *data;
	struct op_values *values;       /* of the operation of the entry's row */
	struct err *err;
};
typedef bool undo_fn(struct undoing *undoing);

static bool put(struct undoing *undoing, const char *name, struct str value)
{
	return str_empty(value) || op_values_set(undoing->values, str_of(name), value, undoing->err);
}

static bool put_same(struct undoing *undoing, const char *name)
{
	return put(undoing, name, entry_text(undoing->data, name));
}

static bool put_rows(struct undoing *undoing)
{
	struct json_object *list = NULL;
	struct buf rows;
	bool good;

	buf_init(&rows, ENTRY_DATA_MOST);
	json_object_object_get_ex(undoing->data, "rows", &list);
	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *key = json_object_array_get_idx(list, i);

		buf_printf(&rows, "%s%.*s/%.*s/%.*s", i ? "," : "", STR_ARG(entry_text(key, "backend")), STR_ARG(entry_text(key, "row")),
			   STR_ARG(entry_text(key, "id")));
	}
	good = put(undoing, "rows", buf_str(&rows));
	buf_release(&rows);
	return good;
}

static bool undo_item(struct undoing *undoing)
{
	undoing->work->item = casework_copy(undoing->work, undoing->entry->id);
	return true;
}

static bool undo_promise_made(struct undoing *undoing)
{
	return undo_item(undoing) && put(undoing, "reason", STR("made by mistake"));
}

static bool undo_discrepancy(struct undoing *undoing)
{
	return undo_item(undoing) && put(undoing, "outcome", STR("reported by mistake"));
}

static bool undo_take(struct undoing *undoing)
{
	undoing->work->item = casework_copy(undoing->work, entry_text(undoing->data, "promise"));
	return true;
}

static bool undo_case_open(struct undoing *undoing)
{
	return put(undoing, "case", undoing->entry->case_) && put(undoing, "reason", STR("opened by mistake"));
}

static bool undo_link(struct undoing *undoing)
{
	struct casework *work = undoing->work;
	struct group *group;

	/* by its code alone, nobody was looked up: whom it was linked to is who it is about */
	if (!work->group && work->person.p) {
		group = arena_alloc(work->arena, sizeof(*group));
		*group = (struct group){ .persons = &work->person, .n_persons = 1 };
		work->group = group;
	}
	return put_same(undoing, "identity") && put(undoing, "why", STR("mistake"));
}

static bool undo_unlink(struct undoing *undoing)
{
	return put_same(undoing, "identity") && put(undoing, "evidence", STR("taken off by mistake"));
}

static bool undo_link_other(struct undoing *undoing)
{
	return put(undoing, "person", entry_text(undoing->data, "other"));
}

/* The other is a group of the one person; who it is now says its fold. */
static bool undo_unlink_other(struct undoing *undoing)
{
	struct group *other = arena_alloc(undoing->work->arena, sizeof(*other));
	struct str *person = arena_alloc(undoing->work->arena, sizeof(*person));

	*person = casework_copy(undoing->work, entry_text(undoing->data, "other"));
	other->persons = person;
	other->n_persons = 1;
	undoing->work->other = other;
	undoing->work->person = casework_copy(undoing->work, undoing->entry->person);
	return put(undoing, "evidence", STR("parted by mistake"));
}

static bool undo_assign(struct undoing *undoing)
{
	struct str from = entry_text(undoing->data, "from");

	if (!from.p)
		return err_set(undoing->err, ERR_REFUSED, "it was nobody's before: assign it to whom it is about");
	undoing->work->person = casework_copy(undoing->work, from);
	return put_same(undoing, "entry");
}

static bool undo_attach(struct undoing *undoing)
{
	bool off = entry_flag(undoing->data, "off");

	if (off && !undoing->entry->case_.p)
		return err_set(undoing->err, ERR_REFUSED, "what case it was in is not known: attach it again");
	return put_same(undoing, "entry") && put_rows(undoing) &&
	       (off ? put(undoing, "case", undoing->entry->case_) : put(undoing, "off", STR("yes")));
}

static bool undo_fold(struct undoing *undoing)
{
	return put_rows(undoing);
}

/* What a register was before: the set that this one replaced, or what the case was opened with. */
static struct str value_before(struct undoing *undoing, struct str field)
{
	struct str was = entry_text(undoing->data, "was"), value = { 0 };
	const struct entry *before = was.p && undoing->work->entries ? entries_find(undoing->work->entries, was) : NULL;
	struct json_object *data;

	if (!before)
		return value;
	data = casework_data(undoing->work, before);
	if (before->type == ENTRY_CASE_SET)
		value = casework_copy(undoing->work, entry_text(data, "value"));
	else if (before->type == ENTRY_REOPEN)
		value = STR("open");
	else if (before->type == ENTRY_HANDOFF_ACCEPT)
		value = before->author;
	else if (before->type == ENTRY_CASE_OPEN && str_is(field, "status"))
		value = STR("open");
	else if (before->type == ENTRY_CASE_OPEN && str_is(field, "holder"))
		value = before->author;
	else if (before->type == ENTRY_CASE_OPEN && str_is(field, "team"))
		value = before->team;
	else if (before->type == ENTRY_CASE_OPEN && str_starts(field, "tag:"))
		value = STR("on");
	else if (before->type == ENTRY_CASE_OPEN)
		value = casework_copy(undoing->work, entry_text(data, field.p));
	if (before->type == ENTRY_CASE_OPEN && str_is(field, "owner") && !value.p)
		value = before->author;
	json_object_put(data);
	return value;
}

static bool undo_case_set(struct undoing *undoing)
{
	struct str field = entry_text(undoing->data, "field"), before = value_before(undoing, field);
	const char *name = field.p;

	if (!put(undoing, "case", undoing->entry->case_))
		return false;
	if (str_starts(field, "tag:"))
		return put(undoing, before.p ? "tag" : "untag", str_make(field.p + 4, field.n - 4));
	if (!before.p)
		return err_set(undoing->err, ERR_REFUSED, "%s had no value before: set it to another", name);
	if (str_is(before, "reopened"))
		before = STR("open");
	return put(undoing, operation_field(op_values_of(undoing->values), field) ? name : str_is(field, "team") ? "team" : "agent", before);
}

/* Shown until now: that is, no more. */
static bool undo_notice(struct undoing *undoing)
{
	return put_same(undoing, "text") && put_same(undoing, "site") && put(undoing, "team", entry_text(undoing->data, "to_team")) &&
	       put(undoing, "until", STR("+0m")) && put(undoing, "replaces", undoing->entry->id);
}

/* What is said of a contact last stands, so that it is said again rather than taken back. */
static bool refuse_contact_end(struct undoing *undoing)
{
	char code[CASE_CODE + 1];

	if (!str_is(entry_text(undoing->data, "how"), "wrapup"))
		return err_set(undoing->err, ERR_REFUSED, "a contact that has ended cannot be undone: wrap it up (w), or begin another");
	case_code(entry_text(undoing->data, "contact"), code);
	return err_set(undoing->err, ERR_REFUSED, "a wrap-up cannot be undone: say more in a note (n), or what is right by dossier contact end %s", code);
}

/* Which operation, and what to say where there is none: in a sentence, or by a function that does. */
static const struct undo { const char *op; undo_fn *fill; const char *no; } undos[ENTRY_TYPE_COUNT] = {
	[ENTRY_NOTE] = { NULL, NULL, "a note cannot be undone: write another (n), or have a supervisor take its words away (redact)" },
	[ENTRY_NEXT] = { NULL, NULL, "a next step cannot be undone: say another (e), which takes its place" },
	[ENTRY_CASE_OPEN] = { "case.close", undo_case_open, NULL },
	[ENTRY_CASE_SET] = { "case.set", undo_case_set, NULL },
	[ENTRY_HANDOFF_OFFER] = { "handoff.withdraw", undo_item, NULL },
	[ENTRY_HANDOFF_ACCEPT] = { NULL, NULL, "a hand-off that was accepted cannot be undone: hand it on (h)" },
	[ENTRY_HANDOFF_DECLINE] = { NULL, NULL, "a hand-off that was declined cannot be undone: its code still accepts it" },
	[ENTRY_HANDOFF_WITHDRAW] = { NULL, NULL, "a hand-off that was taken back cannot be undone: offer it anew (h)" },
	[ENTRY_PROMISE_MAKE] = { "promise.cancel", undo_promise_made, NULL },
	[ENTRY_PROMISE_KEEP] = { NULL, NULL, "a promise that was kept stays kept: make another (p)" },
	[ENTRY_PROMISE_ASSIGN] = { NULL, NULL, "giving a promise to somebody cannot be undone: assign it once more" },
	[ENTRY_PROMISE_RELEASE] = { NULL, NULL, "a promise that was let go cannot be undone: whoever is first takes it (promise take)" },
	[ENTRY_PROMISE_CANCEL] = { NULL, NULL, "a promise that was cancelled stays cancelled: make another (p)" },
	[ENTRY_PROMISE_TAKE] = { "promise.release", undo_take, NULL },
	[ENTRY_ASK] = { NULL, NULL, "a question cannot be undone, since it was read already: tell whom you asked" },
	[ENTRY_ANSWER] = { NULL, NULL, "an answer cannot be undone: answer again, and the last answer stands while it was not used" },
	[ENTRY_VERIFY] = { NULL, NULL, "a verification cannot be undone: it ends with the contact" },
	[ENTRY_LINK] = { "unlink", undo_link, NULL },
	[ENTRY_UNLINK] = { "link", undo_unlink, NULL },
	[ENTRY_ASSIGN] = { "assign", undo_assign, NULL },
	[ENTRY_ATTACH] = { "attach", undo_attach, NULL },
	[ENTRY_FOLD] = { "unfold", undo_fold, NULL },
	[ENTRY_UNFOLD] = { "fold", undo_fold, NULL },
	[ENTRY_CONTACT_START] = { NULL, NULL, "a contact that has begun cannot be undone: wrap it up (w)" },
	[ENTRY_CONTACT_END] = { NULL, refuse_contact_end, NULL },
	[ENTRY_POP] = { NULL, NULL, "what was announced cannot be undone" },
	[ENTRY_EXPIRE] = { NULL, NULL, "what was done by rule cannot be undone: offer it anew (h)" },
	[ENTRY_REOPEN] = { NULL, NULL, "what was done by rule cannot be undone: close the case again (c)" },
	[ENTRY_ACTION] = { NULL, NULL, "what was done in a backend cannot be undone from here: undo it there" },
	[ENTRY_NOTICE] = { "notice", undo_notice, NULL },
	[ENTRY_DISCREPANCY] = { "discrepancy.close", undo_discrepancy, NULL },
	[ENTRY_DISCREPANCY_CLOSE] = { NULL, NULL, "a report that was closed cannot be undone: report it again (d)" },
	[ENTRY_REVIEW] = { NULL, NULL, "a review cannot be undone: write another" },
	[ENTRY_REDACT] = { NULL, NULL, "words that were taken away cannot be brought back" },
	[ENTRY_ERASE] = { NULL, NULL, "what was erased cannot be brought back" },
	[ENTRY_VIEW] = { NULL, NULL, "looking cannot be undone: that you looked stays known" },
};

/* Two persons rather than an identity, and fields of a case that have operations of their own. */
static void choose(const struct undoing *undoing, struct undo *undo)
{
	static const struct { const char *field, *op; } owners[] = { { "owner", "case.own" }, { "holder", "case.hold" }, { "team", "case.team" } };
	bool pair = entry_text(undoing->data, "other").p != NULL;

	if (pair && undoing->entry->type == ENTRY_LINK)
		*undo = (struct undo){ "unlink.other", undo_link_other, NULL };
	else if (pair && undoing->entry->type == ENTRY_UNLINK)
		*undo = (struct undo){ "link.other", undo_unlink_other, NULL };
	for (size_t i = 0; i < 3 && undoing->entry->type == ENTRY_CASE_SET; i++) {
		if (str_is(entry_text(undoing->data, "field"), owners[i].field))
			undo->op = owners[i].op;
	}
}

bool casework_undo(struct casework *work, const struct entry *entry, const struct operation **op, struct op_values **values, struct err *err)
{
	struct undoing undoing = { .work = work, .entry = entry, .err = err };
	struct undo undo;
	bool good;

	*op = NULL;
	*values = NULL;
	if (!entry_known(entry))
		return err_set(err, ERR_REFUSED, "this entry is from a newer version of dossier");
	if (!casework_is_me(work, entry->author) && !casework_is_lead(work))
		return err_set(err, ERR_REFUSED, "%.*s did this: ask them, or a supervisor", STR_ARG(entry->author));
	undo = undos[entry->type];
	undoing.data = casework_data(work, entry);
	if (undo.op)
		choose(&undoing, &undo);
	if (!undo.op) {
		good = undo.fill ? undo.fill(&undoing) : err_set(err, ERR_REFUSED, "%s", gettext(undo.no));
		json_object_put(undoing.data);
		return good;
	}
	*op = operation_find(str_of(undo.op));
	*values = undoing.values = op_values_new(*op, work->desk);
	work->undoes = casework_copy(work, entry->id);
	good = undo.fill(&undoing);
	json_object_put(undoing.data);
	if (good)
		return true;
	op_values_free(*values);
	*values = NULL;
	work->undoes = (struct str){ 0 };
	return false;
}

/* Is it one of the links that its person was minted with? They come before all else of the person. */
static bool is_minting(const struct casework *work, size_t at)
{
	static const char *const evidences[] = { "record", "on record", "as typed" };
	const struct entry *const *entries = work->cases->entries;
	struct str evidence;
	bool minting = false;

	for (size_t i = 0; i <= at; i++) {
		struct json_object *data;

		if (!str_eq(entries[i]->person, entries[at]->person))
			continue;
		if (entries[i]->type != ENTRY_LINK)
			return false;
		data = entry_data(work->parser, entries[i]);
		evidence = entry_text(data, "evidence");
		minting = false;
		for (size_t k = 0; k < sizeof(evidences) / sizeof(*evidences); k++)
			minting |= str_is(evidence, evidences[k]);
		json_object_put(data);
		if (!minting)
			return false;
	}
	return minting;
}

/* A contact that a new case took along is no doing of its own. */
static bool is_along(const struct casework *work, size_t at)
{
	const struct entry *const *entries = work->cases->entries, *entry = entries[at];

	while (at > 0 && entries[at]->type == ENTRY_ATTACH && entries[at]->at == entry->at && str_eq(entries[at]->author, entry->author))
		at--;
	return entry->type == ENTRY_ATTACH && entries[at]->type == ENTRY_CASE_OPEN && entries[at]->at == entry->at &&
	       entry->case_.p && str_eq(entries[at]->case_, entry->case_);
}

static bool is_doing(const struct casework *work, size_t at)
{
	const struct entry *entry = work->cases->entries[at];

	return casework_is_me(work, entry->author) && entry->type != ENTRY_VIEW && entry->type != ENTRY_POP &&
	       !is_along(work, at) && !(entry->type == ENTRY_LINK && is_minting(work, at));
}

static bool is_listed(const struct str *ids, size_t n, struct str id)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(ids[i], id))
			return true;
	}
	return false;
}

const struct entry *casework_last(const struct casework *work)
{
	const struct entry *last = NULL;
	struct str *undone = NULL;
	size_t n = 0, cap = 0;

	/* newest first: what undoes is met before what it undid */
	for (size_t i = work->cases ? work->cases->n_entries : 0; i-- > 0 && !last; ) {
		const struct entry *entry = work->cases->entries[i];
		struct json_object *data;
		struct str undoes;

		if (is_listed(undone, n, entry->id))
			continue;
		data = entry_known(entry) ? entry_data(work->parser, entry) : NULL;
		undoes = data ? entry_text(data, "undoes") : (struct str){ 0 };
		if (undoes.p) {
			MEM_ROOM(undone, n, cap);
			undone[n++] = arena_str(work->arena, undoes);
		} else if (is_doing(work, i)) {
			last = entry;
		}
		json_object_put(data);
	}
	free(undone);
	return last;
}
