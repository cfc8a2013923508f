#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>

#include "place.h"

static void must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	abort();
}

void place_make(struct place *place)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(place->dir, sizeof(place->dir), "%s/dossier-test-XXXXXX", tmp && strlen(tmp) < 90 ? tmp : "/tmp");
	must(mkdtemp(place->dir), place->dir);
}

static int drop(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void place_remove(struct place *place)
{
	nftw(place->dir, drop, 16, FTW_DEPTH | FTW_PHYS);
}

char *place_path(const struct place *place, const char *name)
{
	return mem_printf("%s/%s", place->dir, name);
}

void place_write(const struct place *place, const char *name, unsigned mode, const char *text)
{
	char *path = place_path(place, name);
	size_t n = strlen(text);
	int fd;

	for (char *slash = path + strlen(place->dir) + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		must(!mkdir(path, 0755) || errno == EEXIST, path);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	must(fd >= 0, path);
	must(write(fd, text, n) == (ssize_t)n, path);
	must(!fchmod(fd, (mode_t)mode), path);
	close(fd);
	free(path);
}
