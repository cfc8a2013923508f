/*
 * Addresses out of replies, opened in the browser that the agent, the house
 * or the session names. Never through a shell, only http and https, and never
 * with --restricted. Where no browser can be, the address is shown.
 */
#ifndef UI_BROWSE_H
#define UI_BROWSE_H

#include "ui_private.h"

/* What comes of it is said on the message line. An empty url says that there is none. */
void browse_open(struct ui *ui, struct str url);
/* Part of the end of ui: what was opened goes on by itself. */
void browse_release(struct ui *ui);

#endif
