/*
 * Feeds: a backend without an interface, read from exported files. What a file
 * holds is cut into rows, each kept as it was written, under an id by which a
 * repeat is known and the identities it can be found by. Kept rows are mapped
 * anew whenever they are asked for, so that a better connector reads old files
 * better. The reading is pure; whoever keeps the rows gives them back through
 * a feed_source.
 */
#ifndef DOSSIER_BACKEND_FEED_H
#define DOSSIER_BACKEND_FEED_H

#include <dossier/backend/map.h>
#include <dossier/base/diag.h>

/* The most of one file and of one row. */
#define FEED_FILE_MOST (256u << 20)
#define FEED_ROW_MOST (1u << 20)
#define FEED_KEYS_MOST 100

/* One row of a file: valid only while it is told. data is a JSON object; keys are identities in their typed form. */
struct feed_item {
	int line;
	struct str id, data;
	const struct str *keys;
	size_t n_keys;
};
struct feed_counts { size_t rows, passed, dropped; };  /* told; passed over by when:; dropped with a finding */

/*
 * Cuts a file of the plan's feed: into rows, in their order. What is wrong with
 * a row costs that row, and goes to diags as file:line. False when nothing
 * after that place can be read (an error in diags), or when row said so.
 */
bool feed_read(const struct plan *plan, const struct scope_house *house, struct str bytes, const char *file,
	       bool (*row)(void *arg, const struct feed_item *item), void *arg, struct diags *diags, struct feed_counts *counts);

/* Under which of its keys rows are found that may hold this identity; false: under none. */
bool feed_key(const struct identity *id, struct buf *out);

/* What a kept row says: a record (or NULL) in the batch's arena, and its rows in the batch; NULL when it is no row of the plan. */
struct batch *feed_map(const struct plan *plan, const struct scope_house *house, struct str data, struct record **record,
		       const struct map_notes *notes);
/* Whether the record, or one of the batch's rows by its references, really holds it; record gets the match. */
bool feed_holds(struct record *record, const struct batch *batch, const struct identity *asked, const char *country);

unsigned feed_find_types(const struct plan *plan);     /* a bit for each enum id_type */

/* Where kept rows come from. Answers from the loop, once, never from inside find. */
struct feed_held { struct str id, data; int64_t loaded; };
typedef void feed_answer_fn(void *arg, const struct feed_held *rows, size_t n, const struct err *err);
struct feed_source {
	void (*find)(void *keeper, const char *feed, struct str key, size_t limit, feed_answer_fn *fn, void *arg);
	void *keeper;
};

#endif
