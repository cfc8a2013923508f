/*
 * A line being typed, with readline's keys and undo. readline neither reads
 * nor writes: keys come in here, and whoever asked paints the text. There is
 * one at a time.
 */
#ifndef UI_LINE_H
#define UI_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include <dossier/base/str.h>

/* accepted: Enter was typed; called from inside line_key. */
void line_begin(struct str initial, void (*accepted)(void *arg), void *arg);
void line_end(void);
bool line_active(void);
void line_key(uint32_t key);
/* One step for undo, whatever its length. */
void line_insert(struct str text);
/* Bytes, valid until the next call; cursor is a byte in it. */
struct str line_text(size_t *cursor);
void line_point(size_t cursor);
void line_replace(size_t from, size_t to, struct str text);
/* What was typed before at prompts that keep it; never what names a customer. */
void line_remember(struct str text);
void line_forget(void);

#endif
