#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <dossier/base/buf.h>
#include <dossier/base/json.h>

/* A folder of ours that nobody else can write to. */
static bool own_folder(const char *path, struct err *err)
{
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return err_set(err, ERR_IO, "cannot make the folder %s: %s", path, strerror(errno));
	if (lstat(path, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != getuid() || (st.st_mode & 022))
		return err_set(err, ERR_IO, "%s is not a folder that you alone can write to; name another file with --state", path);
	return true;
}

static bool default_path(struct place *place, struct err *err)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	char folder[480];

	if (xdg && *xdg == '/' && strlen(xdg) < 400)
		snprintf(folder, sizeof(folder), "%s/dossier", xdg);
	else
		snprintf(folder, sizeof(folder), "/tmp/dossier-%lu", (unsigned long)getuid());
	if (!own_folder(folder, err))
		return false;
	snprintf(place->path, sizeof(place->path), "%s/sandbox.json", folder);
	return true;
}

/* The one that ended took the name away while this waited to lock it: another may lock another. */
static bool is_named(int fd, const char *path)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static int open_lock(const char *path, bool *held)
{
	int fd;

	while ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) >= 0) {
		*held = flock(fd, LOCK_EX | LOCK_NB) == 0;
		if (!*held || is_named(fd, path))
			break;
		close(fd);
	}
	return fd;
}

bool place_claim(struct place *place, const char *path, struct err *err)
{
	char lock[600];
	bool held;

	place->lock = -1;
	if (path && strlen(path) >= sizeof(place->path))
		return err_set(err, ERR_USAGE, "the path of the state file is too long");
	if (path)
		snprintf(place->path, sizeof(place->path), "%s", path);
	else if (!default_path(place, err))
		return false;
	snprintf(lock, sizeof(lock), "%s.lock", place->path);
	place->lock = open_lock(lock, &held);
	if (place->lock < 0)
		return err_set(err, ERR_IO, "cannot open %s: %s", lock, strerror(errno));
	if (!held) {
		close(place->lock);
		place->lock = -1;
		return err_set(err, ERR_IO, "a sandbox is running already, see %s; stop it, or name another file with --state", place->path);
	}
	return true;
}

static bool write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, data, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		data += done;
		n -= (size_t)done;
	}
	return true;
}

bool place_write(struct place *place, struct json_object *value, struct err *err)
{
	char temporary[600];
	struct buf text;
	bool done;
	int fd;

	buf_init(&text, 1 << 20);
	json_write(&text, value);
	buf_addc(&text, '\n');
	json_object_put(value);
	snprintf(temporary, sizeof(temporary), "%s.%ld", place->path, (long)getpid());
	unlink(temporary);
	fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	done = fd >= 0 && write_all(fd, text.data, text.len);
	if (fd >= 0)
		done = close(fd) == 0 && done;
	done = done && rename(temporary, place->path) == 0;
	if (!done) {
		err_set(err, ERR_IO, "cannot write %s: %s", place->path, strerror(errno));
		unlink(temporary);
	}
	place->written = done;
	buf_release(&text);
	return done;
}

void place_leave(struct place *place)
{
	char lock[600];

	if (place->lock < 0)
		return;
	if (place->written)
		unlink(place->path);
	snprintf(lock, sizeof(lock), "%s.lock", place->path);
	unlink(lock);
	close(place->lock);
	place->lock = -1;
}
