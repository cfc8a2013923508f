/*
 * The listening end: one socket a workstation.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/net/runtime.h>

#include "pop_wire.h"

#define CALLERS_MOST 16         /* at a time; they only say one thing each */
#define CALLER_MS 2000          /* who connects and says nothing */
#define TOLD_MOST 64
#define DEAF_MS 1000            /* where no descriptor is free for a caller: it waits in the kernel's queue meanwhile */

struct caller { struct pop_line *line; struct caller *next; int fd; struct watch *watch; struct timer *timer; };

struct pop_line {
	struct loop *loop;
	struct pop_sink sink;
	char *folder, *path;
	char name[48];
	int fd;
	struct watch *watch;            /* NULL while deaf */
	struct timer *deaf;
	struct caller *callers;
	size_t n_callers;
};

static void hang_up(struct caller *caller)
{
	struct pop_line *line = caller->line;
	struct caller **link = &line->callers;

	while (*link != caller)
		link = &(*link)->next;
	*link = caller->next;
	line->n_callers--;
	loop_watch_end(line->loop, caller->watch);
	loop_timer_cancel(line->loop, caller->timer);
	close(caller->fd);
	free(caller);
}

/* Whoever asked may be gone by now: what nobody hears of was not announced. */
static bool answer(struct caller *caller, const struct pop_answer *answer)
{
	struct buf bytes;
	bool sent;

	buf_init(&bytes, POP_MOST);
	pop_answer_write(answer, &bytes);
	sent = send(caller->fd, bytes.data, bytes.len, MSG_NOSIGNAL) == (ssize_t)bytes.len;
	buf_release(&bytes);
	return sent;
}

static void hear_pop(struct caller *caller, const struct pop *pop)
{
	const struct pop_sink *sink = &caller->line->sink;
	struct pop_answer says = { .agent = sink->agent(sink->arg) };
	bool mine = says.agent.p && (!pop->agent.p || str_eq(pop->agent, says.agent));

	says.full = mine && sink->room && !sink->room(sink->arg, pop);
	says.took = mine && !says.full;
	if (answer(caller, &says) && says.took)
		sink->came(sink->arg, pop);
}

static void hear(struct caller *caller, const struct pop_message *message)
{
	const struct pop_sink *sink = &caller->line->sink;
	struct pop_answer says = { .agent = sink->agent(sink->arg) };

	switch (message->says) {
	case POP_CAME:
		hear_pop(caller, &message->pop);
		break;
	case POP_OPENED:
		sink->gone(sink->arg, message->pop.id, message->pop.call, message->where.p ? message->where : STR(""));
		break;
	case POP_GONE:
		says.took = sink->gone(sink->arg, message->pop.id, message->pop.call, (struct str){ 0 });
		answer(caller, &says);
		break;
	case POP_SAYS_COUNT:
		break;
	}
}

static void on_caller(void *arg, int fd, unsigned events)
{
	struct caller *caller = arg;
	struct arena *arena;
	struct pop_message message;
	char bytes[POP_MOST];
	ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_TRUNC);

	(void)events;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	arena = arena_new();
	if (n > 0 && n <= (ssize_t)sizeof(bytes) && pop_read(arena, str_make(bytes, (size_t)n), &message))
		hear(caller, &message);
	arena_free(arena);
	hang_up(caller);
}

static void on_silence(void *arg)
{
	struct caller *caller = arg;

	caller->timer = NULL;
	hang_up(caller);
}

static void on_call(void *arg, int fd, unsigned events);

static void hear_again(void *arg)
{
	struct pop_line *line = arg;

	line->deaf = NULL;
	line->watch = loop_watch(line->loop, line->fd, LOOP_READ, on_call, line);
}

/* The socket stays readable until the caller is accepted: a watch of it would be told at every turn. */
static void be_deaf(struct pop_line *line)
{
	loop_watch_end(line->loop, line->watch);
	line->watch = NULL;
	line->deaf = loop_timer(line->loop, DEAF_MS, hear_again, line);
}

/* One at a time: the next is a turn's. */
static void on_call(void *arg, int fd, unsigned events)
{
	struct pop_line *line = arg;
	int from = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct caller *caller;

	(void)events;
	if (from < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			be_deaf(line);
		return;
	}
	if (!pop_same_user(from) || line->n_callers == CALLERS_MOST) {
		close(from);
		return;
	}
	caller = mem_zalloc(sizeof(*caller));
	*caller = (struct caller){ .line = line, .next = line->callers, .fd = from };
	caller->watch = loop_watch(line->loop, from, LOOP_READ, on_caller, caller);
	caller->timer = loop_timer(line->loop, CALLER_MS, on_silence, caller);
	line->callers = caller;
	line->n_callers++;
}

/* Under its name only when it listens: what does not is taken for left behind. */
static bool open_socket(struct pop_line *line, struct err *err)
{
	struct sockaddr_un made, named;
	char hidden[64];

	snprintf(hidden, sizeof(hidden), ".%s", line->name);
	if (!pop_address(&made, line->folder, hidden) || !pop_address(&named, line->folder, line->name))
		return err_set(err, ERR_LIMIT, "%s: too long a path for a socket", line->folder);
	line->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (line->fd < 0)
		return err_set(err, ERR_IO, "a socket for pops: %s", strerror(errno));
	unlink(made.sun_path);
	if (fchmod(line->fd, 0600) < 0 || bind(line->fd, (const struct sockaddr *)&made, sizeof(made)) < 0)
		return err_set(err, ERR_IO, "%s: %s", made.sun_path, strerror(errno));
	if (chmod(made.sun_path, 0600) < 0 || listen(line->fd, CALLERS_MOST) < 0 || rename(made.sun_path, named.sun_path) < 0) {
		err_set(err, ERR_IO, "%s: %s", named.sun_path, strerror(errno));
		unlink(made.sun_path);
		return false;
	}
	line->path = mem_strdup(named.sun_path);
	line->watch = loop_watch(line->loop, line->fd, LOOP_READ, on_call, line);
	return true;
}

struct pop_line *pop_listen(struct loop *loop, const char *folder, const struct pop_sink *sink, struct err *err)
{
	struct pop_line *line = mem_zalloc(sizeof(*line));
	uint64_t chance = clock_random(clock_system());

	*line = (struct pop_line){ .loop = loop, .sink = *sink, .fd = -1, .folder = runtime_folder(folder, err) };
	snprintf(line->name, sizeof(line->name), POP_SOCKET "%ld-%08x", (long)getpid(), (unsigned)chance);
	if (line->folder && open_socket(line, err))
		return line;
	pop_line_free(line);
	return NULL;
}

void pop_line_free(struct pop_line *line)
{
	if (!line)
		return;
	while (line->callers)
		hang_up(line->callers);
	if (line->path)
		unlink(line->path);
	loop_timer_cancel(line->loop, line->deaf);
	if (line->watch)
		loop_watch_end(line->loop, line->watch);
	if (line->fd >= 0)
		close(line->fd);
	free(line->path);
	free(line->folder);
	free(line);
}

void pop_opened(struct pop_line *line, struct str id, struct str call, struct str where)
{
	struct pop_message message = { .says = POP_OPENED, .pop = { .id = id, .call = call }, .where = where };
	int fds[TOLD_MOST];
	struct buf bytes;
	size_t n;

	buf_init(&bytes, POP_MOST);
	pop_write(&message, &bytes);
	n = pop_send_all(line->folder, line->name, buf_str(&bytes), fds, TOLD_MOST);
	for (size_t i = 0; i < n; i++)
		close(fds[i]);
	buf_release(&bytes);
}
