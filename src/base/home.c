#include <dossier/base/home.h>

#include <errno.h>
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
