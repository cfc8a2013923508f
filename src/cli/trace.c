#include "cli.h"

#include <libintl.h>

#include <dossier/backend/trace.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/model/interaction.h>
#include <dossier/model/record.h>

#define TRACE_JSON_MAX 4000

struct tracer {
	struct trace trace;
	bool full;              /* elements too */
};

static void put(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void put(const char *fmt, ...)
{
	struct buf safe;
	char *text;
	va_list ap;

	buf_init(&safe, 256 * 1024);
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) >= 0) {
		text_safe(&safe, str_of(text), 0);
		free(text);
	}
	va_end(ap);
	buf_addc(&safe, '\n');
	fwrite(safe.data, 1, safe.len, stderr);
	buf_release(&safe);
}

static void on_request(void *arg, const char *backend, const char *method, const char *target, const char *why)
{
	(void)arg;
	put("%s: > %s %s  (%s)", backend, method, target, why);
}

static void on_repeated(void *arg, const char *backend, int tries)
{
	(void)arg;
	put(ngettext("%s: < refused (429), failing (5xx) or cut %d time, and sent again", "%s: < refused (429), failing (5xx) or cut %d times, and sent again",
		     (unsigned long)tries - 1), backend, tries - 1);
}

static void on_reply(void *arg, const char *backend, int status, int64_t ms, size_t bytes, const char *error)
{
	(void)arg;
	if (error && *error)
		put("%s: < %d in %lld ms: %s", backend, status, (long long)ms, error);
	else
		put("%s: < %d in %lld ms, %zu bytes", backend, status, (long long)ms, bytes);
}

static void put_field(const char *name, struct str value)
{
	if (value.n)
		put("        %-10s %.*s", name, (int)(value.n > 300 ? 300 : value.n), value.p);
}

static void put_record(const struct record *r)
{
	put("    becomes record %.*s%s", STR_ARG(r->id), r->guest ? " (guest)" : "");
	for (size_t i = 0; i < r->n_names; i++)
		put_field("name", r->names[i]);
	for (size_t i = 0; i < r->n_ids; i++)
		put_field(identity_type_word(r->ids[i].id.type), r->ids[i].id.value);
	for (size_t i = 0; i < r->n_matches; i++)
		put_field("matched", r->matches[i].field);
}

static void put_interaction(const struct interaction *it)
{
	char at[32] = "no time", money[40] = "";

	if (it->at != WHEN_NONE)
		when_iso(it->at, at);
	if (it->amount.currency[0])
		money_print(it->amount, money);
	put("    becomes %s %s %s %s", kind_word(it->kind), step_word(it->step), direction_word(it->direction), at);
	put_field("id", it->id);
	put_field("title", it->title);
	put_field("text", it->text);
	put_field("agent", it->agent);
	put_field("place", it->place_name);
	put_field("status", it->status);
	put_field("amount", str_of(money));
	put_field("web", it->web);
}

static void on_element(void *arg, const char *backend, const char *fetch, struct str json,
		       const struct record *record, const struct interaction *interaction)
{
	const struct tracer *tracer = arg;

	if (!tracer->full)
		return;
	put("%s: first element of %s:", backend, fetch);
	put("    %.*s%s", (int)(json.n > TRACE_JSON_MAX ? TRACE_JSON_MAX : json.n), json.p ? json.p : "",
	    json.n > TRACE_JSON_MAX ? " ..." : "");
	if (record)
		put_record(record);
	else if (interaction)
		put_interaction(interaction);
	else
		put("    becomes nothing");
}

static void on_dropped(void *arg, const char *backend, const char *where, const char *why)
{
	(void)arg;
	put("%s: dropped: %s%s%s", backend, where ? where : "", where && *where ? ": " : "", why);
}

struct trace *cli_trace_new(bool full)
{
	struct tracer *tracer = mem_zalloc(sizeof(*tracer));

	tracer->full = full;
	tracer->trace = (struct trace){ on_request, on_reply, on_element, on_dropped, tracer, .repeated = on_repeated };
	return &tracer->trace;
}

void cli_trace_free(struct trace *trace)
{
	if (trace)
		free(trace->arg);
}
