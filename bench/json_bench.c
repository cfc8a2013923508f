/*
 * Reading a large reply: our scan alone, scan and parse of each element, and
 * json-c reading the whole at once, in one run so that the ratios hold.
 */
#include <dossier/base/clock.h>
#include <dossier/base/json.h>
#include <dossier/base/mem.h>

enum { REPLY = 24 << 20, PIECE = 16384, ROUNDS = 5 };

static void make_reply(struct buf *out)
{
	struct clock_fake chance;

	clock_fake_init(&chance, 0, 1);
	buf_adds(out, "{\"next\":\"p2\",\"items\":[");
	for (unsigned i = 0; out->len < REPLY - 1000; i++) {
		unsigned long r = (unsigned long)clock_random(&chance.clock);
		buf_printf(out, "%s{\"id\":%u,\"number\":\"T-%06u\",\"title\":\"The parcel for order %lu has not arrived\","
			   "\"customer\":{\"email\":\"maria.%lu@example.com\",\"phone\":\"+3519%08lu\",\"vip\":%s},"
			   "\"total\":\"%lu.%02lu\",\"tags\":[\"delivery\",\"late\"],\"created_at\":\"2026-11-20T12:38:00Z\","
			   "\"body\":\"Good morning,\\nthe tracking page says \\\"delivered\\\" since Monday, but nothing is "
			   "here. Obrigada \303\240 equipa, I am at home on Thursday and on Friday after four.\",\"closed\":null}",
			   i ? "," : "", i, i, r % 100000, r % 7919, r % 100000000, r % 2 ? "true" : "false",
			   r % 1000, r % 100);
	}
	buf_adds(out, "],\"total\":1}");
}

struct work {
	struct json_parser *parser;     /* NULL: scan only */
	size_t elements;
};

static bool take(void *arg, struct str text, bool single, struct err *err)
{
	struct work *work = arg;

	(void)single;
	work->elements++;
	if (work->parser)
		json_object_put(json_parse(work->parser, text, err));
	return err->code == ERR_NONE;
}

static void by_slices(struct str reply, struct work *work)
{
	const struct json_scan_sink sink = { take, work };
	struct pointer *items = pointer_new(STR("/items"), NULL);
	struct json_scan *scan = json_scan_new(items, NULL, &sink, NULL);
	struct err err = { 0 };
	bool ok = true;

	for (uint32_t at = 0; ok && at < reply.n; at += PIECE)
		ok = json_scan_feed(scan, reply.p + at, reply.n - at < PIECE ? reply.n - at : PIECE, &err);
	if (!ok || !json_scan_end(scan, &err)) {
		fprintf(stderr, "json_bench: %s\n", err.text);
		exit(1);
	}
	json_scan_free(scan);
	pointer_free(items);
}

static void run_scan(struct str reply)
{
	struct work work = { NULL, 0 };

	by_slices(reply, &work);
}

static void run_parse(struct str reply)
{
	struct work work = { json_parser_new(), 0 };

	by_slices(reply, &work);
	json_parser_free(work.parser);
}

static void run_json_c(struct str reply)
{
	struct json_tokener *peer = json_tokener_new_ex(JSON_DEPTH + 1);

	json_object_put(json_tokener_parse_ex(peer, reply.p, (int)reply.n));
	json_tokener_free(peer);
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(void)
{
	static const struct { const char *name; void (*run)(struct str); } runs[] = {
		{ "scan", run_scan }, { "scan and parse elements", run_parse }, { "json-c, whole", run_json_c },
	};
	struct buf reply;

	buf_init(&reply, REPLY);
	make_reply(&reply);
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		double best = 1e9;
		for (int round = 0; round < ROUNDS; round++) {
			double from = seconds();
			runs[i].run(buf_str(&reply));
			double took = seconds() - from;
			best = took < best ? took : best;
		}
		printf("%-24s %7.0f MB/s\n", runs[i].name, (double)reply.len / 1e6 / best);
	}
	buf_release(&reply);
	return 0;
}
