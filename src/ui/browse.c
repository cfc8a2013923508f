#include "browse.h"

#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/mem.h>
#include <dossier/net/child.h>

#include "ui_inner.h"

#define URL_MOST 8192
#define WORDS_MOST 32

/* One that was started, until it ends or we do. */
struct browsing { struct browsing *next; struct ui *ui; struct child *child; char *url; };

struct command { char *argv[WORDS_MOST + 2]; size_t n; bool holds; };

/* Nothing but what an address may be made of: no blank, no control, nothing beyond ASCII. */
static bool is_address(struct str url)
{
	static const struct str begins[] = { { "https://", 8 }, { "http://", 7 } };
	bool web = false;

	for (size_t i = 0; i < 2; i++)
		web = web || (url.n > begins[i].n && str_caseis(str_make(url.p, begins[i].n), begins[i].p));
	for (size_t i = 0; web && i < url.n; i++)
		web = url.p[i] > ' ' && url.p[i] < 0x7f;
	return web && url.n <= URL_MOST;
}

/* %s stands for the address; where no word holds it, it is the last. */
static void add_word(struct command *command, struct str word, struct str url)
{
	for (size_t i = 0; i + 1 < word.n; i++)
		if (word.p[i] == '%' && word.p[i + 1] == 's') {
			command->argv[command->n++] = mem_printf("%.*s%.*s%.*s", (int)i, word.p, STR_ARG(url), (int)(word.n - i - 2), word.p + i + 2);
			command->holds = true;
			return;
		}
	command->argv[command->n++] = str_dup(word);
}

static void add_texts(struct command *command, const struct option_texts *texts, struct str url)
{
	for (size_t i = 0; i < texts->n && command->n < WORDS_MOST; i++)
		add_word(command, str_of(texts->items[i]), url);
}

/* $BROWSER: several by colons, of which the first; its words by blanks. */
static void add_environment(struct command *command, struct str url)
{
	const char *at = getenv("BROWSER");

	at = at ? at + strspn(at, ":") : "";
	while (*at && *at != ':' && command->n < WORDS_MOST) {
		size_t n = strcspn(at, " \t:");

		if (n)
			add_word(command, str_make(at, n), url);
		at += n;
		at += strspn(at, " \t");
	}
}

static bool has_desktop(void)
{
	const char *display = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");

	return (display && *display) || (wayland && *wayland);
}

/* False: there is none here. */
static bool choose(struct ui *ui, struct command *command, struct str url)
{
	if (ui->browser.n)
		add_texts(command, &ui->browser, url);
	else if (ui->desk->house->browser.n)
		add_texts(command, &ui->desk->house->browser, url);
	else
		add_environment(command, url);
	if (!command->n && has_desktop())
		add_word(command, STR("xdg-open"), url);
	if (command->n && !command->holds)
		command->argv[command->n++] = str_dup(url);
	return command->n > 0;
}

static void closed(void *arg, struct str text)
{
	(void)arg;
	(void)text;
}

/* To be taken by hand: whole, in a box where one line is too short for it. */
static void show(struct ui *ui, struct str url, const char *why)
{
	bool copied = term_copy(ui->term, url);
	char *text = mem_printf(copied ? gettext("%s; handed to the terminal's clipboard: %.*s") : "%s: %.*s", why, STR_ARG(url));
	struct ask ask = { .label = gettext("Enter or Esc closes it"), .heading_element = EL_INTERNAL, .fixed = true, .done = closed };
	char *heading, *whole;

	if (screen_width(ui->screen, str_of(text)) + 2 <= (size_t)screen_cols(ui->screen) || ui_asks(ui)) {
		ui_say(ui, EL_MESSAGE, "%s", text);
	} else {
		ask.heading = heading = mem_printf(" %s%s ", why, copied ? gettext("; handed to the terminal's clipboard") : "");
		ask.initial = whole = str_dup(url);
		ui_ask(ui, &ask);
		free(whole);
		free(heading);
	}
	free(text);
}

static void forget(struct browsing *browsing)
{
	struct browsing **link = &browsing->ui->browsing;

	while (*link != browsing)
		link = &(*link)->next;
	*link = browsing->next;
	free(browsing->url);
	free(browsing);
}

static void ended(void *arg, struct str output, const struct err *err)
{
	struct browsing *browsing = arg;

	(void)output;
	if (err->code != ERR_NONE)
		ui_say(browsing->ui, EL_WARN, gettext("no browser came up (%.200s): %s"), err->text, browsing->url);
	forget(browsing);
}

static void start(struct ui *ui, const struct command *command, struct str url)
{
	struct browsing *browsing = mem_zalloc(sizeof(*browsing));

	*browsing = (struct browsing){ ui->browsing, ui, NULL, str_dup(url) };
	ui->browsing = browsing;
	ui_say(ui, EL_MESSAGE, gettext("opening %.*s"), STR_ARG(url));
	browsing->child = child_launch(ui->desk->loop, command->argv, ended, browsing);
}

void browse_open(struct ui *ui, struct str url)
{
	struct command command = { .n = 0 };

	url = str_trim(url);
	if (ui->options.restricted)
		ui_say(ui, EL_WARN, "%s", gettext("the browser is closed here (--restricted)"));
	else if (!url.n)
		ui_say(ui, EL_MESSAGE, "%s", gettext("nothing here has an address"));
	else if (!is_address(url))
		ui_say(ui, EL_WARN, gettext("this is no address of a web page, and is not opened: %.*s"), STR_ARG(url));
	else if (choose(ui, &command, url))
		start(ui, &command, url);
	else
		show(ui, url, gettext("no browser here"));
	for (size_t i = 0; i < command.n; i++)
		free(command.argv[i]);
}

void browse_release(struct ui *ui)
{
	while (ui->browsing) {
		child_let_go(ui->browsing->child);
		forget(ui->browsing);
	}
	option_texts_release(&ui->browser);
}
