/*
 * One customer with 100,000 interactions of six backends: CPU to take, sort
 * and fold them, and to filter them as a letter is typed. The yardstick is
 * the C library's qsort of the same pointers in the same run.
 */
#include <dossier/base/text.h>
#include <dossier/model/timeline.h>

#define ROWS 100000
#define BACKENDS 6
#define RUNS 7

static const char *const backends[BACKENDS] = { "shop", "till", "phone", "desk", "chat", "social" };
static const enum kind kinds[BACKENDS] = { KIND_ORDER, KIND_VISIT, KIND_CALL, KIND_CALL, KIND_CHAT, KIND_SOCIAL };

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static struct batch *batch_make(int backend, uint64_t *seed)
{
	struct batch *batch = batch_new();

	for (int i = 0; i < ROWS / BACKENDS; i++) {
		struct interaction *it = batch_add(batch);
		char text[200];

		snprintf(text, sizeof(text), "%s-%d", backends[backend], i);
		it->id = arena_str(batch->arena, str_of(text));
		it->backend = str_of(backends[backend]);
		it->row = STR("rows");
		it->kind = kinds[backend];
		/* the desk notes half of the exchange's calls a little later */
		it->at = INT64_C(1700000000000) + (int64_t)i * 3600000 +
			 (backend == 3 && i % 2 ? 20000 : (int64_t)(next_random(seed) % 1800000) * (backend != 2));
		snprintf(text, sizeof(text), "Agent %d", backend == 3 || backend == 2 ? i % 40 : (int)(next_random(seed) % 40));
		it->agent = arena_str(batch->arena, str_of(text));
		it->number = STR("+447700900123");
		it->title = STR("About the order");
		snprintf(text, sizeof(text), "The customer asked about order %d%s and was told that it would come on day %d of the month.",
			 i, i % 9 ? "" : " (gr\xc3\xbc\xc3\x9f Gott)", (int)(next_random(seed) % 28));
		it->text = arena_str(batch->arena, str_of(text));
	}
	return batch;
}

static int pointer_compare(const void *a, const void *b)
{
	const struct interaction *x = *(struct interaction *const *)a, *y = *(struct interaction *const *)b;
	int by = (x->at < y->at) - (x->at > y->at);

	return by ? by : str_cmp(x->id, y->id);
}

static double yardstick(struct batch **batches)
{
	struct interaction **all = mem_array(ROWS, sizeof(*all));
	size_t n = 0;
	double start;

	for (int i = 0; i < BACKENDS; i++) {
		memcpy(all + n, batches[i]->items, batches[i]->n * sizeof(*all));
		n += batches[i]->n;
	}
	start = cpu_ms();
	qsort(all, n, sizeof(*all), pointer_compare);
	start = cpu_ms() - start;
	free(all);
	return start;
}

static double filter_letters(struct timeline *timeline, const char *word, size_t *kept)
{
	size_t rows = timeline_count(timeline), letters = strlen(word);
	double start = cpu_ms();

	for (size_t n = 1; n <= letters; n++) {
		struct timeline_filter filter = { .since = WHEN_NONE, .until = WHEN_NONE, .grep = str_make(word, n) };

		*kept = 0;
		for (size_t i = 0; i < rows; i++)
			*kept += timeline_keeps(timeline_row(timeline, i), &filter);
	}
	return (cpu_ms() - start) / (double)letters;
}

int main(void)
{
	double best_open = 1e9, best_yard = 1e9, best_filter = 1e9;
	size_t rows = 0, kept = 0;

	for (int run = 0; run < RUNS; run++) {
		struct batch *batches[BACKENDS];
		struct timeline *timeline = timeline_new(NULL, "GB");
		uint64_t seed = 42;
		double start, took;

		for (int i = 0; i < BACKENDS; i++)
			batches[i] = batch_make(i, &seed);
		took = yardstick(batches);
		best_yard = took < best_yard ? took : best_yard;
		start = cpu_ms();
		for (int i = 0; i < BACKENDS; i++)
			timeline_take(timeline, batches[i]);
		rows = timeline_count(timeline);
		took = cpu_ms() - start;
		best_open = took < best_open ? took : best_open;
		took = filter_letters(timeline, "day 27 o", &kept);
		best_filter = took < best_filter ? took : best_filter;
		timeline_free(timeline);
	}
	printf("timeline: %d interactions of %d backends to %zu rows: take, sort and fold %.1f ms of CPU; qsort alone %.1f ms; ratio %.2f\n",
	       ROWS / BACKENDS * BACKENDS, BACKENDS, rows, best_open, best_yard, best_open / best_yard);
	printf("timeline: filter %.1f ms of CPU a letter (%zu rows kept); qsort alone %.1f ms; ratio %.2f\n",
	       best_filter, kept, best_yard, best_filter / best_yard);
	return 0;
}
