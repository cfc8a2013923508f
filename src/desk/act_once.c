#include <dossier/desk/act.h>

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/home.h>
#include <dossier/base/mem.h>

#define RECORD_SIZE 4096
#define BEGUN "begun"
#define DONE "done "            /* as long as BEGUN, written over it */

static bool is_uuid(const char *id)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? id[i] != '-' : !isxdigit((unsigned char)id[i]))
			return false;
	}
	return id[36] == '\0';
}

static char *path_of(const char *id)
{
	char low[37], *rest, *path;

	for (size_t i = 0; i < sizeof(low); i++)
		low[i] = (char)tolower((unsigned char)id[i]);
	rest = mem_printf("dossier/actions/%s", low);
	path = home_file("XDG_STATE_HOME", ".local/state", rest);
	free(rest);
	return path;
}

/* What stands in the file of an id that was taken before: "begun 1790000000000 words". */
static enum act_once judge(int fd, const char *id, const char *words, int64_t *since, struct err *err)
{
	char text[RECORD_SIZE], *end;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	bool done;

	text[n > 0 ? n : 0] = '\0';
	done = strncmp(text, DONE, 5) == 0;
	if (!done && strncmp(text, BEGUN, 5) != 0)
		return ACT_ONCE_OPEN;
	*since = strtoll(text + 5, &end, 10);
	if (*end == ' ' && strncmp(end + 1, words, sizeof(text) - 100) == 0)
		return done ? ACT_ONCE_DONE : ACT_ONCE_OPEN;
	err_set(err, ERR_USAGE, "the id %s belongs to another action; each needs one of its own", id);
	return ACT_ONCE_REFUSED;
}

enum act_once act_once_begin(const char *id, const char *words, const struct clock *clock, int64_t *since, struct err *err)
{
	char *path = is_uuid(id) ? path_of(id) : NULL, *text;
	enum act_once once = ACT_ONCE_MINE;
	int fd;

	if (!path) {
		err_set(err, ERR_USAGE, is_uuid(id) ? "%s: no state folder: neither XDG_STATE_HOME nor HOME is set" : "\"%s\" is no UUID", id);
		return ACT_ONCE_REFUSED;
	}
	fd = home_folders(path) ? open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (fd >= 0) {
		text = mem_printf(BEGUN " %lld %.*s", (long long)clock_wall(clock), RECORD_SIZE - 100, words);
		if (write(fd, text, strlen(text)) != (ssize_t)strlen(text) || fsync(fd) != 0)
			once = ACT_ONCE_REFUSED;
		free(text);
	} else if (errno == EEXIST && (fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) >= 0) {
		once = judge(fd, id, words, since, err);
	} else {
		once = ACT_ONCE_REFUSED;
	}
	if (once == ACT_ONCE_REFUSED && err->code == ERR_NONE)
		err_set(err, ERR_IO, "%s: the id cannot be remembered: %s; nothing was sent", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(path);
	return once;
}

void act_once_end(const char *id, enum backend_outcome outcome)
{
	char *path = path_of(id);
	int fd;

	if (path && outcome == ACT_NOT_SENT) {
		unlink(path);
	} else if (path && outcome == ACT_DONE) {
		/* Were it not written, the action would read as begun: asked again, never done again. */
		fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd >= 0 && pwrite(fd, DONE, 5, 0) == 5)
			fsync(fd);
		if (fd >= 0)
			close(fd);
	}
	free(path);
}
