#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

#define PROGRAM "dossier-sandbox"
#define STATE_MOST (1024 * 1024)
#define TURN_TRIES 1500
#define TURN_EACH_MS 20
#define TURN_TOLD 50            /* tries: about a second */

extern char **environ;

static char *folder(void)
{
	const char *xdg = getenv("XDG_RUNTIME_DIR");

	return xdg && xdg[0] == '/' ? mem_printf("%s/dossier", xdg) : mem_printf("/tmp/dossier-%lu", (unsigned long)geteuid());
}

/* Only what this user alone can have written is believed: it names a process and holds credentials. */
static char *read_own(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	char *text = NULL;
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022) && st.st_size <= STATE_MOST) {
		text = mem_zalloc((size_t)st.st_size + 1);
		n = read(fd, text, (size_t)st.st_size);
		text[n > 0 ? n : 0] = '\0';
	}
	close(fd);
	return text;
}

/* A number left by one that died may belong to another program by now, or to what is left of it until it is waited for. */
static bool is_sandbox(pid_t pid)
{
	char *path = mem_printf("/proc/%ld/stat", (long)pid), text[64] = "", *state;
	int fd = pid > 0 ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : 0;

	if (fd >= 0)
		close(fd);
	free(path);
	state = n > 0 ? strstr(text, " (" PROGRAM ") ") : NULL;
	return state && !strchr("ZX", state[strlen(" (" PROGRAM ") ")]);
}

bool sandbox_find(struct sandbox *sandbox)
{
	char *dir = folder(), *path = mem_printf("%s/sandbox.json", dir), *text = read_own(path);
	struct err err = { 0 };

	*sandbox = (struct sandbox){ 0 };
	if (text)
		sandbox->state = json_parse_whole(str_of(text), &json_scan_defaults, &err);
	if (json_object_is_type(sandbox->state, json_type_object))
		sandbox->pid = (pid_t)json_object_get_int(json_object_object_get(sandbox->state, "pid"));
	free(text);
	free(path);
	free(dir);
	if (is_sandbox(sandbox->pid))
		return true;
	sandbox_release(sandbox);
	return false;
}

/* Beside this program, as after a build; else where programs are looked for. */
static char *program(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash, *path = NULL;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash) {
		path = mem_printf("%.*s/" PROGRAM, (int)(slash - self), self);
		if (access(path, X_OK) == 0)
			return path;
	}
	free(path);
	return mem_strdup(PROGRAM);
}

static bool start(void)
{
	char *path = program(), *argv[] = { path, (char[]){ "--background" }, (char[]){ "--quiet" }, NULL };
	posix_spawn_file_actions_t actions;
	int status = 0, error;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	error = posix_spawnp(&pid, path, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		cli_say("%s: %s", path, strerror(error));
	while (!error && waitpid(pid, &status, 0) < 0)
		error = errno == EINTR ? 0 : errno;
	free(path);
	return !error && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool own_folder(const char *path)
{
	struct stat st;

	return (mkdir(path, 0700) == 0 || errno == EEXIST) && lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022);
}

/* The lock file stays: one that is taken away is held by some who never meet. */
static int open_turn(void)
{
	char *dir = folder(), *path = mem_printf("%s/sandbox.turn", dir);
	bool own = own_folder(dir);
	int fd = own ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;

	if (!own)
		cli_say("%s is not a folder that you alone can write to", dir);
	else if (fd < 0)
		cli_say("%s: %s", path, strerror(errno));
	free(path);
	free(dir);
	return fd;
}

/* Whose turn it is stands in the file, for those who wait; an id of none that lives is an older one's. */
static void sign_turn(int fd)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());

	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
		cli_say("the sandbox's turn cannot be signed: %s", strerror(errno));
}

static void say_whose_turn(int fd)
{
	char text[24] = "";
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	long pid = n > 0 ? strtol(text, NULL, 10) : 0;

	if (pid > 0 && (kill((pid_t)pid, 0) == 0 || errno == EPERM))
		cli_say("waiting for process %ld, another dossier that starts, ends or resets the sandbox", pid);
	else
		cli_say("waiting for another dossier that starts, ends or resets the sandbox");
}

int sandbox_turn(void)
{
	int fd = open_turn();
	bool ours = false;

	for (int i = 0; fd >= 0 && !ours && i < TURN_TRIES; i++) {
		if (i == TURN_TOLD)
			say_whose_turn(fd);
		ours = flock(fd, LOCK_EX | LOCK_NB) == 0;
		if (!ours)
			nanosleep(&(struct timespec){ 0, TURN_EACH_MS * 1000000L }, NULL);
	}
	if (fd >= 0 && !ours) {
		cli_say("the sandbox is being started or ended by another dossier, and that takes long; try again");
		close(fd);
	}
	if (ours)
		sign_turn(fd);
	return ours ? fd : -1;
}

char *sandbox_store(void)
{
	char *dir = folder(), *path = mem_printf("%s/sandbox-store", dir);

	free(dir);
	return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void sandbox_forget(void)
{
	char *path = sandbox_store();

	if (nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT)
		cli_say("%s: %s", path, strerror(errno));
	free(path);
}

const char *sandbox_login(void)
{
	const char *login = cli_login();

	return login ? login : "me";
}

/* The store stands in a folder of its own, so that a reset can take it away whole. */
static struct json_object *configuration(const struct sandbox *sandbox)
{
	char *path = sandbox_store();
	struct json_object *root;

	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		cli_say("%s: %s", path, strerror(errno));
	root = sandbox_house(sandbox->state, path, sandbox_login());
	free(path);
	return root;
}

/* Agents who practise side by side must not take each other's. */
char *sandbox_config(void)
{
	char *dir = folder(), *path;

	path = sandbox_plays(sandbox_login()) ? mem_printf("%s/sandbox-%s.yaml", dir, sandbox_login()) : mem_printf("%s/sandbox.yaml", dir);
	free(dir);
	return path;
}

static bool write_config(struct sandbox *sandbox)
{
	char *dir = folder(), *next = mem_printf("%s/sandbox.yaml.%ld", dir, (long)getpid());
	struct json_object *root = configuration(sandbox);
	int fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct buf text;
	bool fine;

	sandbox->config = sandbox_config();
	buf_init(&text, STATE_MOST);
	json_write(&text, root);
	fine = fd >= 0 && write(fd, text.data, text.len) == (ssize_t)text.len;
	if (fd >= 0 && close(fd) != 0)
		fine = false;
	fine = fine && rename(next, sandbox->config) == 0;
	if (!fine)
		cli_say("%s: %s", sandbox->config, strerror(errno));
	buf_release(&text);
	json_object_put(root);
	free(next);
	free(dir);
	return fine;
}

/* Whoever came first has started one while this waited, and its store is in use. */
static bool start_one(struct sandbox *sandbox, bool *started)
{
	int turn = sandbox_turn();
	bool runs;

	if (turn < 0)
		return false;
	runs = sandbox_find(sandbox);
	if (!runs) {
		sandbox_forget();
		*started = runs = start() && sandbox_find(sandbox);
	}
	close(turn);
	if (!runs)
		cli_say("the sandbox could not be started; try \"" PROGRAM "\" by itself");
	return runs;
}

bool sandbox_use(struct sandbox *sandbox, bool *started)
{
	*started = false;
	return (sandbox_find(sandbox) || start_one(sandbox, started)) && write_config(sandbox);
}

void sandbox_release(struct sandbox *sandbox)
{
	json_object_put(sandbox->state);
	free(sandbox->config);
	*sandbox = (struct sandbox){ 0 };
}
