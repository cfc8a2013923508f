/* dossier feed load NAME FILE: rows of an exported file into the case store, where the backend NAME finds them. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/desk/feed.h>

#define SAID_MOST 20
#define MAY (ROLE_BIT(SUPERVISOR) | ROLE_BIT(ADMIN) | ROLE_BIT(SERVICE))

const struct cli_option feed_options[] = {
	{ "dry-run", 0, NULL, "read the file and say what would be kept; keep nothing", CLI_FLAG, offsetof(struct feed_options, dry) },
	{ 0 },
};

static bool read_file(const char *path, struct buf *out)
{
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
	char *piece = mem_alloc(1 << 16);
	ssize_t n = -1;

	while (fd >= 0 && (n = read(fd, piece, 1 << 16)) != 0 && (n > 0 || errno == EINTR))
		if (n > 0 && !buf_add(out, piece, (size_t)n))
			break;
	if (out->full)
		cli_say("%s: the file is larger than %u MiB; cut it, each part with its heading", path, FEED_FILE_MOST >> 20);
	else if (n != 0)
		cli_say("%s: %s", path, strerror(errno));
	if (fd > STDIN_FILENO)
		close(fd);
	free(piece);
	return n == 0;
}

static void say_findings(const struct diags *diags)
{
	for (size_t i = 0; i < diags->n && i < SAID_MOST; i++)
		cli_say("%s:%d: %s", diags->items[i].file, diags->items[i].line, diags->items[i].text);
	if (diags->n > SAID_MOST)
		cli_say("and %zu more", diags->n - SAID_MOST);
}

static void put(struct cli *cli, const char *name, const struct feed_loaded *loaded, bool dry)
{
	const struct fields *f = out_fields(cli->out);
	static const char *const columns[] = { "feed", "rows", "stored", "same", "passed", "dropped", "whole", NULL };

	if (cli->format == OUT_TEXT) {
		out_printf(cli->out, dry ? "%s: %zu rows would be kept, %zu passed over, %zu left out\n"
					 : "%s: %zu rows; %zu new or changed, %zu as they were; %zu passed over, %zu left out\n",
			   name, loaded->counts.rows, dry ? loaded->counts.passed : loaded->stored, dry ? loaded->counts.dropped : loaded->same,
			   loaded->counts.passed, loaded->counts.dropped);
		return;
	}
	if (cli->format == OUT_CSV || cli->format == OUT_TSV)
		out_table(cli->out, columns);
	out_open(cli->out);
	f->text(f->arg, "feed", str_of(name));
	f->integer(f->arg, "rows", (int64_t)loaded->counts.rows);
	f->integer(f->arg, "stored", (int64_t)loaded->stored);
	f->integer(f->arg, "same", (int64_t)loaded->same);
	f->integer(f->arg, "passed", (int64_t)loaded->counts.passed);
	f->integer(f->arg, "dropped", (int64_t)loaded->counts.dropped);
	f->boolean(f->arg, "whole", loaded->whole);
	out_close(cli->out);
}

static int load(struct cli *cli, struct desk *desk, const char *name, const char *path, bool dry)
{
	struct desk_backend *slot = desk_backend(desk, name);
	struct feed_loaded loaded;
	struct diags diags = { 0 };
	struct buf bytes;
	int status = CLI_USAGE;

	buf_init(&bytes, FEED_FILE_MOST);
	if (read_file(path, &bytes)) {
		desk_feed_load(desk, slot, buf_str(&bytes), path, dry, &diags, &loaded);
		say_findings(&diags);
		put(cli, slot->id, &loaded, dry);
		if (loaded.err.code)
			cli_say("%s; the same command goes on where this stopped", loaded.err.text);
		status = loaded.err.code ? CLI_STORE : loaded.whole && !loaded.counts.dropped ? CLI_DONE : CLI_PARTIAL;
	}
	buf_release(&bytes);
	diags_release(&diags);
	return status;
}

int cmd_feed_load(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct feed_options *o = options;
	struct desk *desk;
	int status;

	(void)argc;
	cli->with_store = true;
	desk = cli_desk(cli, argv[0], &status);
	if (!desk)
		return status;
	if (!backend_plan(desk_backend(desk, argv[0])->backend)->feed) {
		cli_say("%s is no feed: it is asked over the network. A feed's connector has feed:, see dossier-connector(5)", argv[0]);
		status = CLI_USAGE;
	} else if (!(desk->roles & MAY)) {
		cli_say("loading a feed is for the roles supervisor, admin and service");
		status = CLI_REFUSED;
	} else {
		status = load(cli, desk, argv[0], argv[1], o->dry);
	}
	cli_desk_end(cli, desk);
	return status;
}
