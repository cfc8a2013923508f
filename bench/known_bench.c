/*
 * What desk/customer says before any backend has answered: name and brief from
 * the case store, while each of six backends takes 800 ms, against the same
 * store without backends. Each run is a desk of its own with the private copy
 * and the shared file of the house, as when an agent comes in.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dossier/desk/casework.h>
#include <dossier/desk/customer.h>

#include "measure.h"
#include "serve.h"

enum { BACKENDS = 6, RUNS = 15, NOTES = 200, LATE = 800 };

static char *write_house(const struct serve *serve, const char *dir, const char *name)
{
	char *path = mem_printf("%s/%s.yaml", dir, name);
	const char *src = getenv("DOSSIER_SRC");
	FILE *file = src ? fopen(path, "w") : NULL;

	if (!file)
		bench_die("the house's file cannot be written; run this by make bench");
	fprintf(file, "house: {name: Bench, country: GB, currency: GBP, zone: UTC}\nstore: {path: %s/shared/store.db, local: %s/local}\nbackends:\n", dir, dir);
	for (int i = 0; serve && i < serve->n; i++)
		fprintf(file, "  b%d:\n    connector: %s/bench/backend.yaml\n    rate: 1000\n"
			"    settings: {url: \"http://127.0.0.1:%d\"}\n", i, src, serve->ports[i]);
	if (!serve)
		fputs("  {}\n", file);
	fclose(file);
	return path;
}

static struct desk *open_desk(const char *house_file, const char *dir)
{
	struct house_options house = { .file = house_file, .login = "ana" };
	struct desk_options options = { .runtime_dir = dir, .store = true };
	struct diags diags = { 0 };
	struct err err = { 0 };
	struct desk *desk = desk_new(house_load(&house, &diags), &options, &err);

	if (!desk || diags.errors)
		bench_die(desk ? diags.items[0].text : err.text);
	diags_release(&diags);
	return desk;
}

struct opening {
	struct desk *desk;
	struct lookup *lookup;
	struct customer *customer;
	double since, brief;            /* ms; brief 0: not yet */
	bool enough, done;
};

static void told(void *arg)
{
	struct opening *o = arg;

	if (o->brief == 0 && customer_profile(o->customer)->name.p && customer_brief(o->customer)->wants == WANTS_CASE)
		o->brief = wall_ms() - o->since;
	o->enough = o->brief != 0;
	o->done = customer_done(o->customer);
}

static void who_changed(void *arg)
{
	struct opening *o = arg;
	const struct resolve_result *result = lookup_result(o->lookup);
	const struct group *group = result->n ? &result->groups[0] : NULL;
	struct customer_options options = { .since = WHEN_NONE, .lookup = o->lookup };
	struct customer_sink sink = { told, told, o };

	if (!group && lookup_done(o->lookup))
		group = lookup_stranger(o->lookup);
	if (!group)
		return;
	if (o->customer)
		customer_update(o->customer, group);
	else
		o->customer = customer_open(o->desk, group, &options, &sink);
}

static void opening_start(struct opening *o, struct desk *desk)
{
	struct lookup_sink sink = { who_changed, who_changed, o };
	struct err err = { 0 };

	*o = (struct opening){ .desk = desk, .since = wall_ms() };
	o->lookup = lookup_start(desk, STR(SERVE_EMAIL), &sink, &err);
	if (!o->lookup)
		bench_die(err.text);
}

static void opening_end(struct opening *o)
{
	customer_free(o->customer);
	lookup_free(o->lookup);
	desk_free(o->desk);
}

static void said(void *arg, enum store_said said, bool final, const struct entry *rows, size_t n, const struct err *err)
{
	(void)rows;
	(void)n;
	if (said == STORE_NOT_SAVED || said == STORE_REFUSED)
		bench_die(err ? err->text : "refused");
	*(bool *)arg |= final;
}

static void build(struct casework *work, const char *op, const char *field, const char *text)
{
	const struct operation *operation = operation_find(str_of(op));
	struct op_values *values = op_values_new(operation, work->desk);
	struct err err = { 0 };

	if (!op_values_set(values, str_of(field), str_of(text), &err) || !casework_build(work, operation, values, &err))
		bench_die(err.text);
	op_values_free(values);
}

/* A customer with a name, a case and notes, written as agents do. */
static void fill(const char *house, const char *dir)
{
	struct opening o;
	struct casework work;
	bool written = false;

	opening_start(&o, open_desk(house, dir));
	if (!loop_until(o.desk->loop, &o.done))
		bench_die("the look-up did not end");
	casework_init(&work, o.desk, o.customer);
	build(&work, "case.open", "title", "direct billing to the company card");
	for (int i = 0; i < NOTES; i++)
		build(&work, "note", "text", "called again, the same as before, told how it is done");
	casework_send(&work, &(struct store_append_sink){ said, &written });
	if (!loop_until(o.desk->loop, &written))
		bench_die("it was not written");
	casework_release(&work);
	opening_end(&o);
}

static double once(const char *house, const char *dir)
{
	struct opening o;
	double took;

	opening_start(&o, open_desk(house, dir));
	if (!loop_until(o.desk->loop, &o.enough))
		bench_die("no brief came");
	took = o.brief;
	opening_end(&o);
	return took;
}

int main(void)
{
	struct serve_backend late[BACKENDS], quick = { 5, 270, 0, false };
	struct series with = { 0 }, without = { 0 };
	struct serve first, six;
	char dir[] = "/tmp/dossier-bench-XXXXXX";
	char *argv[] = { (char[]){ "rm" }, (char[]){ "-rf" }, dir, NULL }, *houses[3];

	if (!mkdtemp(dir))
		bench_die("no folder can be made in /tmp");
	setenv("XDG_RUNTIME_DIR", dir, 1);
	for (int i = 0; i < BACKENDS; i++)
		late[i] = (struct serve_backend){ 50, 270, LATE, true };
	serve_start(&first, &quick, 1);
	serve_start(&six, late, BACKENDS);
	houses[0] = write_house(&first, dir, "first");
	houses[1] = write_house(&six, dir, "six");
	houses[2] = write_house(NULL, dir, "none");
	fill(houses[0], dir);
	for (int run = 0; run < RUNS; run++) {
		series_add(&with, once(houses[1], dir));
		series_add(&without, once(houses[2], dir));
	}
	serve_stop(&first);
	serve_stop(&six);
	printf("known: a customer with a case and %d notes, six backends that take %d ms; median of %d runs\n", NOTES, LATE, RUNS);
	printf("  name and brief after %.1f ms; the same store without backends %.1f ms: ratio %.2f\n", series_median(&with),
	       series_median(&without), series_median(&with) / series_median(&without));
	for (int i = 0; i < 3; i++)
		free(houses[i]);
	run_program(argv, 0);
	return verdicts_told(verdict("name and brief", series_median(&with), "ms", 50, "50 ms though every backend takes 800"), 1);
}
