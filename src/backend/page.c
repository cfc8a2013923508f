#include "page.h"

#include <dossier/base/mem.h>

void page_wire(struct pager *pager, struct wire_page *wire, struct json_object *owned[2])
{
	const struct plan_page *plan = &pager->plan->page;

	*wire = (struct wire_page){ .url = pager->url };
	owned[0] = owned[1] = NULL;
	if (pager->url)
		return;
	if (plan->kind == PAGE_NUMBER || plan->kind == PAGE_OFFSET) {
		if (!pager->pages && plan->kind == PAGE_NUMBER)
			pager->position = plan->start;
		if (plan->param) {
			owned[0] = json_object_new_int64(pager->position);
			wire->members[wire->n++] = (struct wire_member){ plan->param, owned[0] };
		}
	} else if (pager->cursor && plan->param) {
		wire->members[wire->n++] = (struct wire_member){ plan->param, pager->cursor };
	}
	if (plan->size_param && plan->size > 0 && plan->send_size) {
		owned[1] = json_object_new_int64(plan->size);
		wire->members[wire->n++] = (struct wire_member){ plan->size_param, owned[1] };
	}
}

bool page_repeats(const struct pager *pager)
{
	return pager->plan->page.kind != PAGE_NONE && pager->pages && pager->page.count &&
	       pager->page.first == pager->first && pager->page.last == pager->last;
}

static bool number_at(const struct pointer *pointer, struct json_object *root, int64_t *out)
{
	struct json_object *value = NULL;
	char digits[24], *end;
	struct buf tmp;
	struct str text;
	bool ok = false;

	if (!pointer || !root || !pointer_get(pointer, root, &value))
		return false;
	buf_init(&tmp, 64);
	if (json_text(value, &tmp, &text) && text.n && text.n < sizeof(digits)) {
		memcpy(digits, text.p, text.n);
		digits[text.n] = '\0';
		*out = strtoll(digits, &end, 10);
		ok = *end == '\0';
	}
	buf_release(&tmp);
	return ok;
}

/* Whether "more:" says that this was the last one. */
static bool says_no_more(const struct pager *pager)
{
	const struct pointer *more = pager->plan->page.more;
	struct json_object *value = NULL;

	if (!more)
		return false;
	if (!pager->page.root || !pointer_get(more, pager->page.root, &value) || !value)
		return true;
	if (json_object_is_type(value, json_type_string))
		return !json_object_get_string_len(value) || !strcmp(json_object_get_string(value), "false");
	return !json_object_get_boolean(value);
}

static enum page_step next_position(struct pager *pager)
{
	const struct plan_page *plan = &pager->plan->page;
	int64_t total, pages, count = (int64_t)pager->page.count;

	if (!count || says_no_more(pager))
		return PAGE_ENDS;
	if (number_at(plan->pages, pager->page.root, &pages)) {
		if (pager->position - plan->start + 1 >= pages)
			return PAGE_ENDS;
	} else if (number_at(plan->total, pager->page.root, &total)) {
		if (pager->fetched >= total)
			return PAGE_ENDS;
	} else if (!plan->more && plan->size > 0 && count < plan->size) {
		return PAGE_ENDS;
	}
	pager->position += plan->kind == PAGE_OFFSET ? count : 1;
	return PAGE_GOES_ON;
}

static bool text_at(const struct pointer *pointer, struct json_object *root, struct buf *out)
{
	struct json_object *value = NULL;
	struct buf tmp;
	struct str text;
	bool ok;

	if (!pointer || !root || !pointer_get(pointer, root, &value) || json_object_is_type(value, json_type_boolean))
		return false;
	buf_init(&tmp, 64);
	ok = json_text(value, &tmp, &text) && text.n;
	if (ok)
		buf_addstr(out, text);
	buf_release(&tmp);
	return ok;
}

static enum page_step next_address(struct pager *pager, struct str address, struct err *err)
{
	const char *base = pager->run->call->backend->base;
	char *url = NULL;

	if (!http_rebase(base, pager->asked, address, &url, err))
		return PAGE_FAILS;
	seen_add(&pager->addresses, hash_bytes(HASH_START, pager->asked, strlen(pager->asked)));
	free(pager->url);
	pager->url = url;
	return seen_add(&pager->addresses, hash_bytes(HASH_START, url, strlen(url))) ? PAGE_GOES_ON : PAGE_TWICE;
}

static enum page_step next_in_body(struct pager *pager, struct err *err)
{
	struct buf text;
	enum page_step step = PAGE_ENDS;

	buf_init(&text, 16 * 1024);
	if (!says_no_more(pager) && text_at(pager->plan->page.next, pager->page.root, &text))
		step = next_address(pager, buf_str(&text), err);
	buf_release(&text);
	return step;
}

static enum page_step next_cursor(struct pager *pager, struct json_object *value)
{
	const char *text;
	uint64_t hash;

	if (says_no_more(pager) || !value || json_object_is_type(value, json_type_boolean))
		return PAGE_ENDS;
	text = json_object_get_string(value);
	if (!text || !*text)
		return PAGE_ENDS;
	hash = hash_bytes(HASH_START, text, strlen(text));
	json_object_get(value);
	json_object_put(pager->cursor);
	pager->cursor = value;
	return seen_add(&pager->addresses, hash) ? PAGE_GOES_ON : PAGE_TWICE;
}

/* One of the words in rel's value, which ends at its quote, or without one at a semicolon or comma. */
static bool relation_in(const char *at, const char *stop, const char *relation)
{
	bool quoted = *at == '"';
	size_t n = strlen(relation), word;

	for (at += quoted; at < stop && *at != '"' && (quoted || !strchr(";,", *at)); at += word + (at[word] == ' ')) {
		word = strcspn(at, quoted ? " \"" : " \";,");
		if (n && word == n && !strncasecmp(at, relation, n))
			return true;
	}
	return false;
}

bool link_find(const char *header, const char *relation, struct str *out)
{
	for (const char *p = header ? strchr(header, '<') : NULL; p; p = strchr(p, '<')) {
		const char *end = strchr(p, '>'), *stop;

		if (!end)
			return false;
		*out = str_make(p + 1, (size_t)(end - p - 1));
		for (stop = end; *stop && *stop != ','; stop++)
			if (*stop == '"' && strchr(stop + 1, '"'))
				stop = strchr(stop + 1, '"');
		for (const char *rel = end; rel + 4 < stop; rel++)
			if (!strncasecmp(rel, "rel=", 4) && (rel[-1] == ';' || rel[-1] == ' ') &&
			    relation_in(rel + 4, stop, relation))
				return true;
		p = stop;
	}
	return false;
}

static enum page_step next_link(struct pager *pager, struct err *err)
{
	struct str address;

	if (!pager->link || !link_find(pager->link, pager->plan->page.link ? pager->plan->page.link : "next", &address))
		return PAGE_ENDS;
	return next_address(pager, address, err);
}

enum page_step page_next(struct pager *pager, struct err *err)
{
	const struct plan_page *plan = &pager->plan->page;
	struct backend_call *call = pager->run->call;
	struct json_object *value = NULL;
	enum page_step step = PAGE_ENDS;
	int64_t cap = call->backend->max_pages;

	switch (plan->kind) {
	case PAGE_NONE:
		return PAGE_ENDS;
	case PAGE_NUMBER:
	case PAGE_OFFSET:
		step = next_position(pager);
		break;
	case PAGE_NEXT:
		step = next_in_body(pager, err);
		break;
	case PAGE_LINK:
		step = next_link(pager, err);
		break;
	case PAGE_CURSOR:
		if (pager->page.root && plan->next && pointer_get(plan->next, pager->page.root, &value))
			step = next_cursor(pager, value);
		break;
	case PAGE_LAST:
		if (pager->page.count)
			step = next_cursor(pager, pager->last_id);
		break;
	}
	if (step != PAGE_GOES_ON)
		return step;
	if (call->options.since != WHEN_NONE && pager->page.oldest != WHEN_NONE && pager->page.oldest < call->options.since)
		return PAGE_ENDS;
	if (plan->max_pages > 0 && plan->max_pages < cap)
		cap = plan->max_pages;
	if ((int64_t)pager->pages >= cap) {
		err_set(err, ERR_LIMIT, "stopped after %zu pages of %.200s: there is more", pager->pages, pager->target);
		return PAGE_FAILS;
	}
	return PAGE_GOES_ON;
}
