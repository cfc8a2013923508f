#include "bell.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#define FILE_EVENTS (IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
#define FOLDER_EVENTS (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)

struct bell {
	struct loop *loop;
	struct watch *watch;
	loop_fn *rung;
	void *arg;
	int fd;
	bool dead;
	char *name, *wal;       /* in the folder that is watched */
};

/* A commit of anybody is written to the log; the file itself says something only when it comes or goes. */
static bool concerns(struct bell *bell, const struct inotify_event *event)
{
	if (event->mask & FOLDER_EVENTS)
		bell->dead = true;
	if (event->mask & (FOLDER_EVENTS | IN_Q_OVERFLOW))
		return true;
	if (event->len == 0)
		return false;
	return strcmp(event->name, bell->wal) == 0 || (!(event->mask & IN_MODIFY) && strcmp(event->name, bell->name) == 0);
}

static bool read_events(struct bell *bell)
{
	char bytes[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool rings = false;
	ssize_t n;

	while ((n = read(bell->fd, bytes, sizeof(bytes))) > 0)
		for (char *at = bytes; at < bytes + n;) {
			const struct inotify_event *event = (const void *)at;

			rings |= concerns(bell, event);
			at += sizeof(*event) + event->len;
		}
	return rings;
}

static void on_events(void *arg, int fd, unsigned events)
{
	struct bell *bell = arg;

	(void)fd;
	(void)events;
	if (!read_events(bell))
		return;
	loop_watch_events(bell->watch, 0);
	bell->rung(bell->arg);
}

struct bell *bell_new(struct loop *loop, const char *path, loop_fn *rung, void *arg)
{
	char *whole = realpath(path, NULL), *slash = whole ? strrchr(whole, '/') : NULL;
	struct bell *bell;
	int fd = slash && slash > whole ? inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1;

	if (fd < 0) {
		free(whole);
		return NULL;
	}
	*slash = '\0';
	if (inotify_add_watch(fd, whole, FILE_EVENTS | IN_DELETE_SELF | IN_MOVE_SELF) < 0) {
		close(fd);
		free(whole);
		return NULL;
	}
	bell = mem_zalloc(sizeof(*bell));
	*bell = (struct bell){ .loop = loop, .rung = rung, .arg = arg, .fd = fd };
	bell->name = mem_strdup(slash + 1);
	bell->wal = mem_printf("%s-wal", slash + 1);
	bell->watch = loop_watch(loop, fd, 0, on_events, bell);
	free(whole);
	return bell;
}

void bell_clear(struct bell *bell)
{
	if (!bell)
		return;
	loop_watch_events(bell->watch, 0);
	read_events(bell);
}

bool bell_listen(struct bell *bell)
{
	if (!bell || bell->dead)
		return false;
	loop_watch_events(bell->watch, LOOP_READ);
	return true;
}

void bell_free(struct bell *bell)
{
	if (!bell)
		return;
	loop_watch_end(bell->loop, bell->watch);
	close(bell->fd);
	free(bell->name);
	free(bell->wal);
	free(bell);
}
