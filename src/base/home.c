#include <dossier/base/home.h>

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/mem.h>

char *home_file(const char *variable, const char *usual, const char *rest)
{
	const char *folder = getenv(variable), *home = getenv("HOME");

	if (folder && folder[0] == '/')
		return mem_printf("%s/%s", folder, rest);
	return home && home[0] == '/' ? mem_printf("%s/%s/%s", home, usual, rest) : NULL;
}

bool home_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		bool fine;

		*slash = '\0';
		/* a folder of others may be there and not say so */
		fine = mkdir(path, 0700) == 0 || errno == EEXIST || access(path, X_OK) == 0;
		*slash = '/';
		if (!fine)
			return false;
	}
	return true;
}

/* The source is the build folder itself, or the one above it. NULL: this program stands in no build folder. */
static char *built_from(void)
{
	char self[PATH_MAX], *slash, *path;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	bool built, found = false;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	path = mem_printf("%s/config.status", self);
	built = access(path, F_OK) == 0;
	free(path);
	for (int i = 0; built && !found && i < 2; i++) {
		if (i > 0 && (slash = strrchr(self, '/')))
			*slash = '\0';
		path = mem_printf("%s/connectors", self);
		found = access(path, X_OK) == 0;
		free(path);
	}
	return found ? mem_strdup(self) : NULL;
}

char *home_data(void)
{
	const char *data = getenv("DOSSIER_DATADIR");
	char *built = data && *data ? NULL : built_from();

	return built ? built : mem_strdup(data && *data ? data : DOSSIER_DATA);
}
