#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "run.h"

#define WORDS 40

void dir_make(struct place_dir *dir)
{
	snprintf(dir->path, sizeof(dir->path), "/tmp/dossier-test.XXXXXX");
	if (!mkdtemp(dir->path))
		abort();
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void dir_remove(struct place_dir *dir)
{
	nftw(dir->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

const char *dir_file(const struct place_dir *dir, const char *name)
{
	static char paths[8][160];
	static unsigned at;
	char *path = paths[at++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir->path, name);
	return path;
}

void dir_write(const struct place_dir *dir, const char *name, const char *text)
{
	FILE *file = fopen(dir_file(dir, name), "w");

	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
}

char *dir_read(const struct place_dir *dir, const char *name, size_t *n)
{
	FILE *file = fopen(dir_file(dir, name), "r");
	size_t got = 0, size = 1 << 16;
	char *text = mem_alloc(size);

	while (file && (got += fread(text + got, 1, size - got - 1, file)) == size - 1)
		text = mem_realloc(text, size *= 2, 1);
	text[got] = '\0';
	if (file)
		fclose(file);
	if (n)
		*n = got;
	return text;
}

static void put_at(int number, int fd)
{
	if (fd < 0 || dup2(fd, number) < 0)
		_exit(126);
}

static int open_or_null(const struct place_dir *dir, const char *name, int flags)
{
	return open(name ? dir_file(dir, name) : "/dev/null", flags, 0600);
}

pid_t run_start(const struct place_dir *dir, const struct run_to *to, const char *const *words)
{
	const char *argv[WORDS] = { getenv("DOSSIER_BIN") };
	pid_t pid;
	int n = 1;

	if (!argv[0])
		argv[0] = "./dossier";
	for (size_t i = 0; words[i] && n < WORDS - 3; i++)
		argv[n++] = words[i];
	argv[n++] = "--config";
	argv[n] = dir_file(dir, "dossier.yaml");
	fflush(NULL);
	pid = fork();
	if (pid != 0)
		return pid;
	put_at(0, to->in_fd ? to->in_fd : open_or_null(dir, to->in, O_RDONLY));
	put_at(1, to->out_fd ? to->out_fd : open_or_null(dir, to->out, O_WRONLY | O_CREAT | (to->append ? O_APPEND : O_TRUNC)));
	put_at(2, open_or_null(dir, to->err, O_WRONLY | O_CREAT | O_TRUNC));
	setenv("XDG_RUNTIME_DIR", dir->path, 1);
	setenv("XDG_STATE_HOME", dir_file(dir, "state"), 1);
	setenv("XDG_DATA_HOME", dir_file(dir, "data"), 1);
	execv(argv[0], (char **)(uintptr_t)argv);
	_exit(127);
}

int run_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1000;
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int run_words(const struct place_dir *dir, const struct run_to *to, const char *const *words)
{
	return run_wait(run_start(dir, to, words));
}
