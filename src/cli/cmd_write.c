/*
 * Every operation of desk as a command, and undo: what was given becomes one
 * write, and what became of that is told.
 */
#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/desk/present_case.h>

#include "op_command.h"
#include "text.h"
#include "write_out.h"
#include "writing.h"

/* "--other": the same words, of the operation on two customers. */
static const struct operation *other_of(const struct operation *op)
{
	char id[64];

	snprintf(id, sizeof(id), "%s.other", op->id);
	return operation_find(str_of(id));
}

static bool carry_over(const struct operation *op, const struct op_given *given, struct op_values *values, bool parted)
{
	struct err err = { 0 };
	bool fine = true;

	for (size_t i = 0; fine && op->fields[i].name && i < OP_FIELDS_MOST; i++)
		if (given->fields[i])
			fine = op_values_set(values, str_of(op->fields[i].name), str_of(given->fields[i]), &err);
	if (fine && parted)
		fine = op_values_set(values, STR("person"), str_of(given->other), &err);
	if (!fine)
		cli_say("%s", err.text);
	return fine;
}

static bool read_given(struct writing *w, const struct op_given *given, int argc, char **argv)
{
	const struct operation *op = w->op;

	if (given->other) {
		bool parted = op->writes == ENTRY_UNLINK;

		w->op = other_of(op);
		w->own_values = op_values_new(w->op, w->desk);
		w->second = parted ? NULL : given->other;
		w->values = w->own_values;
		if (argc > 0)
			cli_say("\"%s\": either an identity or --other, not both", argv[0]);
		return argc == 0 && carry_over(op, given, w->values, parted);
	}
	w->own_values = op_values_new(op, w->desk);
	w->values = w->own_values;
	return op_command_values(op, given, argc, argv, w->values) && (w->cli->session || op_command_ask(op, w->values));
}

int cmd_write(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct op_given *given = options;
	const struct operation *op = cli->command->op;
	char *target = op_command_target(op, &argc, &argv);
	struct writing w;
	int status;
	struct desk *desk = cli_desk_store(cli, &status);

	if (!desk) {
		free(target);
		return status;
	}
	writing_init(&w, cli, desk, op);
	w.target = target;
	w.id = given->id;
	w.channel = given->channel;
	w.dry = given->dry;
	w.compared = given->compared;
	if (!read_given(&w, given, argc, argv)) {
		status = CLI_USAGE;
	} else if (cli->session && cli->session->ask && !cli->session->ask(cli->session->arg, &w)) {
		status = CLI_DONE;
	} else {
		writing_run(&w);
		status = write_out(cli, &w);
	}
	writing_release(&w);
	cli_desk_end(cli, desk);
	free(target);
	return status;
}

const struct cli_option undo_options[] = {
	{ "dry-run", 'n', NULL, "show exactly what would be written, and write nothing", CLI_FLAG, offsetof(struct undo_options, dry) },
	{ "id", 0, "UUID", "the id of the entry: a repeat with the same one does nothing", CLI_TEXT, offsetof(struct undo_options, id) },
	{ 0 },
};

int cmd_undo(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct undo_options *o = options;
	char *target = cli_join(argc, argv);
	struct writing w;
	int status;
	struct desk *desk = cli_desk_store(cli, &status);

	if (!desk) {
		free(target);
		return status;
	}
	writing_init(&w, cli, desk, NULL);
	w.target = target;
	w.id = o->id;
	w.dry = o->dry;
	writing_undo(&w);
	status = write_out(cli, &w);
	writing_release(&w);
	cli_desk_end(cli, desk);
	free(target);
	return status;
}
