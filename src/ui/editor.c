/*
 * A box's text in the agent's own editor. The terminal is the editor's until
 * it ends; the loop goes on unpainted. Whatever becomes of the editor, the text
 * is as it was, or as it was saved.
 */
#include <errno.h>
#include <fcntl.h>
#include <libintl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "line.h"
#include "lock.h"
#include "ui_inner.h"

#define LOOK_MS 50
#define WORDS_MOST 16
#define TEXT_MOST (64 * 1024)

extern char **environ;

struct editor { struct ui *ui; pid_t pid; char *path; struct timer *timer; const void *arg; };

static void end(struct editor *editor)
{
	struct ui *ui = editor->ui;

	loop_timer_cancel(ui->desk->loop, editor->timer);
	unlink(editor->path);
	free(editor->path);
	free(editor);
	ui->editor = NULL;
	term_take_back(ui->term);
	ui->paint_all = true;
}

static bool write_whole(int fd, struct str text)
{
	for (size_t done = 0; done < text.n;) {
		ssize_t n = write(fd, text.p + done, text.n - done);

		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* Nobody else reads it, and it lies where nothing outlives the session. */
static char *put_file(struct str text, struct err *err)
{
	const char *folder = getenv("XDG_RUNTIME_DIR");
	char *path;
	int fd;
	bool fine;

	if (!folder || *folder != '/') {
		err_set(err, ERR_CONFIG, "an editor needs XDG_RUNTIME_DIR, a folder that is yours alone");
		return NULL;
	}
	path = mem_printf("%s/dossier-XXXXXX.txt", folder);
	fd = mkostemps(path, 4, O_CLOEXEC);
	fine = fd >= 0 && write_whole(fd, text);
	if (!fine)
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (fd >= 0 && close(fd) != 0 && fine)
		fine = err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (fine)
		return path;
	if (fd >= 0)
		unlink(path);
	free(path);
	return NULL;
}

static void take_file(struct editor *editor)
{
	struct ui *ui = editor->ui;
	int fd = open(editor->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *bytes = mem_zalloc(TEXT_MOST + 2);
	size_t n = 0, cursor;
	ssize_t got = 1;
	struct buf safe;

	while (fd >= 0 && n <= TEXT_MOST && (got = read(fd, bytes + n, TEXT_MOST + 1 - n)) > 0)
		n += (size_t)got;
	if (fd >= 0)
		close(fd);
	buf_init(&safe, TEXT_MOST);
	text_safe(&safe, str_trim(str_make(bytes, n)), TEXT_LINES);
	if (fd < 0 || got < 0 || n > TEXT_MOST || safe.full)
		ui_say(ui, EL_WARN, "%s", gettext("what was saved cannot be read, or is too long: the text is as it was"));
	else if (ui->ask.on && ui->ask.ask.arg == editor->arg)
		line_replace(0, line_text(&cursor).n, buf_str(&safe).p ? buf_str(&safe) : STR(""));
	buf_release(&safe);
	free(bytes);
}

static void look(void *arg)
{
	struct editor *editor = arg;
	struct ui *ui = editor->ui;
	int status = 0;
	pid_t pid = waitpid(editor->pid, &status, WNOHANG);

	editor->timer = NULL;
	if (pid == 0 || (pid < 0 && errno == EINTR)) {
		editor->timer = loop_timer(ui->desk->loop, LOOK_MS, look, editor);
		return;
	}
	if (pid == editor->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		take_file(editor);
	else
		ui_say(ui, EL_WARN, "%s", gettext("the editor did not end well: the text is as it was"));
	end(editor);
	ask_changed(ui);
}

/* Its words by blanks: no shell reads them. */
static size_t split(char *words, char **argv)
{
	char *save = NULL;
	size_t n = 0;

	for (char *word = strtok_r(words, " \t", &save); word && n < WORDS_MOST; word = strtok_r(NULL, " \t", &save))
		argv[n++] = word;
	return n;
}

static bool start(struct editor *editor, const char *program, struct err *err)
{
	char *words = mem_strdup(program), *argv[WORDS_MOST + 2] = { NULL };
	size_t n = split(words, argv);
	posix_spawnattr_t attributes;
	sigset_t all, none;
	int failed = n ? 0 : ENOENT;

	argv[n] = editor->path;
	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	if (!failed)
		failed = posix_spawnp(&editor->pid, argv[0], NULL, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	if (failed)
		err_set(err, ERR_IO, "%s: %s", program, strerror(failed));
	free(words);
	return !failed;
}

void editor_open(struct ui *ui)
{
	const char *program = getenv("VISUAL");
	struct err err = { 0 };
	struct editor *editor;
	size_t cursor;
	char *path;

	if (lock_guards(ui->lock)) {
		ui_say(ui, EL_WARN, "%s", gettext("no editor is opened here: the screen locks itself, and an editor would stay open"));
		return;
	}
	if (!program || !*program)
		program = getenv("EDITOR");
	if (ui->options.restricted || !program || !*program) {
		ui_say(ui, EL_WARN, "%s", ui->options.restricted ? gettext("no editor is opened here (--restricted)") : gettext("neither VISUAL nor EDITOR names an editor"));
		return;
	}
	path = put_file(line_text(&cursor), &err);
	if (!path) {
		ui_say(ui, EL_WARN, "%s", err.text);
		return;
	}
	editor = mem_zalloc(sizeof(*editor));
	*editor = (struct editor){ .ui = ui, .path = path, .arg = ui->ask.ask.arg };
	ui->editor = editor;
	term_lend(ui->term);
	if (start(editor, program, &err)) {
		editor->timer = loop_timer(ui->desk->loop, LOOK_MS, look, editor);
		return;
	}
	end(editor);
	ui_say(ui, EL_WARN, "%s", err.text);
}

/* We end before it: its file goes, what was typed here is the draft. */
void editor_forget(struct ui *ui)
{
	if (ui->editor)
		end(ui->editor);
}
