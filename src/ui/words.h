/*
 * Short forms of what stands in rows and details, for narrow columns.
 */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include <dossier/base/money.h>
#include <dossier/model/interaction.h>

#include "ui_private.h"

const char *words_kind(enum kind kind);                 /* at most 6 columns */
int words_kind_element(enum kind kind);
const char *words_sign(const char *currency);           /* "£"; empty: it has none here */
void words_money(struct money money, struct buf *out);  /* "£329.00", "329.00 SEK" */
void words_when(const struct ui *ui, int64_t at, struct buf *out);      /* "20 Nov 12:38", "20 Nov 2025" */
void words_span(int64_t ms, struct buf *out);           /* "14 min", "35 s" */
void words_source(struct str backend, struct buf *out); /* "notes" for our own */
void words_line(const struct line *line, struct buf *out);       /* "2 × Hiking Boot (SK-43)  €199.80" */
/* The title, or what stands for one. */
void words_title(const struct interaction *it, struct buf *out);

#endif
