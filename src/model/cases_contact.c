/*
 * Contacts: when they ended, and what was done.
 */
#include "cases_inner.h"
#include "words.h"

WORDS_DEFINE(contact_end, contact_end, CONTACT_END_COUNT, CONTACT_ENDS(WORDS_ITEM))

/* A person speaks to one customer at a time; chats, mails and posts run side by side. */
static bool one_at_a_time(enum channel channel)
{
	return channel == CHANNEL_PHONE || channel == CHANNEL_COUNTER;
}

static void contact_close(struct contact *contact, int64_t at, enum contact_end how)
{
	if (at < contact->from)
		at = contact->from;
	if (contact->until != WHEN_NONE && contact->until <= at)
		return;
	contact->until = at;
	contact->ended = how;
}

/* The place where the live contact of this agent on this channel is remembered. */
static uint32_t *live_place(struct cases_fold *fold, struct str agent, struct str channel)
{
	struct buf key;
	uint32_t at;
	bool made;

	buf_init(&key, 1024);
	buf_addstr(&key, agent);
	buf_addc(&key, '\n');
	buf_addstr(&key, channel);
	at = intern_id(&fold->live, buf_str(&key), &made);
	buf_release(&key);
	if (made)
		LIST_ADD(fold->live_contacts, UINT32_MAX);
	return &fold->live_contacts.items[at];
}

static void live_next(struct cases_fold *fold, const struct entry *entry, struct str agent, struct str call, uint32_t next)
{
	enum channel channel = CHANNEL_NONE;
	uint32_t *live;

	channel_parse(entry->channel, &channel);
	if (!one_at_a_time(channel))
		return;
	live = live_place(fold, agent, entry->channel);
	if (*live != UINT32_MAX) {
		struct contact *contact = &fold->contacts.items[*live].contact;

		/* a pop that comes after its own contact was opened ends nothing */
		if (next == UINT32_MAX && call.p && str_eq(contact->call, call))
			return;
		contact_close(contact, entry_time(entry), CONTACT_END_POP);
	}
	*live = next;
}

void fold_contact_start(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct held_contact held = { .contact = {
		.start = entry, .call = fold_text(fold, data, "call"), .number = fold_text(fold, data, "number"),
		.site = fold_text(fold, data, "site"), .from_contact = fold_text(fold, data, "from"),
		.from = entry_time(entry), .until = WHEN_NONE, .case_ = entry->case_, .direction = DIRECTION_IN,
	} };

	channel_parse(entry->channel, &held.contact.channel);
	if (entry_text(data, "direction").p && direction_parse(entry_text(data, "direction"), &held.contact.direction) &&
	    held.contact.direction == DIRECTION_NONE)
		held.contact.direction = DIRECTION_IN;
	held.case_by = entry->case_.p ? entry : NULL;
	fold_object(fold, entry->id, OBJECT_CONTACT, fold->contacts.n);
	LIST_ADD(fold->contacts, held);
	live_next(fold, entry, entry->author, held.contact.call, (uint32_t)fold->contacts.n - 1);
}

void fold_pop(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	struct str agent = entry_text(data, "agent"), call = entry_text(data, "call");

	/* one that takes another back rings nowhere */
	if (entry_text(data, "ends").p)
		return;
	live_next(fold, entry, agent.p ? agent : entry->author, call, UINT32_MAX);
}

static void contact_codes(struct cases_fold *fold, struct contact *contact, struct json_object *data)
{
	struct json_object *list = NULL;
	struct str *codes;
	size_t n = 0;

	if (!json_object_object_get_ex(data, "done", &list) || !json_object_is_type(list, json_type_array))
		return;
	codes = arena_alloc(fold->arena, (json_object_array_length(list) + 1) * sizeof(*codes));
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		if (json_object_is_type(one, json_type_string))
			codes[n++] = arena_str(fold->arena, str_make(json_object_get_string(one), (size_t)json_object_get_string_len(one)));
	}
	contact->done = codes;
	contact->n_done = n;
}

static void text_newer(struct cases_fold *fold, struct json_object *data, const char *name, struct str *to)
{
	struct str text = fold_text(fold, data, name);

	if (text.p)
		*to = text;
}

void fold_contact_end(struct cases_fold *fold, const struct entry *entry, struct json_object *data)
{
	enum contact_end how = CONTACT_END_NONE;
	struct held_contact *held;
	struct contact *contact;
	size_t at;

	if (!fold_find(fold, data, "contact", OBJECT_CONTACT, &at) || !contact_end_parse(entry_text(data, "how"), &how))
		return;
	held = &fold->contacts.items[at];
	contact = &held->contact;
	contact_close(contact, entry_time(entry), how);
	contact->wrapped |= how == CONTACT_END_WRAPUP;
	/* Entries come in their order: what a later wrap-up says stands, what it does not say stays. */
	contact_codes(fold, contact, data);
	text_newer(fold, data, "outcome", &contact->outcome);
	text_newer(fold, data, "reason", &contact->reason);
	text_newer(fold, data, "line", &contact->line);
	if (entry_count(data, "satisfaction"))
		contact->satisfaction = entry_count(data, "satisfaction");
	if (entry_count(data, "handling"))
		contact->handling = entry_count(data, "handling");
	if (entry->case_.p && (!held->case_by || entry_compare(held->case_by, entry) < 0)) {
		held->case_by = entry;
		contact->case_ = entry->case_;
	}
}

static int64_t contact_length(const struct contact *contact)
{
	int64_t length = contact->handling;

	if (!length && contact->until != WHEN_NONE && __builtin_sub_overflow(contact->until, contact->from, &length))
		length = 0;
	return length > CONTACT_LONGEST ? CONTACT_LONGEST : length;
}

void contacts_settle(struct cases_fold *fold)
{
	fold->contacts_out = mem_array(fold->contacts.n + 1, sizeof(*fold->contacts_out));
	for (size_t i = 0; i < fold->contacts.n; i++) {
		struct held_contact *held = &fold->contacts.items[i];
		uint32_t at = intern_find(&fold->put_entries, held->contact.start->id);
		const struct put *put = at == UINT32_MAX ? NULL : &fold->entry_puts.items[at];

		if (put && (!held->case_by || entry_compare(held->case_by, put->by) < 0)) {
			held->contact.case_ = put->case_;
			held->contact.loose = put->off;
		}
		held->contact.handling = contact_length(&held->contact);
		fold->contacts_out[i] = held->contact;
	}
	fold->out.contacts = fold->contacts_out;
	fold->out.n_contacts = fold->contacts.n;
}

static int64_t later(int64_t a, int64_t b)
{
	return a == WHEN_NONE || b > a ? b : a;
}

/* By an agent, not by rule, and not by looking alone. */
static bool is_dealing(const struct entry *entry, struct str agent, int64_t before)
{
	return entry->type != ENTRY_VIEW && entry->type != ENTRY_CONTACT_START && entry_time(entry) < before && str_eq(entry->author, agent);
}

int64_t cases_last_dealt(const struct cases *cases, struct str agent, int64_t before)
{
	int64_t mine = WHEN_NONE, others = WHEN_NONE;

	for (size_t i = 0; i < cases->n_contacts; i++) {
		const struct contact *contact = &cases->contacts[i];
		int64_t end = contact->until != WHEN_NONE ? contact->until : contact->from;

		if (contact->from >= before || end >= before)
			continue;
		if (str_eq(contact->start->author, agent))
			mine = later(mine, end);
		else
			others = later(others, end);
	}
	for (size_t i = 0; i < cases->n_entries; i++) {
		if (is_dealing(cases->entries[i], agent, before))
			mine = later(mine, entry_time(cases->entries[i]));
	}
	return mine != WHEN_NONE ? mine : others;
}
