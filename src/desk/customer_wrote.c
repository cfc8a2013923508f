/*
 * What opening a customer leaves in the store by itself: that it was looked at,
 * and what the house's rules make of what was seen.
 */
#include <dossier/base/mem.h>
#include <dossier/desk/casework.h>
#include <dossier/desk/rules.h>

#include "customer_parts.h"

#define RECORDS_MOST 20         /* named in a view */

static void written(struct writing *writing)
{
	struct customer *customer = writing->customer;
	struct writing **at = customer ? &customer->wrote.writing : NULL;

	writing->customer = NULL;
	while (at && *at && *at != writing)
		at = &(*at)->next;
	if (!at || !*at)
		return;
	*at = writing->next;
	customer_check(customer);
}

static void forget(struct writing *writing)
{
	*writing->link = writing->all;
	if (writing->all)
		writing->all->link = writing->link;
	free(writing);
}

/* Safe here, or given up: then it is not waited for, for what is seen is seen. */
static void said(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	(void)said;
	(void)rows;
	(void)n;
	(void)err;
	written(arg);
	if (final)
		forget(arg);
}

void desk_forget_writing(struct desk *desk)
{
	while (desk->writing)
		forget(desk->writing);
}

static void append(struct customer *customer, const struct entry *entry)
{
	struct writing *writing = mem_zalloc(sizeof(*writing));
	struct store_append_sink sink = { said, writing };

	writing->all = customer->desk->writing;
	writing->link = &customer->desk->writing;
	if (writing->all)
		writing->all->link = &writing->all;
	customer->desk->writing = writing;
	writing->customer = customer;
	writing->next = customer->wrote.writing;
	customer->wrote.writing = writing;
	store_append(customer->desk->store, entry, 1, &sink);
}

static void set_text(struct json_object *data, const char *name, struct str text)
{
	if (text.p)
		json_object_object_add(data, name, json_object_new_string_len(text.p, (int)text.n));
}

static bool make_view(struct desk *desk, struct arena *arena, struct str person, struct json_object *data, int64_t now,
		      struct entry *out, struct err *err)
{
	struct entry_draft draft = { .type = ENTRY_VIEW, .person = person, .author = desk->agent, .team = desk->team, .at = now, .data = data };
	char id[37];

	clock_uuid7(desk->clock, id);
	draft.id = str_of(id);
	draft.ord = store_ord(desk->store);
	return entry_make(arena, &draft, out, err);
}

/* Who was looked at: the person where the store holds one, with the records; else what was asked by. */
static void say_who(const struct group *group, struct json_object *data)
{
	struct json_object *records = json_object_new_array();
	struct buf text;

	buf_init(&text, ENTRY_TEXT_MOST);
	for (size_t i = 0; i < group->n_records && i < RECORDS_MOST; i++) {
		buf_reset(&text);
		buf_printf(&text, "%.*s/%.*s", STR_ARG(group->records[i]->backend), STR_ARG(group->records[i]->id));
		if (text.len <= ENTRY_WORD_MOST)
			json_object_array_add(records, json_object_new_string_len(text.data, (int)text.len));
	}
	buf_reset(&text);
	if (group->n_typed)
		identity_print(&group->typed[0], &text);
	else if (group->n_persons)
		buf_printf(&text, "person:%.*s", STR_ARG(group->persons[0]));
	if (json_object_array_length(records))
		json_object_object_add(data, "records", records);
	else
		json_object_put(records);
	if (!json_object_object_get_ex(data, "records", NULL))
		set_text(data, "who", buf_str(&text));
	buf_release(&text);
}

static void view(struct customer *customer, const char *how, struct str field, struct str reason, const struct store_append_sink *sink)
{
	const struct group *group = customer->group;
	const struct contact *contact = customer_contact(customer);
	struct json_object *data = json_object_new_object();
	struct arena *arena = arena_new();
	struct err err = { 0 };
	struct entry entry;

	say_who(group, data);
	set_text(data, "how", str_of(how));
	set_text(data, "field", field);
	set_text(data, "reason", reason);
	if (contact)
		set_text(data, "contact", contact->start->id);
	if (!make_view(customer->desk, arena, group->n_persons ? group->persons[0] : (struct str){ 0 }, data, clock_wall(customer->desk->clock), &entry, &err)) {
		if (sink)
			sink->said(sink->arg, STORE_NOT_SAVED, true, NULL, 0, &err);
	} else if (sink) {
		store_append(customer->desk->store, &entry, 1, sink);
	} else {
		append(customer, &entry);
	}
	json_object_put(data);
	arena_free(arena);
}

static void rules(struct customer *customer)
{
	struct rules_in in = { .desk = customer->desk, .entries = customer->known.entries, .cases = customer_cases(customer),
			       .timeline = customer_timeline(customer), .now = known_now(customer) };
	struct arena *arena = arena_new();
	struct entry *due;
	size_t n = rules_due(&in, arena, &due);

	for (size_t i = 0; i < n; i++)
		append(customer, &due[i]);
	arena_free(arena);
}

/* Sent once: a claim is won or lost, and never waits. */
static void take_transfer(struct customer *customer)
{
	const struct handoff *handoff = customer_transfer(customer);
	const struct operation *accept = operation_find(STR("handoff.accept"));
	struct op_values *values;
	struct casework work;

	if (!handoff || (customer->wrote.taken && str_is(handoff->offer->id, customer->wrote.taken)))
		return;
	free(customer->wrote.taken);
	customer->wrote.taken = str_dup(handoff->offer->id);
	values = op_values_new(accept, customer->desk);
	casework_init(&work, customer->desk, customer);
	work.item = str_of(customer->wrote.taken);
	if (casework_build(&work, accept, values, NULL) && work.n_out == 1)
		append(customer, &work.out[0]);
	casework_release(&work);
	op_values_free(values);
}

bool wrote_finish(struct customer *customer)
{
	struct wrote *wrote = &customer->wrote;
	size_t entries = entries_count(customer->known.entries) + 1;

	if (!wrote->how || !customer->desk->store)
		return true;
	if (!wrote->viewed) {
		wrote->viewed = true;
		view(customer, wrote->how, (struct str){ 0 }, str_of(wrote->reason), NULL);
	}
	if (wrote->ruled != entries) {
		wrote->ruled = entries;
		rules(customer);
	}
	take_transfer(customer);
	return !wrote->writing;
}

void wrote_release(struct customer *customer)
{
	for (struct writing *writing = customer->wrote.writing; writing; writing = writing->next)
		writing->customer = NULL;
	free(customer->wrote.how);
	free(customer->wrote.taken);
	free(customer->wrote.reason);
}

static void no_store(const struct store_append_sink *sink)
{
	struct err err = { 0 };

	err_set(&err, ERR_CONFIG, "there is no case store");
	if (sink)
		sink->said(sink->arg, STORE_NOT_SAVED, true, NULL, 0, &err);
}

void customer_reveal(struct customer *customer, const char *field, struct str reason, const struct store_append_sink *sink)
{
	struct mask *mask = customer_mask(customer);

	if (mask)
		mask_reveal(mask, field);
	if (customer->desk->store)
		view(customer, "reveal", str_of(field), reason, sink);
	else
		no_store(sink);
}

void customer_viewed_list(struct desk *desk, struct str list, size_t n, const char *how, struct str reason,
			  const struct store_append_sink *sink)
{
	struct json_object *data;
	struct arena *arena;
	struct err err = { 0 };
	struct entry entry;

	if (!desk->store) {
		no_store(sink);
		return;
	}
	data = json_object_new_object();
	arena = arena_new();
	set_text(data, "list", list);
	set_text(data, "how", str_of(how));
	set_text(data, "reason", reason);
	json_object_object_add(data, "entries", json_object_new_int64((int64_t)n));
	if (make_view(desk, arena, (struct str){ 0 }, data, clock_wall(desk->clock), &entry, &err))
		store_append(desk->store, &entry, 1, sink);
	else if (sink)
		sink->said(sink->arg, STORE_NOT_SAVED, true, NULL, 0, &err);
	json_object_put(data);
	arena_free(arena);
}
