/*
 * Results on standard output in the formats of dossier(1): a row of fields at
 * a time, through the visitor of desk/present.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>

#include <dossier/base/buf.h>
#include <dossier/desk/present.h>

enum out_format { OUT_TEXT, OUT_JSON, OUT_NDJSON, OUT_CSV, OUT_TSV };
bool out_format_parse(const char *word, enum out_format *format);

struct out;
/* fd is borrowed; -1 keeps what is written until it is forgotten. Widths and colour are for text. */
struct out *out_new(int fd, enum out_format format, const char *color);
void out_free(struct out *out);
bool out_flush(struct out *out);                /* false when the reader is gone or the disk is full */
int out_error(const struct out *out);           /* errno of the write that failed; 0 for none, or a reader that went away */
struct str out_kept(const struct out *out);      /* with fd -1; valid until the next change */
void out_forget(struct out *out);
enum out_format out_format(const struct out *out);
size_t out_columns(const struct out *out);      /* of the terminal, or 100 */
size_t out_width(const struct out *out);        /* of the terminal; 0 when it is none, and nothing is cut */

/* Text: a safe line; what goes in must have gone through text_safe. */
void out_text(struct out *out, const char *safe);
void out_str(struct out *out, struct str safe);
void out_printf(struct out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The terminal's attribute around what follows; nothing without colour. */
enum out_style { OUT_PLAIN, OUT_BOLD, OUT_DIM, OUT_WARN };
void out_style(struct out *out, enum out_style style);

/* JSON: the visitor writes into the open document. NDJSON: one top-level map a line, with "v": 1 put in by out_open. */
const struct fields *out_fields(struct out *out);
void out_open(struct out *out);                 /* a top-level map starts */
void out_close(struct out *out);                /* it ends, with a new line */

/*
 * CSV and TSV: columns are paths into the map, "place.name"; a list's scalars
 * are joined with "; ". out_table starts it and writes the heading; each
 * out_open ... out_close is a row.
 */
void out_table(struct out *out, const char *const *columns);
/* Columns before those, said before out_table; filled by place after each out_open. Names are borrowed. */
#define OUT_COLUMNS_MOST 256
void out_table_lead(struct out *out, const char *const *names, size_t n);
void out_lead(struct out *out, size_t i, struct str value);

#endif
