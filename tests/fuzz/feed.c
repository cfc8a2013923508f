/* Arbitrary files through a feed's plan, as tables and as lines of JSON: each row told is found again by its keys. */
#include <dossier/backend/feed.h>

#include "fuzz.h"
#include "world.h"

#define REST "record: {id: /loyalty, name: \"</first> </last>\", email: [/mail, /mails], tel: /phone, loyalty: /loyalty}\n" \
	"feed:\n  id: \"</shop>-</receipt>\"\n  when: {/state: {not: void}}\n" \
	"  row: {kind: order, id: /receipt, at: /when, title: \"Receipt </receipt>\", amount: {money: /total, currency: GBP}, refs: {receipt: /receipt, order: /no}}\n"

static struct plan *plan_of(const char *text)
{
	struct diags diags = { 0 };
	struct plan *plan = plan_parse(str_of(text), "till.yaml", &diags);

	FUZZ_CHECK(plan);
	diags_release(&diags);
	return plan;
}

struct seen { const struct plan *plan; const struct scope_house *house; int line; size_t rows; };

static bool on_row(void *arg, const struct feed_item *item)
{
	struct seen *seen = arg;
	struct record *record;
	struct batch *batch = feed_map(seen->plan, seen->house, item->data, &record, NULL);
	struct identity id;
	struct buf key;
	bool found = false;

	seen->rows++;
	FUZZ_CHECK(item->line >= seen->line && item->id.n && item->n_keys && item->n_keys <= FEED_KEYS_MOST);
	seen->line = item->line;
	FUZZ_CHECK(batch);
	if (record) {
		record_identity(record, &id);
		FUZZ_CHECK(feed_holds(record, batch, &id, "GB"));
		buf_init(&key, 1 << 16);
		if (feed_key(&id, &key))
			for (size_t i = 0; i < item->n_keys; i++)
				found |= str_eq(item->keys[i], buf_str(&key));
		FUZZ_CHECK(found || key.full || !key.len || key.data[key.len - 1] == ':');
		buf_release(&key);
	}
	batch_free(batch);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct plan *plans[2];
	struct str copy = fuzz_copy(data, n), in = copy;
	struct feed_counts counts;
	struct diags diags = { 0 };
	struct world world;

	if (!plans[0]) {
		plans[0] = plan_of("connector: till\ntitle: T\n" REST);
		plans[1] = plan_of("connector: till\ntitle: T\n" REST "  format: ndjson\n");
	}
	world_init(&world);
	struct seen seen = { plans[fuzz_byte(&in) & 1], &world.house, 0, 0 };
	feed_read(seen.plan, &world.house, in, "file", on_row, &seen, &diags, &counts);
	FUZZ_CHECK(counts.rows == seen.rows);
	world_release(&world);
	diags_release(&diags);
	fuzz_drop(copy);
	return 0;
}
