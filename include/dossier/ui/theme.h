/*
 * Themes: what elements of the screen look like. A view names an element and
 * never a colour. Files in themes/ give elements colours and attributes, with
 * alternatives for terminals that can show fewer colours.
 */
#ifndef DOSSIER_UI_THEME_H
#define DOSSIER_UI_THEME_H

#include <dossier/base/diag.h>
#include <dossier/base/err.h>
#include <dossier/base/str.h>

enum style_attr { STYLE_BOLD = 1, STYLE_DIM = 2, STYLE_UNDERLINE = 4, STYLE_REVERSE = 8, STYLE_ITALIC = 16 };

/* X(NAME, name, attributes where a theme is silent) */
#define ELEMENTS(X) \
	X(TEXT, "text", 0) \
	X(DIM, "dim", STYLE_DIM) \
	X(STRONG, "strong", STYLE_BOLD) \
	X(WARN, "warn", STYLE_BOLD) \
	X(ERROR, "error", STYLE_REVERSE) \
	X(STATUS, "status", STYLE_REVERSE) \
	X(STATUS_CALL, "status.call", STYLE_REVERSE | STYLE_BOLD) \
	X(STATUS_WARN, "status.warn", STYLE_REVERSE | STYLE_BOLD) \
	X(STATUS_CLOCK, "status.clock", STYLE_REVERSE) \
	X(CUSTOMER, "customer", STYLE_BOLD) \
	X(FACTS, "facts", 0) \
	X(VERIFIED, "verified", STYLE_BOLD) \
	X(UNVERIFIED, "unverified", STYLE_BOLD | STYLE_UNDERLINE) \
	X(LABEL, "label", STYLE_DIM) \
	X(WANTS, "wants", STYLE_BOLD) \
	X(TRIED, "tried", 0) \
	X(PROMISED, "promised", 0) \
	X(LATE, "late", STYLE_BOLD | STYLE_UNDERLINE) \
	X(NEXT, "next", 0) \
	X(ABSENT, "absent", STYLE_DIM) \
	X(RULE, "rule", STYLE_DIM) \
	X(TAB, "tab", 0) \
	X(TAB_CHOSEN, "tab.chosen", STYLE_BOLD) \
	X(TIME, "time", 0) \
	X(TITLE, "title", 0) \
	X(AGENT, "agent", STYLE_DIM) \
	X(SOURCE, "source", STYLE_DIM) \
	X(NEW, "new", STYLE_BOLD) \
	X(SELECTED, "selected", STYLE_REVERSE) \
	X(MATCH, "match", STYLE_UNDERLINE) \
	X(MESSAGE, "message", 0) \
	X(PROMPT, "prompt", STYLE_BOLD) \
	X(FIELD, "field", 0) \
	X(KEYLINE, "keyline", 0) \
	X(KEY, "key", STYLE_BOLD) \
	X(INTERNAL, "internal", STYLE_BOLD) \
	X(OUTWARD, "outward", STYLE_REVERSE | STYLE_BOLD) \
	X(KIND_OTHER, "kind.other", 0) X(KIND_CALL, "kind.call", 0) X(KIND_VISIT, "kind.visit", 0) \
	X(KIND_SOCIAL, "kind.social", 0) X(KIND_CHAT, "kind.chat", 0) X(KIND_EMAIL, "kind.email", 0) \
	X(KIND_MESSAGE, "kind.message", 0) X(KIND_WEB, "kind.web", 0) X(KIND_SELFSERVICE, "kind.selfservice", 0) \
	X(KIND_ORDER, "kind.order", 0) X(KIND_RETURN, "kind.return", 0) X(KIND_DELIVERY, "kind.delivery", 0) \
	X(KIND_PICKUP, "kind.pickup", 0) X(KIND_APPOINTMENT, "kind.appointment", 0) X(KIND_PAYMENT, "kind.payment", 0) \
	X(KIND_TICKET, "kind.ticket", 0) X(KIND_SURVEY, "kind.survey", 0) X(KIND_NOTE, "kind.note", 0) \
	X(KIND_CONTACT, "kind.contact", 0)
enum element {
#define X(name, word, attrs) EL_##name,
	ELEMENTS(X)
#undef X
	EL_COUNT,
	EL_ON_SELECTED = 1 << 8,        /* beside an element: it stands in the chosen row */
};
const char *element_word(enum element element);

#define STYLE_COLORS 3
struct style_color { enum { COLOR_NONE, COLOR_PALETTE, COLOR_RGB } is; int value; };   /* 0..255, or 0xRRGGBB */
struct style {
	struct style_color fg[STYLE_COLORS], bg[STYLE_COLORS];  /* the first that the terminal can show */
	unsigned attrs;
};
struct theme {
	char *name, *about;
	struct style styles[EL_COUNT];
};
/* The one that needs no file: attributes only. */
struct theme *theme_mono(void);
/* NULL when nothing could be read; every mistake in diags with its line. */
struct theme *theme_load(const char *path, struct diags *diags);
struct theme *theme_parse(struct str text, const char *name, struct diags *diags);
void theme_free(struct theme *theme);
/* Colours as this terminal has them: -1 default, else palette number, or 0xRRGGBB where colors is 1 << 24. */
void theme_look(const struct theme *theme, int element, int colors, int *fg, int *bg, unsigned *attrs);
/* Where themes are: below the folder of data (base/home.h). The caller's. */
char *theme_folder(void);
/* Names of all in a folder, sorted; heap, NULL-ended, the caller's (each too). */
char **theme_names(const char *folder);

#endif
