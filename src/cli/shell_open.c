/*
 * Who is open: found, told in words with the label first, compared, left. What
 * the store knows is told at once, rows of backends when they are there.
 */
#include "shell.h"

#include <langinfo.h>
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "text.h"

#define PATIENCE_MS 400
#define TITLE_MOST 60

struct tell shell_tell(struct shell *sh)
{
	return (struct tell){
		.now = clock_wall(sh->desk->clock), .zone = sh->desk->house->zone, .desk = sh->desk, .wide = true,
		.mask = sh->session.open ? customer_mask(sh->open.customer) : desk_mask(sh->desk),
		.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0,
	};
}

bool shell_has_customer(struct shell *sh)
{
	if (!sh->session.open)
		cli_say("nobody is open: type a number, an e-mail address or a name first");
	return sh->session.open != NULL;
}

size_t shell_asked(const struct shell *sh)
{
	size_t n, asked = 0;
	const struct source *sources = sh->session.open ? customer_sources(sh->open.customer, &n) : NULL;

	for (size_t i = 0; sources && i < n; i++)
		asked += sources[i].state == SOURCE_WAITING;
	return asked;
}

static char *key_of(const struct group *group)
{
	struct identity id;
	struct buf text;

	buf_init(&text, 4096);
	if (group->n_records)
		record_identity(group->records[0], &id);
	else if (group->n_typed)
		id = group->typed[0];
	if (group->n_records || group->n_typed)
		identity_print(&id, &text);
	return buf_take(&text);
}

char *shell_key(const struct shell *sh)
{
	char *key = key_of(customer_group(sh->open.customer));

	if (*key)
		return key;
	free(key);
	return mem_strdup(sh->who);
}

void shell_close(struct shell *sh)
{
	if (!sh->session.open)
		return;
	sh->session.open = NULL;
	sh->session.who = NULL;
	sh->session.compared = false;
	people_release(&sh->open);
	sh->open = (struct people){ 0 };
	free(sh->who);
	free(sh->label);
	sh->who = sh->label = NULL;
}

static void remember(struct shell *sh)
{
	if (!sh->session.open)
		return;
	if (sh->n_back == SHELL_BACK_MOST) {
		free(sh->back[0]);
		memmove(sh->back, sh->back + 1, (SHELL_BACK_MOST - 1) * sizeof(*sh->back));
		sh->n_back--;
	}
	sh->back[sh->n_back++] = shell_key(sh);
}

static void take_label(struct shell *sh)
{
	struct arena *arena = arena_new();
	struct buf safe;

	sh->open.present.mask = customer_mask(sh->open.customer);
	const struct profile *p = present_seen_profile(&sh->open.present, customer_profile(sh->open.customer), arena);

	buf_init(&safe, 4096);
	text_safe(&safe, p->name.n ? p->name : str_of(sh->who), 0);
	free(sh->label);
	sh->label = buf_take(&safe);
	arena_free(arena);
}

/* One candidate in a line: the name, what matched where, its records. */
static void candidate(struct shell *sh, const struct group *whole)
{
	struct arena *arena = arena_new();
	const struct group *group = present_seen_group(&sh->open.present, whole, arena);
	char *key = key_of(whole);
	struct buf text;
	size_t told = 0;

	buf_init(&text, SIZE_MAX / 4);
	buf_addstr(&text, group->n_records && group->records[0]->n_names ? group->records[0]->names[0] :
			  group->name.n ? group->name : str_of(gettext("no name")));
	for (size_t r = 0; r < group->n_records; r++)
		for (size_t i = 0; i < group->records[r]->n_matches && told < 3; i++, told++) {
			const struct record_match *m = &group->records[r]->matches[i];

			buf_adds(&text, ", ");
			record_field_words(m->field, &text);
			buf_printf(&text, gettext(" of %.*s is %.*s"), STR_ARG(group->records[r]->backend), STR_ARG(m->stored));
		}
	for (size_t r = 0; r < group->n_records; r++)
		buf_printf(&text, ", rec:%.*s/%.*s", STR_ARG(group->records[r]->backend), STR_ARG(group->records[r]->id));
	shell_list_line(sh, shell_list_add(sh, SHELL_WHO, str_of(key), NULL, ENTRY_UNKNOWN), buf_str(&text));
	buf_release(&text);
	free(key);
	arena_free(arena);
}

static int several(struct shell *sh, const char *who)
{
	const struct resolve_result *result = lookup_result(sh->open.lookup);

	sh->open.present.mask = desk_mask(sh->desk);
	shell_list_begin(sh);
	shell_say(sh, "%zu people match \"%s\"; a number opens one", result->n, who);
	for (size_t i = 0; i < result->n; i++)
		candidate(sh, &result->groups[i]);
	return CLI_SEVERAL;
}

static int nobody(struct shell *sh, const char *who)
{
	size_t n;
	const struct source *sources = lookup_sources(sh->open.lookup, &n);
	int status = people_status(0, sources, n);
	char word[32], *first = mem_strndup(who, strcspn(who, " "));
	const char *near = cli_nearest(sh->cli, first, word);

	people_say_sources(sources, n);
	people_say_nobody(&sh->open, who, status);
	if (near)
		cli_say("did you mean the command %s?", near);
	free(first);
	return status;
}

static void settle_on(struct shell *sh, const char *who)
{
	sh->open.keep = true;
	sh->who = mem_strdup(who);
	sh->session.open = &sh->open;
	sh->session.who = sh->who;
	take_label(sh);
}

/* Somebody whom nobody has a record of may still have called. */
static bool is_stranger(struct shell *sh)
{
	const struct group *group = customer_group(sh->open.customer);

	return group->n_records == 0 && group->n_persons == 0;
}

static int find(struct shell *sh, const char *who)
{
	struct people *people = &sh->open;
	int status;

	*people = (struct people){ .desk = sh->desk, .eager = true, .how = "show", .since = WHEN_NONE, .present.desk = sh->desk,
				   .patience = sh->terminal ? PATIENCE_MS : 0 };
	status = people_find(people, sh->cli, who);
	if (status != CLI_DONE) {
		*people = (struct people){ 0 };
		return status;
	}
	/* whoever is one of several is not opened before all have said who they know */
	while (people_found(people) > 1 && !people->ended && !sh->session.interrupted && !loop_stopped(sh->desk->loop))
		loop_turn(sh->desk->loop, -1);
	if (sh->session.interrupted && !people->customer && people_found(people) == 0) {
		shell_say(sh, "left; nobody is open");
		people_release(people);
		*people = (struct people){ 0 };
		return CLI_NONE;
	}
	if (people->customer && people_found(people) <= 1) {
		settle_on(sh, who);
		status = shell_brief(sh);
		return is_stranger(sh) ? CLI_NONE : status;
	}
	status = people_found(people) > 1 ? several(sh, who) : nobody(sh, who);
	people_release(people);
	*people = (struct people){ 0 };
	return status;
}

int shell_find(struct shell *sh, const char *who)
{
	char *copy = mem_strdup(who);
	int status;

	remember(sh);
	shell_close(sh);
	status = find(sh, copy);
	free(copy);
	return status;
}

int shell_again(struct shell *sh)
{
	char *who = shell_key(sh);
	int status;

	shell_close(sh);
	status = find(sh, who);
	free(who);
	return status;
}

int shell_back(struct shell *sh)
{
	char *who = sh->n_back ? sh->back[--sh->n_back] : NULL;
	int status = CLI_DONE;

	if (!who && !sh->session.open)
		shell_say(sh, "nobody is open; \"quit\" ends");
	else if (!who)
		shell_say(sh, "nobody is open now");
	shell_close(sh);
	if (who)
		status = find(sh, who);
	free(who);
	return status;
}

static void add_value(struct buf *text, const struct profile_list *list)
{
	if (list->n)
		buf_printf(text, ", %.*s", STR_ARG(list->items[0].text));
}

static void tell_who(struct shell *sh)
{
	struct arena *arena = arena_new();
	const struct group *group = customer_group(sh->open.customer);
	const struct profile *p = present_seen_profile(&sh->open.present, customer_profile(sh->open.customer), arena);
	struct buf text;
	char *key = shell_key(sh), iso[32], money[40];
	struct verified verified;

	customer_verified(sh->open.customer, &verified);
	buf_init(&text, SIZE_MAX / 4);
	buf_addstr(&text, p->name.n ? p->name : str_of(gettext("name not known")));
	add_value(&text, &p->tiers);
	if (p->since != WHEN_NONE) {
		when_iso(p->since, iso);
		buf_printf(&text, gettext(", since %.4s"), iso);
	}
	for (size_t i = 0; i < p->n_lifetime; i++) {
		money_print(p->lifetime[i], money);
		buf_printf(&text, ", %s", money);
	}
	add_value(&text, &p->languages);
	buf_printf(&text, ", %s", key);
	shell_say(sh, "CUSTOMER: %s", text.data);
	if (p->do_not_contact)
		shell_say(sh, "CAREFUL: do not contact");
	if (is_stranger(sh))
		shell_say(sh, "CAREFUL: no system knows who this is");
	else if (group->shared_only && !sh->session.compared && !verified.level)
		shell_say(sh, "CAREFUL: found by what others may share; \"compare\" or \"verify\" makes sure who it is");
	buf_release(&text);
	free(key);
	arena_free(arena);
}

static void tell_contact(struct shell *sh, const struct tell *tell)
{
	const struct contact *contact = customer_contact(sh->open.customer);
	const struct entry *start = shell_contact(sh);
	struct str id = contact ? contact->start->id : (struct str){ 0 };
	const struct verify_policy *policy = &sh->desk->house->verify;
	const struct cases *cases = customer_cases(sh->open.customer);
	struct verified verified, last;
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	customer_verified(sh->open.customer, &verified);
	tell_verified(tell, &verified, &text);
	if (verified.level == 0 && contact && verify_carries(cases, policy, id, tell->now, &last))
		buf_adds(&text, gettext("; before in a contact from here: \"v v\" carries it on"));
	else if (verified.level == 0 && verify_last(cases, policy, id, tell->now, &last)) {
		buf_adds(&text, gettext("; last time "));
		tell_time(tell, last.at, &text);
	}
	if (start) {
		buf_printf(&text, gettext("; contact by %.*s, live for "), STR_ARG(start->channel));
		tell_span(tell, tell->now - (contact ? contact->from : entry_time(start)), &text);
	} else {
		buf_adds(&text, gettext("; no contact"));
	}
	shell_say(sh, "VERIFICATION: %s", text.data);
	buf_release(&text);
}

typedef void tell_fn(const struct tell *tell, const struct brief *brief, struct buf *out);

/* What is said, and in brackets whose it is. */
static void tell_line(struct shell *sh, const char *label, struct buf *left, struct buf *right)
{
	if (right && right->len)
		shell_say(sh, "%s: %s (%s)", label, left->data ? left->data : "", right->data);
	else
		shell_say(sh, "%s: %s", label, left->data ? left->data : "");
	buf_reset(left);
	if (right)
		buf_reset(right);
}

static void tell_brief(struct shell *sh, const struct tell *tell)
{
	const struct brief *brief = customer_brief(sh->open.customer);
	struct buf left, right;

	buf_init(&left, SIZE_MAX / 4);
	buf_init(&right, SIZE_MAX / 4);
	tell_wants(tell, brief, &left);
	tell_of(tell, brief, customer_cases(sh->open.customer), &right);
	tell_line(sh, "WANTS", &left, &right);
	tell_tried(tell, brief, &left);
	tell_line(sh, "TRIED", &left, NULL);
	tell_promised(tell, brief, &left);
	tell_line(sh, "PROMISED", &left, NULL);
	tell_next(tell, brief, &left);
	tell_next_by(tell, brief, &right);
	tell_line(sh, "NEXT", &left, &right);
	tell_effort(tell, brief, &left);
	tell_cost(tell, brief, &right);
	tell_line(sh, "EFFORT", &left, &right);
	buf_release(&left);
	buf_release(&right);
}

/* What does not fit, which the house's rules found. */
static void tell_misfits(struct shell *sh, const struct tell *tell)
{
	struct misfits misfits;
	struct buf text;

	buf_init(&text, SIZE_MAX / 4);
	customer_misfits(sh->open.customer, &misfits);
	for (size_t i = 0; i < misfits.n; i++) {
		tell_misfit(tell, &misfits.items[i], &text);
		tell_line(sh, "CHECK", &text, NULL);
	}
	misfits_release(&misfits);
	buf_release(&text);
}

/* Hand-offs and questions of this customer that somebody has still to take or to answer. */
static void tell_waiting(struct shell *sh, const struct tell *tell)
{
	const struct cases *cases = customer_cases(sh->open.customer);
	bool closed = tell->mask && mask_hides(tell->mask, "row.text");

	for (size_t i = 0; i < cases->n_handoffs; i++) {
		const struct handoff *h = &cases->handoffs[i];

		if (h->state == HANDOFF_OFFERED)
			shell_say(sh, "WAITS: hand-off to %.*s from %.*s, %.*s", STR_ARG(h->to_agent.n ? h->to_agent : h->to_team),
				  STR_ARG(h->offer->author), STR_ARG(closed ? STR("closed until verified") : h->next));
	}
	for (size_t i = 0; i < cases->n_questions; i++) {
		const struct question *q = &cases->questions[i];

		if (!q->answer)
			shell_say(sh, "WAITS: question to %.*s from %.*s, %.*s", STR_ARG(q->to_agent.n ? q->to_agent : q->to_team.n ? q->to_team : q->to_role),
				  STR_ARG(q->ask->author), STR_ARG(closed ? STR("closed until verified") : q->text));
		else if (!q->used && tell->now - entry_time(q->answer) < 24 * 60 * 60 * INT64_C(1000))
			shell_say(sh, "WAITS: %.*s answered %s to \"%.*s\"", STR_ARG(q->answer->author), q->yes ? gettext("yes") : gettext("no"),
				  STR_ARG(closed ? STR("closed until verified") : q->text));
	}
}

static void tell_sources(struct shell *sh)
{
	size_t n, asked = shell_asked(sh);
	const struct source *sources = customer_sources(sh->open.customer, &n);
	struct buf counts, when;

	buf_init(&when, 100);
	for (size_t i = 0; i < n; i++) {
		const char *text = cli_without_id(sources[i].backend, sources[i].err.text);

		if (people_as_of(sh->desk, &sources[i], &when))
			shell_say(sh, "BACKEND %s: %s; its rows here are as of %s", sources[i].backend, text, when.data);
		else if (sources[i].state == SOURCE_FAILED || sources[i].state == SOURCE_PARTIAL)
			shell_say(sh, "BACKEND %s: %s", sources[i].backend, text);
	}
	buf_release(&when);
	sh->rows_told = timeline_count(customer_timeline(sh->open.customer));
	sh->first_rows = asked > 0;
	n = customer_cases(sh->open.customer)->n_cases;
	buf_init(&counts, 200);
	buf_printf(&counts, ngettext("TIMELINE: %zu row, ", "TIMELINE: %zu rows, ", sh->rows_told), sh->rows_told);
	buf_printf(&counts, ngettext("%zu case", "%zu cases", n), n);
	shell_say(sh, "%s", counts.data);
	buf_release(&counts);
	if (asked)
		shell_say(sh, ngettext("%zu backend is still asked; \"more\" shows what came", "%zu backends are still asked; \"more\" shows what came", asked), asked);
}

size_t shell_others(struct shell *sh)
{
	const struct resolve_result *result = lookup_result(sh->open.lookup);
	const struct group *mine = customer_group(sh->open.customer);
	size_t n = 0;

	for (size_t i = 0; i < result->n; i++)
		n += !group_meets(&result->groups[i], mine);
	return n;
}

int shell_brief(struct shell *sh)
{
	struct tell tell;
	size_t n, more;
	const struct source *sources;

	if (!shell_has_customer(sh))
		return CLI_USAGE;
	take_label(sh);
	tell = shell_tell(sh);
	tell_who(sh);
	tell_contact(sh, &tell);
	tell_brief(sh, &tell);
	tell_misfits(sh, &tell);
	tell_waiting(sh, &tell);
	tell_sources(sh);
	more = sh->others_told = shell_others(sh);
	if (more)
		shell_say(sh, ngettext("%zu other has this too; \"compare\" shows who", "%zu others have this too; \"compare\" shows who", more), more);
	shell_tell_draft(sh);
	sources = customer_sources(sh->open.customer, &n);
	return people_status(1, sources, n);
}

int shell_backends(struct shell *sh)
{
	size_t n;
	const struct source *sources = customer_sources(sh->open.customer, &n);
	struct tell tell = shell_tell(sh);
	struct buf text;

	buf_init(&text, 4096);
	for (size_t i = 0; i < n; i++) {
		const struct source *s = &sources[i];

		buf_reset(&text);
		buf_printf(&text, ngettext("%s: %s, %u row", "%s: %s, %u rows", s->rows), s->backend, source_state_word(s->state), s->rows);
		if (s->since != WHEN_NONE) {
			buf_adds(&text, gettext(", as of "));
			tell_time(&tell, s->since, &text);
		}
		if (s->err.code)
			buf_printf(&text, ": %s", cli_without_id(s->backend, s->err.text));
		shell_say(sh, "%s", text.data);
	}
	buf_release(&text);
	return people_status(1, sources, n);
}

int shell_more(struct shell *sh)
{
	size_t n;

	if (!shell_has_customer(sh))
		return CLI_USAGE;
	n = timeline_count(customer_timeline(sh->open.customer));
	if (n == sh->rows_told && shell_asked(sh) == 0 && !sh->first_rows) {
		shell_say(sh, "nothing came since");
		return CLI_DONE;
	}
	shell_brief(sh);
	return shell_timeline(sh, "-n 10");
}

int shell_refresh(struct shell *sh)
{
	if (!shell_has_customer(sh))
		return CLI_USAGE;
	customer_refresh(sh->open.customer);
	while (!sh->terminal && !customer_done(sh->open.customer) && !loop_stopped(sh->desk->loop))
		loop_turn(sh->desk->loop, -1);
	sh->first_rows = true;
	if (!sh->terminal)
		return shell_brief(sh);
	shell_say(sh, "the backends are asked anew; \"more\" shows what came");
	return CLI_DONE;
}

/* On what it rests that this is who it seems to be, and who else it may be. */
int shell_compare(struct shell *sh)
{
	const struct resolve_result *result;
	const struct group *mine;

	if (!shell_has_customer(sh))
		return CLI_USAGE;
	result = lookup_result(sh->open.lookup);
	mine = customer_group(sh->open.customer);
	sh->open.present.mask = customer_mask(sh->open.customer);
	shell_list_begin(sh);
	candidate(sh, mine);
	for (size_t i = 0; i < mine->n_reasons; i++)
		shell_say(sh, "one because %.*s", STR_ARG(mine->reasons[i].text));
	for (size_t i = 0; i < result->n; i++)
		if (!group_meets(&result->groups[i], mine))
			candidate(sh, &result->groups[i]);
	if (mine->shared_only && !sh->session.compared)
		shell_say(sh, "\"compare yes\" says that it was made sure: it is number 1; another number opens that one");
	if (sh->n_items > 1)
		shell_say(sh, "\"link N\" says that the two are one");
	return CLI_DONE;
}
