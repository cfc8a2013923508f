/*
 * Wrong tries, counted where every program of this user finds them.
 */
#include <dossier/desk/switch.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/home.h>
#include <dossier/base/mem.h>
#include <dossier/net/runtime.h>

#define FREE 2                  /* anybody mistypes */
#define WAIT_MOST 60000
#define FORGOTTEN (60 * 60 * INT64_C(1000))
#define COUNT_MOST 1000
#define LOCK_TRIES 40
#define LOCK_NS 2500000         /* the others only read and write a line */
#define RECORD "%010u %020lld\n"        /* how many, when the last: always as long, so that a full disk loses none */
#define RECORD_SIZE 32

static int open_at(char *path)
{
	struct stat st;
	int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600) : -1;

	free(path);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid())
		return fd;
	close(fd);
	return -1;
}

static int open_in_state(const char *agent)
{
	char *name = mem_printf("dossier/tries-%s", agent), *path = home_file("XDG_STATE_HOME", ".local/state", name);

	free(name);
	if (path && !home_folders(path)) {
		free(path);
		path = NULL;
	}
	return open_at(path);
}

static bool take_lock(int fd)
{
	for (int i = 0; i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return true;
		nanosleep(&(struct timespec){ 0, LOCK_NS }, NULL);
	}
	return false;
}

/* Nobody else reads or counts meanwhile. -1: *why is SWITCH_NEVER or SWITCH_BUSY. */
static int open_tries(const char *given, const char *agent, int64_t *why)
{
	char *folder = runtime_folder(given, NULL);
	int fd = folder ? open_at(mem_printf("%s/tries-%s", folder, agent)) : -1;

	free(folder);
	if (fd < 0)
		fd = open_in_state(agent);
	*why = SWITCH_NEVER;
	if (fd >= 0 && !take_lock(fd)) {
		*why = SWITCH_BUSY;
		close(fd);
		fd = -1;
	}
	return fd;
}

static unsigned read_tries(int fd, int64_t now, int64_t *at)
{
	char text[RECORD_SIZE + 1], *end;
	ssize_t n = pread(fd, text, RECORD_SIZE, 0);
	unsigned long count;

	*at = 0;
	if (n <= 0)
		return 0;
	text[n] = '\0';
	count = strtoul(text, &end, 10);
	*at = strtoll(end, NULL, 10);
	return now - *at > FORGOTTEN ? 0 : count > COUNT_MOST ? COUNT_MOST : (unsigned)count;
}

static bool write_tries(int fd, unsigned count, int64_t at)
{
	char text[RECORD_SIZE + 1];

	snprintf(text, sizeof(text), RECORD, count, (long long)at);
	return pwrite(fd, text, RECORD_SIZE, 0) == RECORD_SIZE;
}

int64_t switch_next(unsigned count)
{
	int64_t wait = 1000;

	if (count <= FREE)
		return 0;
	for (unsigned i = FREE + 1; i < count && wait < WAIT_MOST; i++)
		wait *= 2;
	return wait < WAIT_MOST ? wait : WAIT_MOST;
}

static int64_t look(const char *folder, const struct clock *clock, const char *agent, unsigned tries, unsigned *count)
{
	int64_t now = clock_wall(clock), at, left, why;
	int fd = open_tries(folder, agent, &why);
	bool counts;

	*count = 0;
	if (fd < 0)
		return why;
	*count = read_tries(fd, now, &at);
	left = switch_next(*count) - (now - at);
	/* a clock that was set back does not lock anybody out */
	left = left <= 0 ? 0 : left > WAIT_MOST ? WAIT_MOST : left;
	if (!left && tries) {
		*count += tries;
		at = now;
	}
	/* also when none is counted: the next one finds its room */
	counts = write_tries(fd, *count, at);
	close(fd);
	return counts ? left : SWITCH_NEVER;
}

int64_t switch_wait(const char *folder, const struct clock *clock, const char *agent)
{
	unsigned count;

	return look(folder, clock, agent, 0, &count);
}

int64_t switch_try(const char *folder, const struct clock *clock, const char *agent, unsigned *count)
{
	return look(folder, clock, agent, 1, count);
}

/* What cannot be written is forgotten in an hour. */
void switch_right(const char *folder, const char *agent)
{
	int64_t why;
	int fd = open_tries(folder, agent, &why);

	if (fd < 0)
		return;
	write_tries(fd, 0, 0);
	close(fd);
}

void switch_no_try(const char *folder, const char *agent)
{
	int64_t why, at;
	int fd = open_tries(folder, agent, &why);
	unsigned count = fd >= 0 ? read_tries(fd, 0, &at) : 0;

	if (count)
		write_tries(fd, count - 1, at);
	if (fd >= 0)
		close(fd);
}

void switch_say_wait(int64_t wait, struct err *err)
{
	if (wait == SWITCH_NEVER)
		err_set(err, ERR_IO, "wrong tries cannot be counted, so none is taken: neither the runtime folder nor dossier's in XDG_STATE_HOME can be written");
	else if (wait == SWITCH_BUSY)
		err_set(err, ERR_IO, "another program holds the count of wrong tries: nothing was tried; try again");
	else
		err_set(err, ERR_REFUSED, "too many wrong tries: wait %lld s", (long long)(wait + 999) / 1000);
}
