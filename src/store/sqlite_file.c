#include "sqlite_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#ifndef SMB2_SUPER_MAGIC
#define SMB2_SUPER_MAGIC 0xFE534D42
#endif
#ifndef CIFS_SUPER_MAGIC
#define CIFS_SUPER_MAGIC 0xFF534D42
#endif
#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

/* Advisory locks of these are missing, late or only of one host; FUSE may be any of them. */
static const struct { unsigned long magic; const char *name; } networks[] = {
	{ NFS_SUPER_MAGIC, "NFS" }, { SMB_SUPER_MAGIC, "SMB" }, { SMB2_SUPER_MAGIC, "SMB" }, { CIFS_SUPER_MAGIC, "SMB" },
	{ V9FS_MAGIC, "9p" }, { FUSE_SUPER_MAGIC, "FUSE" }, { AFS_SUPER_MAGIC, "AFS" }, { CODA_SUPER_MAGIC, "Coda" },
	{ NCP_SUPER_MAGIC, "NCP" }, { 0x00C36400, "Ceph" }, { 0x47504653, "GPFS" }, { 0x0BD00BD0, "Lustre" },
};

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return mem_strdup(".");
	return slash == path ? mem_strdup("/") : mem_strndup(path, (size_t)(slash - path));
}

bool sqlite_file_local(const char *path, const char *name, struct err *err)
{
	char *folder = folder_of(path);
	struct statfs fs;
	bool known = statfs(path, &fs) == 0 || statfs(folder, &fs) == 0;

	free(folder);
	for (size_t i = 0; known && i < sizeof(networks) / sizeof(*networks); i++) {
		if (((unsigned long)fs.f_type & 0xFFFFFFFFul) == networks[i].magic)
			return err_set(err, ERR_CONFIG,
				       "%s %s stands on a network file system (%s), where several writers can destroy it; put it on a disk of this host",
				       name, path, networks[i].name);
	}
	return true;
}

static bool lies_in(const char *path, const char *folder)
{
	size_t n = folder ? strlen(folder) : 0;

	return n > 1 && folder[0] == '/' && !strncmp(path, folder, n) && path[n] == '/' && !strstr(path, "/../");
}

void sqlite_file_home(const char *path)
{
	const char *home = getenv("HOME"), *data = getenv("XDG_DATA_HOME");
	const char *from = lies_in(path, data) ? data : lies_in(path, home) ? home : NULL;
	char *part;

	if (!from)
		return;
	part = mem_strdup(path);
	for (char *at = part + (from == data ? 1 : strlen(from) + 1); *at; at++) {
		if (*at != '/')
			continue;
		*at = '\0';
		/* whatever is in the way is told when the file is opened */
		if (mkdir(part, 0700) < 0 && errno != EEXIST && access(part, X_OK) < 0)
			break;
		*at = '/';
	}
	free(part);
}

/* A second name for a finished file: nobody ever sees it with the umask's rights. */
static bool place(const char *made, const char *path)
{
	if (link(made, path) == 0 || errno == EEXIST)
		return true;
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
		return false;
	/* a file system without links: rename would replace another's, so only where there is none */
	return access(path, F_OK) == 0 || rename(made, path) == 0;
}

bool sqlite_file_make(const char *path, const char *name, unsigned mode, struct err *err)
{
	char *made;
	int fd;
	bool good;

	if (access(path, F_OK) == 0)
		return true;
	made = mem_printf("%s.XXXXXX", path);
	fd = mkostemp(made, O_CLOEXEC);
	good = fd >= 0 && fchmod(fd, mode) == 0 && place(made, path);
	if (!good)
		err_set(err, ERR_IO, "%s %s cannot be made: %s; its folder must be there, and you must be allowed to write in it", name, path,
			strerror(errno));
	if (fd >= 0) {
		unlink(made);
		close(fd);
	}
	free(made);
	return good;
}
