/*
 * Who sits here: the screen that asks. Locked, it stays until the agent, or
 * another, says who they are; asked by a key, Esc leaves it. Nothing of any
 * customer is on it, and everything behind it goes on.
 */
#ifndef UI_LOCK_H
#define UI_LOCK_H

#include "ui_private.h"

struct lock;
struct lock *lock_new(struct ui *ui);
void lock_free(struct lock *lock);
/* The screen is this one now. */
bool lock_on(const struct lock *lock);
/* It locks by itself, and lets nobody in by Enter alone: nothing that it cannot cover may stand on the terminal. */
bool lock_guards(const struct lock *lock);
/* A key came: true when it was for the lock. Else the time until it locks begins anew. */
bool lock_key(struct lock *lock, uint32_t key);
bool lock_paste(struct lock *lock, struct str text);
void lock_paint(struct lock *lock, struct screen *screen);
/* At once; asks: by a key, so that Esc leaves it. */
void lock_begin(struct lock *lock, bool asks);
/* A scanned badge outside of any field: true when somebody took over, or is told why not. */
bool lock_badge(struct lock *lock, struct str text);

#endif
