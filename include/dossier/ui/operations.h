/*
 * Operations of the workstation and the keys that run them: one table each,
 * which feed the keys, ":" commands with their completion, the palette, the
 * help view and the check of remapped keys.
 */
#ifndef DOSSIER_UI_OPERATIONS_H
#define DOSSIER_UI_OPERATIONS_H

#include <dossier/base/diag.h>
#include <dossier/ui/key.h>

/* Views by name, so that an operation can say which one it leads to. */
#define VIEWS(X) \
	X(NONE, "") X(DESK, "desk") X(FIND, "find") X(CUSTOMER, "customer") X(DETAIL, "detail") X(CASE, "case") \
	X(ORDERS, "orders") X(STOCK, "stock") X(KNOWLEDGE, "knowledge") X(DRAFTS, "drafts") X(BACKENDS, "backends") \
	X(TEAM, "team") X(REVIEW, "review") X(DAY, "day") X(NOTICES, "notices") X(HELP, "help") X(PALETTE, "palette") \
	X(COMPOSE, "compose") X(COMPARE, "compare") X(PARKED, "parked") X(ACT, "act") X(RAW, "raw")
enum view_id {
#define X(name, word) VIEW_##name,
	VIEWS(X)
#undef X
	VIEW_COUNT
};
const char *view_id_word(enum view_id view);

enum ui_op_flag {
	UI_ARG = 1,             /* ":" passes the words after it; without them it asks */
	UI_HIDDEN = 2,          /* a movement: not in the palette */
	UI_ASKS = 8,            /* leads to a prompt: where it does not, what was typed ahead for it is held */
	UI_FREE = 4,            /* not where the program is restricted (--restricted): opens files, programs, the clipboard */
};
/* X(NAME, id, name on the key line, help, flags, view it leads to) */
#define OPERATIONS(X) \
	X(FIND, "find", "find", "find anybody or anything", UI_ARG | UI_ASKS, CUSTOMER) \
	X(FIND_AGAIN, "find-again", "find again", "run the last search again", 0, CUSTOMER) \
	X(FILTER, "filter", "filter", "filter the rows as I type", UI_ARG | UI_ASKS, NONE) \
	X(NEXT_MATCH, "next-match", "next match", "go to the next match", 0, NONE) \
	X(OPEN, "open", "open", "open what is chosen", UI_HIDDEN, NONE) \
	X(BACK, "back", "back", "back to where I came from", 0, NONE) \
	X(DOWN, "down", "down", "one row down", UI_HIDDEN, NONE) \
	X(UP, "up", "up", "one row up", UI_HIDDEN, NONE) \
	X(PAGE_DOWN, "page-down", "page down", "one page down", UI_HIDDEN, NONE) \
	X(PAGE_UP, "page-up", "page up", "one page up", UI_HIDDEN, NONE) \
	X(TOP, "top", "top", "to the first row", UI_HIDDEN, NONE) \
	X(BOTTOM, "bottom", "bottom", "to the last row", UI_HIDDEN, NONE) \
	X(NEXT_TAB, "next-tab", "tab", "next tab", 0, NONE) \
	X(PREVIOUS_TAB, "previous-tab", "tab back", "previous tab", 0, NONE) \
	X(PREVIOUS_CASE, "previous-case", "previous case", "show the previous case", 0, NONE) \
	X(NEXT_CASE, "next-case", "next case", "show the next case", 0, NONE) \
	X(COMPARE, "compare", "compare", "compare who else it may be, and link", 0, NONE) \
	X(NOTE, "note", "note", "write a note for staff", UI_ASKS, NONE) \
	X(WRAPUP, "wrapup", "wrap up", "wrap up the contact: what was done, how it ended", UI_ASKS, NONE) \
	X(CASE, "case", "case", "open a case, or change the one shown", UI_ARG | UI_ASKS, NONE) \
	X(HANDOFF, "handoff", "hand off", "hand the case to a team or an agent", UI_ASKS, NONE) \
	X(ACCEPT, "accept", "accept", "accept the hand-off that is offered", UI_ASKS, NONE) \
	X(PROMISE, "promise", "promise", "promise something by a time", UI_ASKS, NONE) \
	X(VERIFY, "verify", "verify", "verify who this is; v v carries on the last verification", UI_ASKS, NONE) \
	X(ASK, "ask", "ask", "ask a colleague or supervisor", UI_ASKS, NONE) \
	X(NEXT, "next", "next", "say what is to be done next", UI_ASKS, NONE) \
	X(IDENTITIES, "identities", "identities", "link an identity to this customer, compared first", UI_ARG | UI_ASKS, NONE) \
	X(ACT, "act", "act", "act in a backend: refund, answer, cancel, what it offers", 0, ACT) \
	X(ATTACH, "attach", "into case", "put the row into the case shown", 0, NONE) \
	X(DISCREPANCY, "discrepancy", "discrepancy", "report stock, a display or a text that is wrong", UI_ASKS, NONE) \
	X(REVEAL, "reveal", "reveal", "open a masked field, with a reason that is kept", UI_ASKS, NONE) \
	X(CONTACT, "contact", "contact", "begin a contact with this customer", UI_ASKS, NONE) \
	X(HANGUP, "hangup", "hang up", "end the contact; the wrap-up may follow", 0, NONE) \
	X(STOCK, "stock", "stock", "how many of an item lie where", UI_ARG, STOCK) \
	X(KNOWLEDGE, "kb", "knowledge", "search the knowledge base", UI_ARG, KNOWLEDGE) \
	X(ORDERS, "orders", "orders", "what this customer bought, and how far it is", 0, NONE) \
	X(REFRESH, "refresh", "refresh", "ask the backends anew", 0, NONE) \
	X(COPY, "copy", "copy", "copy the row's reference", UI_FREE, NONE) \
	X(BROWSER, "browser", "browser", "open the row's address in the browser", UI_FREE, NONE) \
	X(RAW, "raw", "raw", "the row as its backend sent it", 0, RAW) \
	X(UNDO, "undo", "undo", "undo what was done last", 0, NONE) \
	X(URGENT, "urgent", "most urgent", "the most urgent thing that waits for me, and why", 0, CUSTOMER) \
	X(DISCARD, "discard", "throw away", "throw away what is chosen; u brings it back", 0, NONE) \
	X(PARK, "park", "park", "put this customer aside", 0, DESK) \
	X(PARKED, "parked", "parked", "recall a parked customer", 0, PARKED) \
	X(ANNOUNCED, "announced", "announced", "open what the first line announces", 0, NONE) \
	X(DESK, "desk", "desk", "my desk", 0, DESK) \
	X(NOTICES, "notices", "notices", "what sites and teams were told", 0, NOTICES) \
	X(SWITCH, "switch", "switch", "another agent takes over, by a badge or a name and PIN", 0, NONE) \
	X(LOCK, "lock", "lock", "lock the screen; everything behind it goes on", 0, NONE) \
	X(SIGNON, "signon", "sign on", "sign on to a channel: opening begins a contact; or off", UI_ARG, NONE) \
	X(DRAFTS, "drafts", "drafts", "texts that were not finished", 0, DRAFTS) \
	X(BACKENDS, "backends", "backends", "how every backend is", 0, BACKENDS) \
	X(THEME, "theme", "theme", "choose a theme, each shown at once", UI_ARG, NONE) \
	X(COMMAND, "command", "all", "a command by its name", UI_HIDDEN, NONE) \
	X(PALETTE, "palette", "palette", "all commands, found by any of their words", 0, PALETTE) \
	X(HELP, "help", "keys", "the keys of this view", 0, HELP) \
	X(REDRAW, "redraw", "redraw", "paint the screen anew", 0, NONE) \
	X(SUSPEND, "suspend", "suspend", "stop the program until the shell continues it", UI_FREE, NONE) \
	X(QUIT, "quit", "quit", "end the program; what was typed is kept", 0, NONE)
enum ui_op {
	UI_NONE,
#define X(name, id, label, help, flags, leads) UI_##name,
	OPERATIONS(X)
#undef X
	UI_COUNT
};
struct ui_op_row { const char *id, *label, *help; unsigned flags; enum view_id leads; };
const struct ui_op_row *ui_op_row(enum ui_op op);
/*
 * What an operation is called in a view where it means something else than
 * elsewhere: X(VIEW, NAME, name on the key line, help).
 */
#define VIEW_WORDS(X) \
	X(DESK, OPEN, "open", "open whom the chosen row is about") \
	X(DESK, BACK, "caller", "back to the caller who is on the line") \
	X(DESK, ACCEPT, "accept", "accept a hand-off: the chosen one, or the only one") \
	X(DESK, URGENT, "urgent", "open what presses most, and say why") \
	X(DESK, WRAPUP, "wrap up", "wrap up my contact: chosen, waiting for it, or live") \
	X(DESK, PROMISE, "keep", "my promise is kept: the chosen one, or the one due") \
	X(DESK, ASK, "answer", "answer a question to me: the chosen one, or the only one") \
	X(FIND, OPEN, "open", "open the chosen customer") \
	X(FIND, REFRESH, "search again", "search again, in every backend") \
	X(FIND, COMPARE, "compare", "beside the others, to link; chooses nobody") \
	X(COMPARE, OPEN, "link", "they are one person: link them; u takes it back") \
	X(COMPARE, NEXT_TAB, "next", "beside the next who may be the same") \
	X(COMPARE, PREVIOUS_TAB, "previous", "beside the one before who may be the same") \
	X(COMPARE, COMPARE, "candidates", "back to all candidates") \
	X(COMPARE, IDENTITIES, "this alone", "link what was typed alone, whoever else has it") \
	X(ACT, OPEN, "begin", "begin what is chosen, as its number does") \
	X(DRAFTS, OPEN, "go on", "go on with the draft where it was left") \
	X(PARKED, OPEN, "recall", "recall who is chosen, as the number does") \
	X(STOCK, OPEN, "details", "all that is told of it; of another article, its stock") \
	X(STOCK, COPY, "copy", "copy the article's number") \
	X(STOCK, DISCREPANCY, "discrepancy", "report the chosen row: what both sides say goes with it") \
	X(KNOWLEDGE, OPEN, "read", "read the chosen article") \
	X(KNOWLEDGE, COPY, "copy", "copy the article's address") \
	X(NOTICES, OPEN, "read", "read the chosen notice whole") \
	X(NOTICES, COPY, "copy", "copy what the notice says") \
	X(RAW, COPY, "copy", "copy the chosen line") \
	X(HELP, OPEN, "run", "run what is chosen") \
	X(PALETTE, OPEN, "run", "run what is chosen")
/* The words of an operation in a view; its row's where it means nothing else there. */
const char *ui_op_label(enum view_id view, enum ui_op op);
const char *ui_op_help(enum view_id view, enum ui_op op);
struct ui_words { enum view_id view; enum ui_op op; const char *label, *help; };
extern const struct ui_words ui_words[];        /* VIEW_WORDS, ended by UI_NONE */

/* UI_NONE when there is none, or the start of a name fits several. */
enum ui_op ui_op_find(struct str id);

/*
 * Which key runs what, where. view VIEW_NONE: in every view that does not bind
 * it itself. The first key of an operation is the one that is shown.
 */
struct key_row { const char *key; enum view_id view; enum ui_op op; };
extern const struct key_row key_rows[];         /* ended by a NULL key */

struct keymap;
struct keymap *keymap_new(void);                /* as key_rows says */
void keymap_free(struct keymap *map);
enum ui_op keymap_op(const struct keymap *map, enum view_id view, uint32_t key);
/* The key to show for an operation in a view; false when none is bound. */
bool keymap_key(const struct keymap *map, enum view_id view, enum ui_op op, uint32_t *key);
/*
 * Binds a key in every view, or with "customer.n" in one. What cannot be is
 * reported with the place: an unknown key or operation, a digit or + (they
 * open find), Esc and Enter.
 */
bool keymap_bind(struct keymap *map, struct str key, struct str id, const char *file, int line, struct diags *diags);

#endif
