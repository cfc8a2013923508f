/*
 * The words of a timeline's rows, folded once and laid end to end, so that a
 * word that grows letter by letter is looked for in 100,000 rows while a key
 * is pressed. Pure.
 */
#ifndef DOSSIER_MODEL_SIFT_H
#define DOSSIER_MODEL_SIFT_H

#include <dossier/model/timeline.h>

#define SIFT_MOST ((size_t)256 << 20)   /* bytes of words */

struct sift;
struct sift *sift_new(void);
void sift_free(struct sift *sift);
/* The next row, numbered from 0. False, and nothing is added, when the words would be more than SIFT_MOST. */
bool sift_add(struct sift *sift, const struct timeline_row *row);
size_t sift_count(const struct sift *sift);
/*
 * The first of the rows from "from" up to "to" in which the word stands, or
 * "to". Says of a row what timeline_keeps says by its grep; folded by
 * text_fold, not empty. A word that begins with the one before it is looked
 * for only where that one stood, and after it.
 */
size_t sift_next(struct sift *sift, size_t from, size_t to, struct str word);
/* All such rows, in order: how many; there is room for to - from of them. */
size_t sift_take(struct sift *sift, size_t from, size_t to, struct str word, size_t *rows);
bool sift_has(const struct sift *sift, size_t row, struct str word);

#endif
