/* What puts a terminal back when the program ends by a fault of its own. */
#ifndef DOSSIER_UI_TERM_GUARD_H
#define DOSSIER_UI_TERM_GUARD_H

#include <stdbool.h>
#include <termios.h>

#define TERM_PASTE_OFF "\033[?2004l"

/* From here on tty is restored to before, and to terminfo's words for a plain screen, by a fault and at exit. One terminal a process. */
void term_guard_begin(int tty, const struct termios *before, bool can_paste);
/* It was put back in the ordinary way; twice is harmless. */
void term_guard_end(void);

#endif
