/*
 * One row whole: its facts by name, then its text; and everything that the
 * backends say of the customer.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "customer_view.h"
#include "words.h"

#define LATE_MS (5 * 60 * INT64_C(1000))        /* so much later than it was written is worth telling */

static void add_part(struct buf *out, struct str part)
{
	if (!part.n)
		return;
	buf_adds(out, out->len ? ", " : "");
	buf_addstr(out, part);
}

/* "call, in, 14 min, phone" */
static void put_headline(struct page *page, const struct timeline_row *row, const struct interaction *it)
{
	struct buf text, one;

	buf_init(&text, 4096);
	buf_init(&one, 4096);
	buf_adds(&text, kind_word(it->kind));
	add_part(&text, str_of(step_word(it->step)));
	add_part(&text, str_of(direction_word(it->direction)));
	if (it->until != WHEN_NONE && it->at != WHEN_NONE && it->until > it->at) {
		words_span(it->until - it->at, &one);
		add_part(&text, buf_str(&one));
	}
	for (size_t i = 0; i < row->n_sources; i++) {
		buf_reset(&one);
		words_source(row->sources[i]->backend, &one);
		add_part(&text, buf_str(&one));
	}
	if (it->reader == READER_STAFF)
		add_part(&text, str_of(gettext("INTERNAL")));
	else if (it->reader == READER_CUSTOMER && it->direction == DIRECTION_OUT)
		add_part(&text, str_of(gettext("to the customer")));
	page_text(page, 0, words_kind_element(it->kind), "", buf_str(&text));
	buf_release(&text);
	buf_release(&one);
}

/* As people call it; another system's is as that one says. */
static void put_case(struct page *page, struct str id)
{
	char code[CASE_CODE + 1];

	case_code(id, code);
	page_fact(page, "case", *code ? str_make(code, CASE_CODE_SHOWN) : id);
}

static void put_refs(struct page *page, const struct refs *refs)
{
	if (!refs)
		return;
	page_fact(page, "order", refs->order);
	page_fact(page, "receipt", refs->receipt);
	page_fact(page, "ticket", refs->ticket);
	page_fact(page, "tracking", refs->tracking);
	page_fact(page, "call", refs->call);
	put_case(page, refs->case_);
}

static void put_order_lines(struct page *page, const struct interaction *it)
{
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < it->n_lines; i++) {
		buf_reset(&text);
		words_line(&it->lines[i], &text);
		page_text(page, PAGE_LABEL, EL_TEXT, i ? "" : "lines", buf_str(&text));
	}
	buf_release(&text);
}

static void put_facts(struct customer_view *cv, struct page *page, const struct interaction *it)
{
	struct buf text;

	buf_init(&text, 4096);
	when_strftime(it->at, ui_zone(cv->view.ui), STR("%Y-%m-%d %H:%M"), &text);
	page_fact(page, "at", it->at == WHEN_NONE ? STR("no time") : buf_str(&text));
	page_fact(page, "agent", it->agent);
	page_fact(page, "number", it->number);
	page_fact(page, "place", it->place_name.n ? it->place_name : it->place_id);
	page_fact(page, "status", it->status);
	page_fact(page, "did", it->done);
	page_fact(page, "outcome", it->outcome);
	page_money(page, "amount", it->amount);
	put_order_lines(page, it);
	put_refs(page, it->refs);
	page_fact(page, "web", it->web);
	for (size_t i = 0; i < it->n_attachments; i++) {
		buf_reset(&text);
		buf_addstr(&text, it->attachments[i].name);
		if (it->attachments[i].size >= 0)
			buf_printf(&text, " (%lld bytes)", (long long)it->attachments[i].size);
		page_fact(page, i ? "" : "attached", buf_str(&text));
	}
	if (it->shared_only)
		page_fact(page, "careful", str_of(gettext("known by this number only")));
	buf_release(&text);
}

static void put_contact(struct customer_view *cv, struct page *page, const struct contact *contact)
{
	struct verified verified;
	struct buf text;

	buf_init(&text, 1024);
	page_fact(page, gettext("ended"), str_of(contact->until == WHEN_NONE ? gettext("live") : contact->wrapped ? gettext("wrapped up") : contact_end_word(contact->ended)));
	if (!mask_hides(customer_view_present(cv)->mask, "contact.reason"))
		page_fact(page, gettext("reason"), contact->reason);
	if (contact->satisfaction) {
		buf_printf(&text, gettext("%lld of 5"), (long long)contact->satisfaction);
		page_fact(page, gettext("content"), buf_str(&text));
		buf_reset(&text);
	}
	verify_contact(customer_cases(cv->customer), &ui_desk(cv->view.ui)->house->verify, contact->start->id,
		       contact->until == WHEN_NONE ? ui_now(cv->view.ui) : contact->until, &verified);
	if (verified.level > 0) {
		buf_printf(&text, gettext("%s, level %lld, by %.*s"), verify_way_word(verified.way), (long long)verified.level, STR_ARG(verified.by->author));
		page_fact(page, gettext("verified"), buf_str(&text));
	}
	buf_release(&text);
}

/* What an entry says of itself: who for which team, on which channel, and when the store heard of it. */
static void put_entry(struct customer_view *cv, struct page *page, const struct interaction *it)
{
	const struct entry *entry = str_is(it->backend, CASES_BACKEND) ? entries_find(customer_entries(cv->customer), it->id) : NULL;
	const struct contact *contact = entry ? cases_contact(customer_cases(cv->customer), entry->id) : NULL;
	struct buf text;

	if (!entry)
		return;
	page_fact(page, gettext("team"), entry->team);
	page_fact(page, gettext("channel"), entry->channel);
	if (entry->got != WHEN_NONE && entry->got - entry->at > LATE_MS) {
		buf_init(&text, 100);
		words_when(cv->view.ui, entry->got, &text);
		page_fact(page, gettext("received"), buf_str(&text));
		buf_release(&text);
	}
	if (contact)
		put_contact(cv, page, contact);
}

static void finish_page(struct customer_view *cv, struct page *page)
{
	if (page_end(page, &cv->scroll))
		ui_stale(cv->view.ui, &cv->view);
}

void customer_detail_paint(struct customer_view *cv, struct screen *screen, struct area area)
{
	const struct timeline_row *row = customer_rows_at(cv, cv->list.chosen);
	struct page page = page_begin(screen, area, &cv->scroll);
	struct arena *arena = arena_new();

	if (row) {
		const struct interaction *it = present_seen_row(customer_view_present(cv), row->head, arena);

		put_headline(&page, row, it);
		if (!str_eq(it->title, it->text))
			page_text(&page, 0, EL_STRONG, "", it->title);
		put_facts(cv, &page, it);
		put_entry(cv, &page, it);
		page_blank(&page);
		page_text(&page, 0, EL_TEXT, "", it->text);
	}
	finish_page(cv, &page);
	arena_free(arena);
}

static void put_values(struct page *page, const char *label, const struct profile_list *list)
{
	struct buf text;

	buf_init(&text, 8192);
	for (size_t i = 0; i < list->n; i++) {
		buf_reset(&text);
		buf_addstr(&text, list->items[i].text);
		for (size_t s = 0; s < list->items[i].n_sources; s++)
			buf_printf(&text, s ? ", %.*s" : "  (%.*s", STR_ARG(list->items[i].sources[s]));
		buf_adds(&text, list->items[i].n_sources ? ")" : "");
		page_text(page, PAGE_LABEL + 3, EL_TEXT, i ? "" : label, buf_str(&text));
	}
	buf_release(&text);
}

static bool is_held_record(const struct resolve_reason *reason)
{
	return reason->by.type == ID_TYPE_REC && reason->by.value.n;
}

/* Why several are one. Records that one person holds stand in one line; one alone joins nothing. */
static void put_reasons(struct page *page, const struct group *group)
{
	size_t n = 0, n_held = 0;
	struct buf held;

	buf_init(&held, 64 * 1024);
	buf_adds(&held, gettext("linked in the case store: "));
	for (size_t i = 0; i < group->n_reasons; i++) {
		const struct resolve_reason *reason = &group->reasons[i];

		if (is_held_record(reason)) {
			buf_adds(&held, n_held++ ? ", " : "");
			buf_addstr(&held, reason->by.backend);
			continue;
		}
		if (!n)
			page_blank(page);
		page_text(page, PAGE_LABEL + 3, EL_TEXT, n++ ? "" : gettext("one because"), reason->text);
	}
	if (n_held > 1) {
		if (!n)
			page_blank(page);
		page_text(page, PAGE_LABEL + 3, EL_TEXT, n ? "" : gettext("one because"), buf_str(&held));
	}
	buf_release(&held);
}

void customer_profile_paint(struct customer_view *cv, struct screen *screen, struct area area)
{
	struct page page = page_begin(screen, area, &cv->scroll);
	struct arena *arena = arena_new();
	const struct group *group = present_seen_group(customer_view_present(cv), customer_group(cv->customer), arena);
	const struct profile *p = present_seen_profile(customer_view_present(cv), customer_profile(cv->customer), arena);

	put_values(&page, "names", &p->names);
	put_values(&page, "identities", &p->identities);
	put_values(&page, "address", &p->addresses);
	put_values(&page, "tier", &p->tiers);
	put_values(&page, "language", &p->languages);
	put_values(&page, "prefers", &p->channels);
	put_values(&page, "consent", &p->consents);
	put_values(&page, "note", &p->notes);
	put_reasons(&page, group);
	finish_page(cv, &page);
	arena_free(arena);
}
