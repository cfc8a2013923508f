#include <dossier/desk/session.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>
#include <dossier/net/runtime.h>

#define SESSION_MOST 4096
#define SESSION_FILE "session-"
#define WORD_MOST 200

/* When the process began, in the kernel's ticks: a number that is used again is another one's. */
static unsigned long long began(pid_t pid)
{
	char path[64], text[1024];
	unsigned long long ticks = 0;
	const char *at;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	/* the name in parentheses may hold anything; after it the 20th word is the one */
	at = strrchr(text, ')');
	for (int i = 0; at && i < 20; i++)
		at = strchr(at + 1, ' ');
	if (at)
		ticks = strtoull(at + 1, NULL, 10);
	return ticks;
}

static char *path_of(const char *folder)
{
	pid_t sid = getsid(0);

	return mem_printf("%s/" SESSION_FILE "%ld-%llu", folder, (long)sid, began(sid));
}

static char *read_word(struct json_object *map, const char *name)
{
	struct json_object *value;

	if (!json_object_object_get_ex(map, name, &value) || !json_object_is_type(value, json_type_string) ||
	    json_object_get_string_len(value) > WORD_MOST || !json_object_get_string_len(value))
		return NULL;
	return mem_strdup(json_object_get_string(value));
}

void session_read(const char *given, struct session *session)
{
	char *folder = runtime_folder(given, NULL), *path = folder ? path_of(folder) : NULL;
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	struct json_object *map = NULL;
	char text[SESSION_MOST];
	struct stat st;
	ssize_t n;

	*session = (struct session){ 0 };
	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022)) {
		n = read(fd, text, sizeof(text));
		map = n > 0 ? json_parse_whole(str_make(text, (size_t)n), NULL, NULL) : NULL;
	}
	if (json_object_is_type(map, json_type_object)) {
		session->agent = read_word(map, "agent");
		session->channel = read_word(map, "channel");
	}
	json_object_put(map);
	if (fd >= 0)
		close(fd);
	free(path);
	free(folder);
}

static void sweep(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *at;

	while (dir && (at = readdir(dir))) {
		char *end;
		long sid;

		if (strncmp(at->d_name, SESSION_FILE, strlen(SESSION_FILE)) != 0)
			continue;
		sid = strtol(at->d_name + strlen(SESSION_FILE), &end, 10);
		if (sid > 0 && *end == '-' && kill((pid_t)sid, 0) < 0 && errno == ESRCH)
			unlinkat(dirfd(dir), at->d_name, 0);
	}
	if (dir)
		closedir(dir);
}

static void put(struct json_object *map, const char *name, const char *text)
{
	if (text)
		json_object_object_add(map, name, json_object_new_string(text));
}

/* Whole or not at all: a reader never sees half of it. */
static bool write_file(const char *path, const struct session *session, struct err *err)
{
	char *half = mem_printf("%s.%ld", path, (long)getpid());
	struct json_object *map = json_object_new_object();
	struct buf text;
	bool good;
	int fd;

	json_object_object_add(map, "v", json_object_new_int(1));
	put(map, "agent", session->agent);
	put(map, "channel", session->channel);
	buf_init(&text, SESSION_MOST);
	json_write(&text, map);
	json_object_put(map);
	unlink(half);
	fd = open(half, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	good = fd >= 0 && !text.full && write(fd, text.data, text.len) == (ssize_t)text.len;
	good = (fd < 0 || close(fd) == 0) && good && rename(half, path) == 0;
	if (!good) {
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
		unlink(half);
	}
	buf_release(&text);
	free(half);
	return good;
}

bool session_write(const char *given, const struct session *session, struct err *err)
{
	char *folder = runtime_folder(given, err), *path;
	bool good;

	if (!folder)
		return false;
	sweep(folder);
	path = path_of(folder);
	if (session->agent || session->channel)
		good = write_file(path, session, err);
	else
		good = unlink(path) == 0 || errno == ENOENT || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	free(path);
	free(folder);
	return good;
}

void session_release(struct session *session)
{
	free(session->agent);
	free(session->channel);
	*session = (struct session){ 0 };
}
