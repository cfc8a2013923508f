#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include <curses.h>

#include <dossier/base/base64.h>
#include <dossier/base/mem.h>
#include <dossier/ui/term.h>

#include "term_guard.h"

#define PASTE_ON "\033[?2004h"
#define CANCEL "\030"           /* ends a sequence that was cut */
#define COPY_MOST (64 * 1024)
#define PATIENCE_MS 1000        /* a line may be slow, but not so slow that it takes nothing at all */
#define PIECE 256               /* what a terminal that has room may be given at once where writing waits */

struct term {
	struct loop *loop;
	struct term_sink sink;
	struct keys_in in;
	struct watch *watch;
	struct timer *settle;
	SCREEN *curses;
	FILE *out, *null;               /* out: memory that curses writes to, see term_send */
	int tty;                        /* -1: headless */
	bool own;                       /* tty was opened by us: that it never waits is nobody else's matter */
	bool stuck;                     /* it takes nothing: what is painted is lost, and painted anew when it does */
	struct watch *room;
	struct termios before;
	bool headless, unicode, can_paste, lent;
	int colors;
};

/* False when it takes nothing: stopped by Ctrl-S, or at the end of a dead line. A signal ends the wait, for it may be to end the program. */
static bool has_room(const struct term *term, int patience)
{
	struct pollfd room = { .fd = term->tty, .events = POLLOUT };

	return poll(&room, 1, patience) > 0;
}

static bool write_all(const struct term *term, const char *bytes, size_t n, int patience)
{
	while (n > 0) {
		ssize_t done;

		if (!has_room(term, patience)) {
			errno = EAGAIN;
			return false;
		}
		done = write(term->tty, bytes, term->own || n < PIECE ? n : PIECE);
		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return false;
		bytes += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return true;
}

static void on_room(void *arg, int fd, unsigned events);

/* The loop goes on, with keys and signals; a frame that was cut ends in nothing. */
static void get_stuck(struct term *term)
{
	if (term->stuck)
		return;
	term->stuck = true;
	term->room = loop_watch(term->loop, term->tty, LOOP_WRITE, on_room, term);
}

/*
 * curses writes after every movement of its cursor; a terminal, and a line
 * that is far away, should get a frame in one piece.
 */
static void send_frame(struct term *term, int patience)
{
	off_t n, at = 0;
	char bytes[8192];

	fflush(term->out);
	n = lseek(fileno(term->out), 0, SEEK_CUR);
	while (term->tty >= 0 && at < n) {
		ssize_t got = pread(fileno(term->out), bytes, n - at < (off_t)sizeof(bytes) ? (size_t)(n - at) : sizeof(bytes), at);

		if (got <= 0)
			break;
		if (!write_all(term, bytes, (size_t)got, patience)) {
			if (errno == EAGAIN)
				get_stuck(term);
			break;
		}
		at += got;
	}
	lseek(fileno(term->out), 0, SEEK_SET);
}

void term_send(struct term *term)
{
	if (!term->stuck) {
		send_frame(term, PATIENCE_MS);
		return;
	}
	fflush(term->out);
	lseek(fileno(term->out), 0, SEEK_SET);
}

/* What was written comes before, unless that stands still. */
static void set_modes(const struct term *term, const struct termios *modes)
{
	while (term->tty >= 0 && tcsetattr(term->tty, !term->stuck && has_room(term, 0) ? TCSADRAIN : TCSANOW, modes) < 0 && errno == EINTR)
		continue;
}

/* Bytes as they come and go: Ctrl-S and Ctrl-C are keys like others. */
static void set_raw(const struct term *term)
{
	struct termios raw = term->before;

	raw.c_iflag &= (tcflag_t)~(BRKINT | PARMRK | INPCK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	raw.c_oflag &= (tcflag_t)~OPOST;
	raw.c_lflag &= (tcflag_t)~(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	set_modes(term, &raw);
}

static void settle(void *arg)
{
	struct term *term = arg;

	term->settle = NULL;
	keys_in_settle(&term->in);
}

bool term_scanner(struct term *term, struct str prefix, struct str suffix)
{
	return keys_in_scanner(&term->in, prefix, suffix);
}

static void take(struct term *term, const void *bytes, size_t n)
{
	int wait;

	loop_timer_cancel(term->loop, term->settle);
	term->settle = NULL;
	keys_in_feed(&term->in, bytes, n);
	wait = keys_in_waits(&term->in);
	if (wait)
		term->settle = loop_timer(term->loop, wait, settle, term);
}

static void on_bytes(void *arg, int fd, unsigned events)
{
	struct term *term = arg;
	char bytes[4096];
	ssize_t n;

	(void)events;
	if (term->lent)
		return;
	n = read(fd, bytes, sizeof(bytes));
	if (n > 0) {
		take(term, bytes, (size_t)n);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		loop_watch_end(term->loop, term->watch);
		term->watch = NULL;
		term->sink.hangup(term->sink.arg);
	}
}

static int within(int value, int least, int most)
{
	return value < least ? least : value > most ? most : value;
}

/* Even a window of one cell is only too small, never an error. */
static void read_size(struct term *term)
{
	struct winsize size;

	if (ioctl(term->tty, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(within(size.ws_row, 1, TERM_ROWS_MOST), within(size.ws_col, 2, TERM_COLS_MOST));
}

static void on_winch(void *arg, int signo)
{
	struct term *term = arg;

	(void)signo;
	if (term->lent)
		return;
	read_size(term);
	term->sink.resized(term->sink.arg);
}

static void on_end(void *arg, int signo)
{
	struct term *term = arg;

	/* Ctrl-C in a program that has the terminal is that program's */
	if (signo != SIGINT || !term->lent)
		term->sink.hangup(term->sink.arg);
}

static void on_stop(void *arg, int signo)
{
	struct term *term = arg;

	(void)signo;
	/* an editor stops its whole job, whose shell waits for us to have stopped */
	if (term->lent)
		raise(SIGSTOP);
	else
		term_suspend(term);
}

static bool watch_signals(struct term *term, bool stays, struct err *err)
{
	if (stays)
		signal(SIGTSTP, SIG_IGN);
	return loop_signal(term->loop, SIGWINCH, on_winch, term, err) && loop_signal(term->loop, SIGHUP, on_end, term, err) &&
	       loop_signal(term->loop, SIGTERM, on_end, term, err) && loop_signal(term->loop, SIGINT, on_end, term, err) &&
	       (stays || loop_signal(term->loop, SIGTSTP, on_stop, term, err));
}

/* Nothing is sent yet: it goes with the frame that follows, which then stands there at once. */
static void begin_output(struct term *term)
{
	set_raw(term);
	typeahead(-1);
	curs_set(0);
	if (term->can_paste)
		fputs(PASTE_ON, term->out);
}

static void free_room(struct term *term)
{
	if (term->room)
		loop_watch_end(term->loop, term->room);
	term->room = NULL;
	term->stuck = false;
}

/* All anew: nobody knows how much of what was cut has come. */
static void on_room(void *arg, int fd, unsigned events)
{
	struct term *term = arg;

	(void)fd;
	(void)events;
	free_room(term);
	fputs(CANCEL, term->out);
	endwin();
	begin_output(term);
	read_size(term);
	clearok(curscr, TRUE);
	term->sink.resized(term->sink.arg);
}

/* The size is neither told by the environment, which the store's threads read, nor asked of what curses writes to: it is no terminal. */
static SCREEN *new_screen(const struct term *term, const char *type, int rows, int cols)
{
	SCREEN *screen;

	use_env(FALSE);
	screen = newterm(type, term->out, term->null);
	if (screen && term->headless)
		resize_term(rows, cols);
	return screen;
}

/*
 * Opened once more, so that writing to it need never wait: the modes of
 * standard output are those of whoever shares it. One that may not be opened,
 * as after su, is taken as it is.
 */
static void open_tty(struct term *term)
{
	term->tty = open("/proc/self/fd/1", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	term->own = term->tty >= 0;
	if (!term->own)
		term->tty = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

static bool open_files(struct term *term, struct err *err)
{
	int fd;

	term->null = fopen("/dev/null", "re");
	if (!term->null)
		return err_set(err, ERR_IO, "/dev/null: %s", strerror(errno));
	if (!term->headless && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)))
		return err_set(err, ERR_USAGE, "standard input and output are no terminal; \"dossier --help\" lists the commands");
	fd = memfd_create("dossier-screen", MFD_CLOEXEC);
	term->out = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!term->headless)
		open_tty(term);
	if (!term->out || (!term->headless && (term->tty < 0 || tcgetattr(term->tty, &term->before) < 0)))
		return err_set(err, ERR_IO, "the terminal: %s", strerror(errno));
	return true;
}

static int count_colors(bool wanted)
{
	if (!wanted || !has_colors() || start_color() == ERR)
		return 0;
	use_default_colors();
	if (tigetflag("RGB") > 0 || COLORS >= 1 << 24)
		return 1 << 24;
	return COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : 8;
}

static bool open_curses(struct term *term, const struct term_options *options, struct err *err)
{
	const char *type = options->type ? options->type : term->headless ? "xterm-256color" : getenv("TERM");

	if (!type || !*type)
		return err_set(err, ERR_SHAPE, "TERM is not set: which terminal is this?");
	term->curses = new_screen(term, type, options->rows, options->cols);
	if (!term->curses)
		return err_set(err, ERR_SHAPE, "TERM=%s is not known here; try TERM=xterm", type);
	set_term(term->curses);
	if (!tigetstr("cup") || tigetstr("cup") == (char *)-1)
		return err_set(err, ERR_SHAPE, "TERM=%s cannot move its cursor: use the commands (\"dossier --help\")", type);
	/* What has a second screen to switch to is young enough to take a private mode that it may not know. */
	term->can_paste = !term->headless && tigetstr("smcup") && tigetstr("smcup") != (char *)-1;
	term->colors = count_colors(options->color);
	return true;
}

struct term *term_open(const struct term_options *options, const struct term_sink *sink, struct err *err)
{
	struct term *term = mem_zalloc(sizeof(*term));

	term->tty = -1;
	term->loop = options->loop;
	term->sink = *sink;
	term->headless = options->rows > 0;
	term->unicode = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	keys_in_init(&term->in, &sink->keys);
	if (!open_files(term, err) || !open_curses(term, options, err))
		goto fail;
	if (!term->headless) {
		term_guard_begin(term->tty, &term->before, term->can_paste);
		if (!watch_signals(term, options->stays, err))
			goto fail;
		term->watch = loop_watch(term->loop, STDIN_FILENO, LOOP_READ, on_bytes, term);
		read_size(term);
	}
	begin_output(term);
	return term;
fail:
	term_close(term);
	return NULL;
}

/* One that is stuck is tried once more, and not waited for. */
static void leave_screen(struct term *term)
{
	bool stuck = term->stuck;

	if (stuck)
		fputs(CANCEL, term->out);
	if (term->can_paste)
		fputs(TERM_PASTE_OFF, term->out);
	endwin();
	send_frame(term, stuck ? 0 : PATIENCE_MS);
	set_modes(term, &term->before);
	free_room(term);
}

void term_close(struct term *term)
{
	if (!term)
		return;
	loop_timer_cancel(term->loop, term->settle);
	if (term->watch)
		loop_watch_end(term->loop, term->watch);
	if (term->curses) {
		leave_screen(term);
		term_guard_end();
		delscreen(term->curses);
	}
	if (term->out)
		fclose(term->out);
	if (term->null)
		fclose(term->null);
	if (term->tty >= 0)
		close(term->tty);
	keys_in_release(&term->in);
	free(term);
}

int term_rows(const struct term *term)
{
	(void)term;
	return LINES;
}

int term_cols(const struct term *term)
{
	(void)term;
	return COLS;
}

int term_colors(const struct term *term)
{
	return term->colors;
}

bool term_headless(const struct term *term)
{
	return term->headless;
}

bool term_unicode(const struct term *term)
{
	return term->unicode;
}

void term_feed(struct term *term, struct str bytes)
{
	take(term, bytes.p, bytes.n);
}

void term_resize(struct term *term, int rows, int cols)
{
	resizeterm(within(rows, 1, TERM_ROWS_MOST), within(cols, 2, TERM_COLS_MOST));
	term->sink.resized(term->sink.arg);
}

void term_lend(struct term *term)
{
	leave_screen(term);
	term->lent = true;
	if (term->watch)
		loop_watch_events(term->watch, 0);
}

void term_take_back(struct term *term)
{
	term->lent = false;
	if (term->watch)
		loop_watch_events(term->watch, LOOP_READ);
	begin_output(term);
	if (!term->headless)
		read_size(term);
	clearok(curscr, TRUE);
	term->sink.resized(term->sink.arg);
}

void term_suspend(struct term *term)
{
	struct sigaction act = { .sa_handler = SIG_DFL }, before;

	if (term->headless || term->lent)
		return;
	term_lend(term);
	sigemptyset(&act.sa_mask);
	sigaction(SIGTSTP, &act, &before);
	/* The whole job stops, for its shell would else wait for a script that waits for us. */
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &before, NULL);
	term_take_back(term);
}

bool term_copy(struct term *term, struct str text)
{
	struct buf out;

	if (term->headless || !term->can_paste || text.n > COPY_MOST)
		return false;
	buf_init(&out, 2 * COPY_MOST);
	buf_adds(&out, "\033]52;c;");
	base64_put(&out, text, 0);
	buf_adds(&out, "\a");
	fwrite(out.data, 1, out.len, term->out);
	term_send(term);
	buf_release(&out);
	return !term->stuck;
}
