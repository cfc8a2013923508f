#include "people.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/option.h>
#include <dossier/base/text.h>
#include <dossier/desk/tell.h>

#define PROGRESS_FIRST_MS 700
#define PROGRESS_EACH_MS 500

/* One line on standard error that says whom we wait for; gone when done. Only on a terminal. */
struct progress {
	struct people *people;
	struct timer *timer;
	int64_t start;
	bool shown;
};

static void progress_tick(void *arg)
{
	struct progress *p = arg;
	struct people *people = p->people;
	struct loop *loop = people->desk->loop;
	size_t n;
	const struct source *sources = people->customer ? customer_sources(people->customer, &n)
							: lookup_sources(people->lookup, &n);
	struct buf line;

	buf_init(&line, 400);
	for (size_t i = 0; i < n; i++) {
		if (sources[i].state != SOURCE_WAITING)
			continue;
		buf_adds(&line, line.len ? ", " : "waiting for ");
		text_safe(&line, str_of(sources[i].backend), 0);
	}
	if (line.len) {
		fprintf(stderr, "\r\033[K%s (%lld s)", line.data,
			(long long)((clock_steady(people->desk->clock) - p->start) / 1000));
		fflush(stderr);
		p->shown = true;
	}
	buf_release(&line);
	p->timer = loop_timer(loop, PROGRESS_EACH_MS, progress_tick, p);
}

static bool is_ready(const struct people *people, int64_t start)
{
	const struct store_watch *watch = people->customer ? customer_watch(people->customer) : NULL;

	if (watch && !store_watch_settled(watch))
		return false;
	if (people->borrowed)
		return people->quick || customer_done(people->customer);
	if (people->patience && people->customer && clock_steady(people->desk->clock) - start >= people->patience)
		return true;
	return people->done || (people->quick && people->ended);
}

/* The session's own customer is not looked up again. */
static bool borrow(struct people *people, const struct cli *cli, const char *who)
{
	const struct cli_session *s = cli->session;

	if (!s || !s->open || strcmp(s->who, who) != 0 || !people->eager || people->all || people->keep)
		return false;
	people->borrowed = true;
	people->lookup = s->open->lookup;
	people->customer = s->open->customer;
	people->present = s->open->present;
	people->present.mask = customer_mask(people->customer);
	return true;
}

static void waited(void *arg)
{
	*(bool *)arg = true;
}

static void wait_done(struct people *people, const struct cli *cli)
{
	struct progress p = { .people = people };
	struct loop *loop = people->desk->loop;
	struct timer *patience = NULL;
	bool over = false;

	p.start = clock_steady(people->desk->clock);
	if (isatty(STDERR_FILENO) && !cli->globals.plain && !cli->trace)
		p.timer = loop_timer(loop, PROGRESS_FIRST_MS, progress_tick, &p);
	if (people->patience)
		patience = loop_timer(loop, people->patience, waited, &over);
	while (!is_ready(people, p.start) && !loop_stopped(loop) && !(cli->session && cli->session->interrupted))
		loop_turn(loop, -1);
	if (!over)
		loop_timer_cancel(loop, patience);
	loop_timer_cancel(loop, p.timer);
	if (p.shown)
		fputs("\r\033[K", stderr);
}

static void nothing(void *arg)
{
	(void)arg;
}

static void is_done(void *arg)
{
	((struct people *)arg)->done = true;
}

/* As soon as one person is likely, their rows are pulled while slower backends are still asked who it is. */
static void lookup_changed(void *arg)
{
	struct people *people = arg;
	const struct resolve_result *result = lookup_result(people->lookup);
	struct customer_options options = { .since = people->since, .all = people->all, .lookup = people->lookup, .how = people->how };
	struct customer_sink sink = { nothing, is_done, people };

	if (!people->eager || result->n != 1)
		return;
	if (people->customer)
		customer_update(people->customer, &result->groups[0]);
	else
		people->customer = customer_open(people->desk, &result->groups[0], &options, &sink);
}

static void lookup_ended(void *arg)
{
	struct people *people = arg;
	const struct group *stranger = people->eager ? lookup_stranger(people->lookup) : NULL;
	struct customer_options options = { .since = people->since, .all = people->all, .lookup = people->lookup, .how = people->how };
	struct customer_sink sink = { nothing, is_done, people };

	lookup_changed(people);
	people->ended = true;
	if (people->customer && lookup_result(people->lookup)->n != 1 && !people->keep) {
		customer_free(people->customer);
		people->customer = NULL;
	}
	if (stranger && !people->customer)
		people->customer = customer_open(people->desk, stranger, &options, &sink);
	if (!people->customer)
		people->done = true;
}

int people_find(struct people *people, struct cli *cli, const char *who)
{
	struct lookup_sink sink = { lookup_changed, lookup_ended, people };
	struct err err = { 0 };
	int status;

	if (!people->desk) {
		people->desk = cli_desk(cli, people->only, &status);
		people->own_desk = !cli->session;
	}
	if (!people->desk)
		return status;
	people->present.desk = people->desk;
	if (borrow(people, cli, who)) {
		wait_done(people, cli);
		return CLI_DONE;
	}
	people->lookup = lookup_start(people->desk, str_of(who), &sink, &err);
	if (!people->lookup) {
		cli_say("%s", err.text);
		return CLI_USAGE;
	}
	/* needed in any case: before the store's threads begin, whose mapping of memory would hold it up */
	if (!http_replaying(people->desk->http))
		http_ready(people->desk->http);
	wait_done(people, cli);
	return CLI_DONE;
}

size_t people_found(const struct people *people)
{
	size_t n = lookup_result(people->lookup)->n;

	return people->borrowed && n > 1 ? 1 : n;
}

void people_release(struct people *people)
{
	if (people->borrowed)
		return;
	customer_free(people->customer);
	lookup_free(people->lookup);
	if (people->own_desk)
		desk_free(people->desk);
}

size_t people_rows_end(struct people *people, const struct timeline_filter *filter, size_t *more)
{
	struct timeline *timeline = customer_timeline(people->customer);
	size_t n = timeline_count(timeline), end = n, kept = 0;

	for (size_t i = 0; people->newest && i < n; i++) {
		if (!present_keeps(&people->present, timeline_row(timeline, i), filter))
			continue;
		if (++kept == people->newest)
			end = i + 1;
		if (kept > people->newest && !more)
			break;
	}
	if (more)
		*more = people->newest && kept > people->newest ? kept - people->newest : 0;
	return end;
}

static bool is_bad(const struct source *source)
{
	return source->state == SOURCE_FAILED || source->state == SOURCE_PARTIAL;
}

bool people_as_of(const struct desk *desk, const struct source *source, struct buf *when)
{
	struct tell tell = { .now = clock_wall(desk->clock), .zone = desk->house->zone };

	buf_reset(when);
	if (source->state != SOURCE_FAILED || source->since == WHEN_NONE)
		return false;
	tell_time(&tell, source->since, when);
	return true;
}

void people_say_sources(const struct source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *text = cli_without_id(sources[i].backend, sources[i].err.text);

		if (sources[i].left)
			cli_say(ngettext("%s: %u older row is without its details; --all asks for them too",
					 "%s: %u older rows are without their details; --all asks for them too", sources[i].left),
				sources[i].backend, sources[i].left);
		if (!is_bad(&sources[i]))
			continue;
		cli_say("%s: %s%s", sources[i].backend,
			sources[i].state == SOURCE_PARTIAL ? "not all of it: " : "", text);
	}
}

int people_status(size_t found, const struct source *sources, size_t n)
{
	size_t failed = 0, bad = 0, asked = 0;

	for (size_t i = 0; i < n; i++) {
		if (sources[i].state == SOURCE_OFF || sources[i].state == SOURCE_UNASKED)
			continue;
		asked++;
		failed += sources[i].state == SOURCE_FAILED;
		bad += is_bad(&sources[i]);
	}
	if (found == 0 && asked > 0 && failed == asked)
		return CLI_NOTHING;
	if (bad)
		return CLI_PARTIAL;
	return found ? CLI_DONE : CLI_NONE;
}

static bool any_asked(const struct source *sources, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sources[i].state != SOURCE_OFF && sources[i].state != SOURCE_UNASKED)
			return true;
	return false;
}

/* "loyality:C-1001" names no type of identity, and is read as a name. */
static char *typed_rightly(const char *who)
{
	const char *words[ID_TYPE_COUNT + 1], *near;
	size_t n = strspn(who, "abcdefghijklmnopqrstuvwxyz0123456789_");
	enum id_type known;
	char *word, *rightly;

	if (n == 0 || who[n] != ':' || identity_type_parse(str_make(who, n), &known))
		return NULL;
	for (int i = 0; i < ID_TYPE_COUNT; i++)
		words[i] = identity_type_word((enum id_type)i);
	words[ID_TYPE_COUNT] = NULL;
	word = str_dup(str_make(who, n));
	near = option_nearest(word, words);
	rightly = near ? mem_printf("%s%s", near, who + n) : NULL;
	free(word);
	return rightly;
}

/* Records agree with a name only when both have a family name. */
static bool is_lone_name(const struct who *read)
{
	struct str name = read->items[0].id.value;

	if (read->n != 1 || read->items[0].id.type != ID_TYPE_NAME)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!isalpha((unsigned char)name.p[i]) && !(name.p[i] & 0x80) && name.p[i] != '-' && name.p[i] != '\'')
			return false;
	return name.n > 0;
}

/* What may have been meant where nobody was found. */
static void say_meant(const struct who *read, const char *who, bool asked)
{
	char *rightly = typed_rightly(who);

	if (rightly)
		cli_say("did you mean %s?", rightly);
	else if (asked && is_lone_name(read))
		cli_say("a given name alone finds nobody: the family name is needed, too");
	free(rightly);
}

void people_say_nobody(struct people *people, const char *who, int status)
{
	const struct who *read = lookup_who(people->lookup);
	const struct identity *id = &read->items[0].id;
	size_t n;
	const struct source *sources = people->customer ? customer_sources(people->customer, &n)
							: lookup_sources(people->lookup, &n);

	if (status == CLI_PARTIAL) {
		cli_say("nobody found for \"%s\" in the backends that answered", who);
	} else if (status != CLI_NONE) {
		return;
	} else if (read->n == 0 || any_asked(sources, n)) {
		cli_say("nobody found for \"%s\"", who);
	} else if (id->backend.n) {
		cli_say("\"%s\": no backend that can be asked is called %.*s; \"dossier backends list\" names them", who, STR_ARG(id->backend));
	} else {
		cli_say("nobody was asked for \"%s\": no backend finds by %s; \"dossier backends list\" says what each finds by", who,
			identity_type_word(id->type));
	}
	say_meant(read, who, any_asked(sources, n));
}

const char *people_word(size_t found, const struct source *sources, size_t n)
{
	int status = people_status(found, sources, n);

	if (status == CLI_NOTHING)
		return "failed";
	if (status == CLI_PARTIAL)
		return "partial";
	return found == 0 ? "none" : found == 1 ? "found" : "several";
}
