/* dossier config check and show. */
#include "cli.h"

#include <libintl.h>

#include <dossier/base/text.h>

int cmd_config_check(struct cli *cli, const void *options, int argc, char **argv)
{
	int status = cli_house(cli);
	size_t usable = 0, wanted = 0, mistakes;

	(void)options;
	(void)argc;
	(void)argv;
	if (status != CLI_DONE)
		return status;
	cli_say_diags(&cli->diags);
	for (size_t i = 0; i < cli->house->n_backends; i++) {
		wanted += !cli->house->backends[i]->off;
		usable += !cli->house->backends[i]->off && cli->house->backends[i]->err.code == ERR_NONE;
	}
	mistakes = cli->diags.errors;
	if (mistakes == 0 && cli->house->n_backends == 0)
		cli_say("%s names no backends; \"man dossier-config\" shows how", cli->house->file);
	else if (mistakes == 0)
		out_printf(cli->out, ngettext("%s: well; asks %zu of %zu backend\n", "%s: well; asks %zu of %zu backends\n", cli->house->n_backends),
			   cli->house->file, usable, cli->house->n_backends);
	if (usable)
		return mistakes ? CLI_PARTIAL : CLI_DONE;
	return mistakes || wanted || cli->house->n_backends == 0 ? CLI_CONFIG : CLI_DONE;
}

int cmd_config_show(struct cli *cli, const void *options, int argc, char **argv)
{
	static const char *const columns[] = { "name", "value", "file", "line", NULL };
	const struct fields *f = out_fields(cli->out);
	int status;

	(void)options;
	(void)argc;
	(void)argv;
	cli->origins = true;
	status = cli_house(cli);
	if (status != CLI_DONE)
		return status;
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	for (size_t i = 0; i < cli->house->n_origins; i++) {
		const struct house_origin *o = &cli->house->origins[i];
		const char *value = o->secret ? "•••" : o->value;

		if (cli->format == OUT_TEXT) {
			struct buf safe;

			buf_init(&safe, 64 * 1024);
			buf_printf(&safe, "%-36s ", o->name);
			text_safe(&safe, str_of(value), 0);
			if (o->file && o->line > 0)
				buf_printf(&safe, "   (%s:%d)", o->file, o->line);
			else if (o->file)
				buf_printf(&safe, "   (%s)", o->file);
			else
				buf_adds(&safe, "   (default)");
			out_str(cli->out, buf_str(&safe));
			out_text(cli->out, "\n");
			buf_release(&safe);
			continue;
		}
		out_open(cli->out);
		f->text(f->arg, "name", str_of(o->name));
		f->text(f->arg, "value", str_of(value));
		f->text(f->arg, "file", str_of(o->file));
		f->integer(f->arg, "line", o->line);
		out_close(cli->out);
	}
	return CLI_DONE;
}
