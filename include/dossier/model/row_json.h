/*
 * Interactions and records as JSON and back, the same to the last byte of
 * valid UTF-8: for copies that are kept (pulls, rows of feeds). Names are the
 * data contract's; times are UTC milliseconds, amounts minor units. What is
 * absent is left out. Pure.
 */
#ifndef DOSSIER_MODEL_ROW_JSON_H
#define DOSSIER_MODEL_ROW_JSON_H

#include <dossier/base/json.h>
#include <dossier/model/interaction.h>
#include <dossier/model/record.h>

/* One object. */
void row_json_interaction(const struct interaction *it, struct buf *out);
void row_json_record(const struct record *record, struct buf *out);
/* Adds to the batch; false when it is no object with an id, a backend and a row. What has a wrong type in it is left out. */
bool row_json_read_interaction(struct json_object *value, struct batch *batch, struct err *err);
/* NULL when it is no object with a backend and an id. */
struct record *row_json_read_record(struct json_object *value, struct arena *arena, struct err *err);

/* A whole pull: {"rows": [...], "records": [...]}. The batch may be NULL or empty, and so may the records. */
void row_json_write(const struct batch *batch, const struct record *const *records, size_t n, struct buf *out);
/* The batch and the heap array of records are added to; records and their texts stand in the batch's arena. */
bool row_json_read(struct str text, struct batch *batch, struct record ***records, size_t *n, struct err *err);

#endif
