/*
 * The house's templates, put into what is being written: Ctrl-T lists them, a
 * digit takes one, Ctrl-T again shows the next nine.
 */
#include <libintl.h>

#include <dossier/base/mem.h>

#include "line.h"
#include "ui_inner.h"

#define TEXT_MOST (64 * 1024)
#define PAGE 9

static void close_list(struct ui *ui)
{
	ui->ask.choosing = false;
	buf_reset(&ui->ask.words);
	ui->stale_keys = true;
}

static void list(struct ui *ui)
{
	const struct house *house = ui->desk->house;

	ui->ask.first = ui->ask.choosing && ui->ask.first + PAGE < house->n_templates ? ui->ask.first + PAGE : 0;
	ui->ask.choosing = true;
	buf_reset(&ui->ask.words);
	for (size_t i = 0; i < PAGE && ui->ask.first + i < house->n_templates; i++)
		buf_printf(&ui->ask.words, "%zu %s\n", i + 1, house->templates[ui->ask.first + i].name);
	ui->stale_keys = true;
}

static void take(struct ui *ui, size_t at)
{
	struct buf text;

	buf_init(&text, TEXT_MOST);
	ui->ask.ask.fill(ui->ask.ask.arg, str_of(ui->desk->house->templates[at].text), &text);
	ask_paste(ui, buf_str(&text));
	buf_release(&text);
}

bool template_key(struct ui *ui, uint32_t key)
{
	size_t at;

	if (!ui->ask.ask.fill || (key != K_CONTROL('t') && !ui->ask.choosing))
		return false;
	if (key == K_CONTROL('t')) {
		if (ui->desk->house->n_templates)
			list(ui);
		else
			ui_say(ui, EL_WARN, "%s", gettext("the house has no templates"));
		return true;
	}
	at = ui->ask.first + key - '1';
	close_list(ui);
	if (key >= '1' && key <= '9' && at < ui->desk->house->n_templates)
		take(ui, at);
	else if (key != K_ESC)
		return false;
	return true;
}
