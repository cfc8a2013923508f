#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/buf.h>
#include <dossier/base/mem.h>

#include "pace.h"

#define PACE_LOCK_RETRY_MS 2
#define PACE_LOCK_STALE_MS 250      /* who holds the lock longer is stopped or dead */
#define PACE_ALONE_SHARE 4          /* of the rate, when it cannot be shared: others may be there */
#define PACE_OPEN (O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
#define PACE_UNITS 1e6
#define PACE_FUTURE_MS 60000        /* a stamp further ahead is not believed */

void pace_put_id(struct buf *out, const char *id)
{
	for (; *id != '\0'; id++) {
		if (isalnum((unsigned char)*id) || *id == '-' || *id == '_')
			buf_addc(out, *id);
		else
			buf_printf(out, "%%%02x", (unsigned)(unsigned char)*id);
	}
}

static char *file_of(const char *dir, const char *id)
{
	struct buf path;

	buf_init(&path, 4096);
	buf_printf(&path, "%s/pace-", dir);
	pace_put_id(&path, id);
	return buf_take(&path);
}

void pace_init(struct pace *pace, const struct clock *clock, const char *dir, const char *id, double rate, double burst, int parts)
{
	*pace = (struct pace){ .clock = clock, .rate = rate, .burst = burst, .fd = -1, .locked_since = -1, .parts = parts };
	pace->tokens = burst;
	pace->stamp = clock_wall(clock);
	if (dir != NULL && rate > 0)
		pace->path = file_of(dir, id);
	else if (rate > 0)
		pace->rate /= parts;
}

void pace_release(struct pace *pace)
{
	if (pace->fd >= 0)
		close(pace->fd);
	pace->fd = -1;
	free(pace->path);
	pace->path = NULL;
}

static void go_alone(struct pace *pace, const char *what, int error)
{
	snprintf(pace->why, sizeof(pace->why), "%.80s: %s%s%s", pace->path, what, error ? ": " : "",
		 error ? strerror(error) : "");
	pace->alone = true;
	pace->rate /= PACE_ALONE_SHARE * pace->parts;
	pace->tokens = pace->burst;
	pace->stamp = clock_wall(pace->clock);
	if (pace->fd >= 0)
		close(pace->fd);
	pace->fd = -1;
}

/* What has flowed in since the stamp; a clock that was set back costs nothing and gives nothing. */
static double refill(double tokens, int64_t stamp, int64_t now, const struct pace *pace)
{
	if (now > stamp)
		tokens += (double)(now - stamp) / 1000.0 * pace->rate;
	return tokens > pace->burst ? pace->burst : tokens;
}

static enum pace_answer spend(const struct pace *pace, double *tokens, enum http_rank rank, int64_t max_wait_ms,
			      int64_t *wait_ms)
{
	/* Batch leaves a quarter of the bucket to people. */
	double need = rank == HTTP_BATCH ? 1 + (pace->burst >= 2 ? pace->burst / 4 : 0) : 1;
	double missing = need - *tokens;

	*wait_ms = missing > 0 ? (int64_t)(missing / pace->rate * 1000.0) + 1 : 0;
	if (missing > 0 && (rank == HTTP_BATCH || *wait_ms > max_wait_ms))
		return PACE_LATER;
	*tokens -= 1;
	return PACE_GO;
}

static bool file_ready(struct pace *pace)
{
	struct stat st;

	if (pace->fd >= 0 && fstat(pace->fd, &st) == 0 && st.st_nlink > 0)
		return true;
	if (pace->fd >= 0)
		close(pace->fd);        /* somebody has removed it: the others share a new one */
	/* Without O_CREAT first: in a sticky folder the kernel refuses it for another user's file. */
	pace->fd = open(pace->path, PACE_OPEN);
	if (pace->fd < 0 && errno == ENOENT) {
		pace->fd = open(pace->path, PACE_OPEN | O_CREAT, 0660);
		if (pace->fd >= 0 && fchmod(pace->fd, 0660) < 0)
			errno = 0;      /* then others keep to their own share */
	}
	if (pace->fd < 0) {
		go_alone(pace, "cannot be written", errno);
		return false;
	}
	/* A second name could be that of another file of ours, put here for us to overwrite. */
	if (fstat(pace->fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink > 1) {
		go_alone(pace, "is not a file of its own", 0);
		return false;
	}
	return true;
}

/* True when locked; else *wait_ms says when to ask again, or the process is alone now. */
static bool file_lock(struct pace *pace, int64_t *wait_ms)
{
	int64_t now = clock_steady(pace->clock);

	if (flock(pace->fd, LOCK_EX | LOCK_NB) == 0) {
		pace->locked_since = -1;
		return true;
	}
	if (errno != EWOULDBLOCK && errno != EINTR) {
		go_alone(pace, "cannot be locked", errno);
		return false;
	}
	if (pace->locked_since < 0)
		pace->locked_since = now;
	if (now - pace->locked_since >= PACE_LOCK_STALE_MS) {
		go_alone(pace, "another process holds its lock and does not let go", 0);
		return false;
	}
	*wait_ms = PACE_LOCK_RETRY_MS;
	return false;
}

/* "TOKENS STAMP" in millionths and wall clock ms; anything else counts as a full bucket. The bytes that stood there. */
static ssize_t file_read(const struct pace *pace, int64_t now, double *tokens, int64_t *stamp)
{
	char text[64], *end;
	ssize_t n = pread(pace->fd, text, sizeof(text) - 1, 0);
	long long units, at;

	*tokens = pace->burst;
	*stamp = now;
	if (n <= 0)
		return n;
	text[n] = '\0';
	units = strtoll(text, &end, 10);
	if (end == text || *end != ' ')
		return n;
	at = strtoll(end + 1, &end, 10);
	if (*end != '\n' || at < 0 || at > now + PACE_FUTURE_MS || (double)units / PACE_UNITS < -600 * pace->rate)
		return n;
	*tokens = (double)units / PACE_UNITS;
	*stamp = at < now ? at : now;
	return n;
}

static bool file_write(const struct pace *pace, double tokens, int64_t stamp, ssize_t before)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "%lld %lld\n", (long long)(tokens * PACE_UNITS), (long long)stamp);

	return pwrite(pace->fd, text, (size_t)n, 0) == n && (n == before || ftruncate(pace->fd, n) == 0);
}

enum pace_answer pace_take(struct pace *pace, enum http_rank rank, int64_t max_wait_ms, int64_t *wait_ms)
{
	int64_t now = clock_wall(pace->clock), stamp;
	enum pace_answer answer;
	double tokens;
	ssize_t before;

	*wait_ms = 0;
	if (pace->rate <= 0)
		return PACE_GO;
	if (pace->path != NULL && !pace->alone && file_ready(pace)) {
		if (!file_lock(pace, wait_ms)) {
			if (!pace->alone)
				return PACE_LATER;
		} else {
			before = file_read(pace, now, &tokens, &stamp);
			tokens = refill(tokens, stamp, now, pace);
			answer = spend(pace, &tokens, rank, max_wait_ms, wait_ms);
			if (answer == PACE_GO && !file_write(pace, tokens, now, before))
				go_alone(pace, "cannot be written", errno);
			else
				flock(pace->fd, LOCK_UN);
			return answer;
		}
	}
	pace->tokens = refill(pace->tokens, pace->stamp, now, pace);
	pace->stamp = now;
	return spend(pace, &pace->tokens, rank, max_wait_ms, wait_ms);
}

/* Ours and closed to others: in /tmp anybody could have made it first. */
static bool folder_is_ours(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

static char *folder_try(char *path, bool given)
{
	bool made = mkdir(path, 0700) == 0;

	if (made || (errno == EEXIST && (given || folder_is_ours(path))))
		return path;
	free(path);
	return NULL;
}

char *pace_folder(const char *given, struct err *err)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	unsigned long uid = (unsigned long)geteuid();
	char *path;

	if (given != NULL) {
		path = folder_try(mem_strdup(given), true);
		if (path == NULL)
			err_set(err, ERR_IO, "%s: cannot make the runtime folder: %s", given, strerror(errno));
		return path;
	}
	if (xdg != NULL && xdg[0] == '/' && (path = folder_try(mem_printf("%s/dossier", xdg), false)) != NULL)
		return path;
	if ((path = folder_try(mem_printf("/run/user/%lu/dossier", uid), false)) != NULL)
		return path;
	if ((path = folder_try(mem_printf("/tmp/dossier-%lu", uid), false)) != NULL)
		return path;
	err_set(err, ERR_IO, "no runtime folder: neither $XDG_RUNTIME_DIR nor /tmp/dossier-%lu can be used", uid);
	return NULL;
}
