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
 * Wrong tries are counted for each agent in the runtime folder, or where there
 * is none in the state folder, for all programs of this user: after the second
 * each doubles the wait, up to a minute. Where nothing can be counted nothing
 * may be tried. folder: NULL: the runtime folder.
 */
#define SWITCH_NEVER INT64_MAX
int64_t switch_wait(const char *folder, const struct clock *clock, const char *agent);  /* ms until the next try may be made */
void switch_say_wait(int64_t wait, struct err *err);    /* why it may not be made yet */
unsigned switch_wrong(const char *folder, const struct clock *clock, const char *agent); /* how many there were, this one with them */
void switch_right(const char *folder, const char *agent);

/*
 * Author, team, roles, masks, what is kept and how backends know the agent are
 * the other's from now on. No look-up and no customer of the desk may be open.
 */
void desk_switch(struct desk *desk, const struct house_agent *agent);

#endif
