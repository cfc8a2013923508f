#include "batch.h"

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

uint64_t batch_mark_total(const struct batch_mark *mark)
{
	uint64_t n = 0;

	for (int i = 0; i < BATCH_STATUSES; i++)
		n += mark->counts[i];
	return n;
}

void batch_say_progress(const struct batch_progress *progress)
{
	uint64_t all = batch_mark_total(progress->mark), mine = all - batch_mark_total(progress->before);
	double seconds = (double)progress->ms / 1000, rate = seconds > 0 ? (double)mine / seconds : 0;

	fprintf(stderr, "\r\033[K%llu done, %.*f a second, %llu partial, %llu failed", (unsigned long long)all, rate < 10 ? 1 : 0, rate,
		(unsigned long long)progress->mark->counts[BATCH_PARTIAL], (unsigned long long)progress->mark->counts[BATCH_FAILED]);
	if (progress->share > 0 && rate > 0 && progress->read > 0) {
		double left = ((double)progress->read / progress->share - (double)progress->mark->records) / rate;

		fprintf(stderr, ", %.0f:%02d left", left < 60 ? 0 : (left - 30) / 60, (int)left % 60);
	}
	fflush(stderr);
}

void batch_say_counts(const struct batch_progress *progress)
{
	const uint64_t *counts = progress->mark->counts;
	double seconds = (double)progress->ms / 1000;
	uint64_t all = batch_mark_total(progress->mark), mine = all - batch_mark_total(progress->before);

	cli_say("%llu done: %llu found, %llu none, %llu several, %llu partial, %llu failed; %llu in this run, %.1f s, %.0f a second%s",
		(unsigned long long)all, (unsigned long long)counts[BATCH_FOUND], (unsigned long long)counts[BATCH_NONE],
		(unsigned long long)counts[BATCH_SEVERAL], (unsigned long long)counts[BATCH_PARTIAL], (unsigned long long)counts[BATCH_FAILED],
		(unsigned long long)mine, seconds, seconds > 0 ? (double)mine / seconds : 0,
		progress->interrupted ? (progress->resumed ? "; interrupted, the same command goes on" : "; interrupted") : "");
}

char *batch_about(enum batch_what what, enum out_format format, const struct batch_options *o)
{
	const char *const words[] = { o->column, o->rows.kind, o->rows.backend, o->rows.since, o->rows.until, o->rows.grep, o->rows.newest };
	static const char *const names[] = { "column", "kind", "backend", "since", "until", "grep", "newest" };
	static const char *const formats[] = { [OUT_NDJSON] = "ndjson", [OUT_CSV] = "csv", [OUT_TSV] = "tsv",
					       [OUT_TEXT] = "text", [OUT_JSON] = "json" };
	struct buf text;

	buf_init(&text, 64 * 1024);
	buf_printf(&text, "batch %s --format %s%s", batch_what_word(what), formats[format], o->unordered ? " --unordered" : "");
	buf_adds(&text, o->rows.all ? " --all" : "");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!words[i])
			continue;
		buf_printf(&text, " --%s ", names[i]);
		text_json(&text, str_of(words[i]));
	}
	return buf_take(&text);
}
