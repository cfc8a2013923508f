#include <dossier/cli/command.h>
#include <dossier/ui/ui.h>

static bool open_screen(struct desk *desk, const struct command_screen *how, struct err *err)
{
	struct ui_options options = {
		.theme = how->theme, .keys = how->keys, .rows = how->rows, .cols = how->cols, .mono = how->mono, .restricted = how->restricted,
		.pass = how->pass, .pass_arg = how->pass_arg,
		.ready = how->ready, .ready_arg = how->ready_arg,
	};

	return ui_run(desk, &options, err);
}

int main(int argc, char **argv)
{
	return command_main(argc, argv, open_screen);
}
