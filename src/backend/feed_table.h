/*
 * The files of feeds as objects: CSV by its heading, or JSON a line.
 */
#ifndef DOSSIER_SRC_BACKEND_FEED_TABLE_H
#define DOSSIER_SRC_BACKEND_FEED_TABLE_H

#include <dossier/backend/plan.h>

struct feed_table {
	struct str bytes;
	const char *file;
	struct diags *diags;
	enum feed_format format;
	uint32_t at;
	int line;                       /* of what comes next, from 1 */
	char delimiter;
	bool windows;                   /* cells are in Windows-1252 */
	bool foreign;                   /* it was told that they are not in UTF-8 */
	char **names;
	size_t n_names;
	bool headed;
	size_t dropped;                 /* rows that could not be read, with a finding */
};
void feed_table_init(struct feed_table *table, const struct plan_feed *feed, struct str bytes, const char *file, struct diags *diags);
void feed_table_release(struct feed_table *table);
/* The next row as an object, yours, and the line it begins at. NULL at the end, and where nothing more can be read (*broken). */
struct json_object *feed_table_next(struct feed_table *table, int *line, bool *broken);

#endif
