#include "cli.h"

#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

/* Messages may quote what came from outside, so each is made safe as a whole. */
static void write_safe(const char *prefix, const char *text)
{
	struct buf line;

	buf_init(&line, 64 * 1024);
	buf_adds(&line, prefix);
	text_safe(&line, str_of(text), 0);
	buf_addc(&line, '\n');
	fwrite(line.data, 1, line.len, stderr);
	buf_release(&line);
}

void cli_say(const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), gettext(fmt), ap);
	va_end(ap);
	write_safe("dossier: ", text);
}

const char *cli_without_id(const char *id, const char *text)
{
	size_t n = strlen(id);

	if (strncmp(text, id, n) == 0 && text[n] == ':')
		text += n + 1;
	return text + strspn(text, " ");
}

void cli_say_diags(const struct diags *diags)
{
	static const char *const levels[] = { "note: ", "warning: ", "" };

	for (size_t i = 0; i < diags->n; i++) {
		const struct diag *d = &diags->items[i];
		char *line;

		if (d->file && d->line > 0)
			line = mem_printf("%s:%d: %s%s", d->file, d->line, levels[d->level], d->text);
		else if (d->file)
			line = mem_printf("%s: %s%s", d->file, levels[d->level], d->text);
		else
			line = mem_printf("%s%s", levels[d->level], d->text);
		write_safe("", line);
		free(line);
	}
}
