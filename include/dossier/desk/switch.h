/*
 * Another agent takes over a session: by a badge, or by a name and a PIN. The
 * house has a salted hash of each PIN; who can read its file can still try all
 * short ones, so a PIN keeps colleagues apart, and no more.
 */
#ifndef DOSSIER_DESK_SWITCH_H
#define DOSSIER_DESK_SWITCH_H

#include <dossier/desk/desk.h>

#define SWITCH_PIN_MOST 64
#define SWITCH_HASH 160         /* bytes of a hash as text, with its NUL */

/* "pbkdf2-sha256$ROUNDS$SALT$HASH", in hexadecimal digits. */
void switch_hash(const struct clock *clock, struct str pin, char out[SWITCH_HASH]);
bool switch_is_hash(struct str text);
bool switch_pin_right(struct str hash, struct str pin);
/* Whose badge this is, to the byte; NULL: nobody's. */
const struct house_agent *switch_badge(const struct house *house, struct str scanned);
/* By the short name, of those who have a badge or a PIN; NULL: none. */
const struct house_agent *switch_agent(const struct house *house, struct str id);
/* False with ERR_REFUSED where the house forbids it there. */
bool switch_allowed(const struct house *house, bool shell, struct err *err);

/*
 * Tries are counted for each agent in the runtime folder, or where there is
 * none in the state folder, for all programs of this user: after the second
 * wrong one each doubles the wait, up to a minute. A try counts as wrong before
 * its answer is given, so that several at once are no more than one after the
 * other. Where nothing can be counted nothing may be tried. Never waits for
 * longer than a key may. folder: NULL: the runtime folder.
 */
#define SWITCH_NEVER INT64_MAX
#define SWITCH_BUSY (INT64_MAX - 1)     /* another program holds the count: try again */
int64_t switch_wait(const char *folder, const struct clock *clock, const char *agent);  /* ms until the next try may be made */
/* Counts this one when it may be made, which 0 says, and how many in a row it makes. */
int64_t switch_try(const char *folder, const struct clock *clock, const char *agent, unsigned *count);
int64_t switch_next(unsigned count);                            /* ms from the last of so many to the next */
void switch_say_wait(int64_t wait, struct err *err);            /* why it may not be made yet */
void switch_right(const char *folder, const char *agent);       /* it was right: none is wrong any more */
void switch_no_try(const char *folder, const char *agent);      /* it was none: those before it stay */

/*
 * Author, team, roles, masks, what is kept and how backends know the agent are
 * the other's from now on. No look-up and no customer of the desk may be open.
 */
void desk_switch(struct desk *desk, const struct house_agent *agent);

#endif
