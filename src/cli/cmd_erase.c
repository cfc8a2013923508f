/* dossier erase WHO: all that the case store holds on a person, after asking; and who else still holds them. */
#include <libintl.h>

#include <dossier/base/mem.h>
#include <dossier/base/text.h>

#include "write_out.h"

const struct cli_option erase_options[] = {
	{ "yes", 'y', NULL, "do not ask", CLI_FLAG, offsetof(struct erase_options, yes) },
	{ "dry-run", 'n', NULL, "say how much would go, and erase nothing", CLI_FLAG, offsetof(struct erase_options, dry) },
	{ "id", 0, "UUID", "the id of the entry: a repeat with the same one does nothing", CLI_TEXT, offsetof(struct erase_options, id) },
	{ 0 },
};

static bool on_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* Only a whole "yes" is one. */
static bool confirmed(void)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	bool yes;

	fputs(gettext("Nothing brings it back. Type yes to erase it: "), stderr);
	n = getline(&line, &cap, stdin);
	yes = n > 0 && str_is(str_trim(str_make(line, (size_t)n)), "yes");
	free(line);
	return yes;
}

static bool is_of(const struct group *group, struct str person)
{
	for (size_t i = 0; i < group->n_persons; i++)
		if (str_eq(group->persons[i], person))
			return true;
	return false;
}

/* Of what is known here: what others wrote to others comes along when a record is shared, and stays. */
static size_t own_entries(struct customer *customer)
{
	struct entries *entries = customer_entries(customer);
	const struct entry *const *all;
	size_t n, own = 0;

	if (!entries)
		return 0;
	all = entries_sorted(entries, &n);
	for (size_t i = 0; i < n; i++)
		own += is_of(customer_group(customer), all[i]->person) || is_of(customer_group(customer), persons_home(customer_persons(customer), all[i]));
	return own;
}

/* What the shared store deletes; the backends are not ours to delete from. */
static void say_extent(const struct writing *w)
{
	const struct group *group = customer_group(w->people.customer);
	size_t own = own_entries(w->people.customer);

	cli_say(ngettext("%zu entry of the case store is about this customer", "%zu entries of the case store are about this customer", own), own);
	for (size_t i = 0; i < group->n_records; i++) {
		struct identity self;
		struct buf text;

		buf_init(&text, 4096);
		record_identity(group->records[i], &self);
		identity_print(&self, &text);
		cli_say("%.*s still holds this customer, as %s; it is erased there, not here", STR_ARG(group->records[i]->backend), text.data);
		buf_release(&text);
	}
	cli_say("not reached: backups, and what other customers' notes say of this one");
}

struct syncing { bool done; };

static void synced(void *arg, const struct store_sync *result)
{
	struct syncing *s = arg;

	if (result->err.code)
		cli_say("%s", result->err.text);
	s->done = true;
}

static int erase(struct writing *w, const struct erase_options *o)
{
	struct syncing s = { .done = false };

	/* first what it comes to, then the question, then the deed */
	w->dry = true;
	writing_run(w);
	if (w->end != WRITING_DRY)
		return write_out(w->cli, w);
	say_extent(w);
	if (o->dry)
		return write_out(w->cli, w);
	if (!o->yes && !on_terminal()) {
		cli_say("erasing asks first: without a terminal it wants --yes");
		return CLI_REFUSED;
	}
	if (!o->yes && !confirmed()) {
		cli_say("nothing was erased");
		return CLI_REFUSED;
	}
	w->dry = false;
	writing_send(w);
	if (w->status == CLI_DONE) {
		store_sync(w->desk->store, synced, &s);
		loop_until(w->desk->loop, &s.done);
	}
	return write_out(w->cli, w);
}

int cmd_erase(struct cli *cli, const void *options, int argc, char **argv)
{
	const struct erase_options *o = options;
	const struct operation *op = operation_find(STR("erase"));
	char *target = cli_join(argc, argv);
	struct writing w;
	int status;
	struct desk *desk = cli_desk_store(cli, &status);

	if (desk) {
		writing_init(&w, cli, desk, op);
		w.own_values = w.values = op_values_new(op, desk);
		w.target = target;
		w.id = o->id;
		w.wait_rows = true;
		status = erase(&w, o);
		writing_release(&w);
		cli_desk_end(cli, desk);
	}
	free(target);
	return status;
}
