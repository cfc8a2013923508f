/*
 * Text for people: what may reach a terminal, how wide it is, and how words
 * are compared. Text from outside is kept as received and made safe here, in
 * one place, on the way out.
 */
#ifndef DOSSIER_BASE_TEXT_H
#define DOSSIER_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dossier/base/buf.h>
#include <dossier/base/str.h>

/*
 * Appends text made harmless for a terminal: U+FFFD for controls, C1, NUL,
 * broken UTF-8 and what has no width; bidirectional controls, zero-width
 * characters, variation selectors, tags and keycaps dropped; after a
 * zero-width joiner the joined emoji dropped; skin tones dropped; at most
 * three marks a base. Tabs become spaces. New lines stay only with
 * TEXT_LINES (CR LF counts as one), else they become a space.
 */
enum text_flags { TEXT_LINES = 1 };
void text_safe(struct buf *out, struct str text, unsigned flags);

/* The next character: its code point, and how many bytes it took (at least 1). U+FFFD with *ok false for a broken one. */
uint32_t text_next(struct str text, size_t at, size_t *len, bool *ok);
void text_put(struct buf *out, uint32_t code_point);         /* as UTF-8 */
bool text_is_utf8(struct str text);
/* Windows-1252 (the WHATWG Encoding Standard's index, which Latin-1 is a part of) as UTF-8. */
void text_from_windows(struct str text, struct buf *out);

/* Columns a safe text takes (wcwidth of the locale; call setlocale once at start). */
size_t text_width(struct str safe);
/* Bytes of the longest start of a safe text that takes at most "columns"; *width is what it takes. */
size_t text_fit(struct str safe, size_t columns, size_t *width);
/* Appends a safe text cut to "columns" with an ellipsis, padded with spaces to exactly that when pad. */
void text_cell(struct buf *out, struct str safe, size_t columns, bool pad);

/* NFC; the key under which words compare: NFC, case folded (full), NFC again; and without marks and punctuation. */
void text_nfc(struct buf *out, struct str text);
void text_fold(struct buf *out, struct str text);
void text_fold_plain(struct buf *out, struct str text);      /* marks off, punctuation to spaces, spaces single */

/* True when needle stands in text, both folded by text_fold. */
bool text_contains_fold(struct str text, struct str needle_folded);

/* One JSON string with its quotes: " \ C0, DEL, C1, U+2028/9 and bidirectional controls as \uXXXX, broken UTF-8 as U+FFFD. */
void text_json(struct buf *out, struct str text);
size_t text_json_plain(const char *p, size_t n);            /* how many bytes at the start stand for themselves in JSON, whatever comes after them */
/* One CSV cell (RFC 4180) or TSV cell from safe text; one that starts with = + - @ tab or CR gets a leading apostrophe inside quotes. */
void text_csv(struct buf *out, struct str text);
void text_tsv(struct buf *out, struct str text);

/* HTML to plain text: tags off, block ends as new lines, entities decoded, script and style dropped, links keep their address in <>. */
void text_from_html(struct buf *out, struct str html);

#endif
