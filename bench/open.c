#include "open.h"

#include <stdio.h>
#include <stdlib.h>

#include <dossier/desk/customer.h>

#include "measure.h"

char *open_house(const struct serve *serve, const char *dir)
{
	char *path = mem_printf("%s/house-%d.yaml", dir, (int)serve->pid);
	const char *src = getenv("DOSSIER_SRC");        /* "make bench" says it */
	FILE *file = src ? fopen(path, "w") : NULL;

	if (!file)
		bench_die("the house's file cannot be written; run this by make bench");
	fputs("house: {name: Bench, country: GB, currency: GBP, zone: UTC}\nbackends:\n", file);
	for (int i = 0; i < serve->n; i++)
		fprintf(file, "  b%d:\n    connector: %s/bench/backend.yaml\n    rate: 1000\n"
			"    settings: {url: \"http://127.0.0.1:%d\"}\n", i, src, serve->ports[i]);
	fclose(file);
	return path;
}

struct desk *open_desk(const char *house_file, const char *runtime_dir)
{
	struct house_options house = { .file = house_file };
	struct desk_options options = { .runtime_dir = runtime_dir };
	struct diags diags = { 0 };
	struct err err = { 0 };
	struct desk *desk = desk_new(house_load(&house, &diags), &options, &err);

	if (!desk || diags.n)
		bench_die(desk ? diags.items[0].text : err.text);
	diags_release(&diags);
	return desk;
}

struct opening {
	struct desk *desk;
	struct lookup *lookup;
	struct customer *customer;
	bool done;
};

static void nothing(void *arg)
{
	(void)arg;
}

static void all_here(void *arg)
{
	((struct opening *)arg)->done = true;
}

static void who_changed(void *arg)
{
	struct opening *o = arg;
	const struct resolve_result *result = lookup_result(o->lookup);
	struct customer_options options = { .since = WHEN_NONE, .lookup = o->lookup };
	struct customer_sink sink = { nothing, all_here, o };

	if (result->n != 1)
		return;
	if (o->customer)
		customer_update(o->customer, &result->groups[0]);
	else
		o->customer = customer_open(o->desk, &result->groups[0], &options, &sink);
}

struct open_cost open_customer(struct desk *desk, size_t rows_wanted)
{
	struct opening o = { .desk = desk };
	struct lookup_sink sink = { who_changed, who_changed, &o };
	struct open_cost cost = { .wall = wall_ms(), .cpu = cpu_ms() };
	struct err err = { 0 };

	o.lookup = lookup_start(desk, STR(SERVE_EMAIL), &sink, &err);
	if (!o.lookup || !loop_until(desk->loop, &o.done))
		bench_die("the look-up did not end");
	cost.rows = timeline_count(customer_timeline(o.customer));
	if (cost.rows)
		timeline_row(customer_timeline(o.customer), 0);
	cost.wall = wall_ms() - cost.wall;
	cost.cpu = cpu_ms() - cost.cpu;
	if (cost.rows != rows_wanted) {
		fprintf(stderr, "bench: %zu rows instead of %zu\n", cost.rows, rows_wanted);
		exit(1);
	}
	customer_free(o.customer);
	lookup_free(o.lookup);
	return cost;
}
