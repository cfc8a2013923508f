/*
 * Wrong tries, counted where every program of this user finds them.
 */
#include <dossier/desk/switch.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/net/runtime.h>

#define FREE 2                  /* anybody mistypes */
#define WAIT_MOST 60000
#define FORGOTTEN (60 * 60 * INT64_C(1000))

static int open_tries(const char *given, const char *agent, int flags)
{
	char *folder = runtime_folder(given, NULL), *path = folder ? mem_printf("%s/tries-%s", folder, agent) : NULL;
	struct stat st;
	int fd = path ? open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600) : -1;

	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())) {
		close(fd);
		fd = -1;
	}
	free(path);
	free(folder);
	return fd;
}

/* "COUNT WHEN" */
static unsigned read_tries(int fd, int64_t now, int64_t *at)
{
	char text[64], *end;
	ssize_t n = fd >= 0 ? pread(fd, text, sizeof(text) - 1, 0) : -1;
	unsigned long count;

	*at = 0;
	if (n <= 0)
		return 0;
	text[n] = '\0';
	count = strtoul(text, &end, 10);
	*at = strtoll(end, NULL, 10);
	return count > 1000 ? 1000 : now - *at > FORGOTTEN ? 0 : (unsigned)count;
}

static int64_t wait_after(unsigned count)
{
	int64_t wait = 1000;

	if (count <= FREE)
		return 0;
	for (unsigned i = FREE + 1; i < count && wait < WAIT_MOST; i++)
		wait *= 2;
	return wait < WAIT_MOST ? wait : WAIT_MOST;
}

int64_t switch_wait(const char *folder, const struct clock *clock, const char *agent)
{
	int fd = open_tries(folder, agent, O_RDONLY);
	int64_t now = clock_wall(clock), at, left;
	unsigned count = read_tries(fd, now, &at);

	if (fd >= 0)
		close(fd);
	left = wait_after(count) - (now - at);
	/* a clock that was set back does not lock anybody out */
	return left <= 0 ? 0 : left > WAIT_MOST ? WAIT_MOST : left;
}

unsigned switch_wrong(const char *folder, const struct clock *clock, const char *agent)
{
	int fd = open_tries(folder, agent, O_RDWR | O_CREAT);
	int64_t now = clock_wall(clock), at;
	unsigned count = read_tries(fd, now, &at) + 1;
	char text[64];
	int n = snprintf(text, sizeof(text), "%u %lld\n", count, (long long)now);

	if (fd >= 0) {
		if (pwrite(fd, text, (size_t)n, 0) == n)
			(void)!ftruncate(fd, n);
		close(fd);
	}
	return count;
}

void switch_right(const char *folder, const char *agent)
{
	int fd = open_tries(folder, agent, O_RDWR);

	if (fd < 0)
		return;
	/* what cannot be emptied is forgotten in an hour */
	(void)!ftruncate(fd, 0);
	close(fd);
}
