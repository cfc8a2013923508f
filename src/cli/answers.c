/* A line each: the question, a tab, the answer; without the tab it was answered with what is not kept. */
#include "answers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "cli.h"

#define ANSWERS_MOST (256 * 1024)

struct answers {
	char *path, *text;      /* text: what stands in the file */
	size_t n, at, offered;  /* at: the line of the next question; offered: the one that was given out last */
	size_t count;           /* lines before at */
	char *given;
	bool broken;            /* cannot be written, which was told */
};

static void read_file(struct answers *answers)
{
	int fd = open(answers->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	ssize_t n = 0;

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() && !(st.st_mode & 022) && st.st_size <= ANSWERS_MOST)
		n = read(fd, answers->text, ANSWERS_MOST);
	close(fd);
	/* a line that was cut is none */
	while (n > 0 && answers->text[n - 1] != '\n')
		n--;
	answers->n = n > 0 ? (size_t)n : 0;
}

struct answers *answers_open(const char *path)
{
	struct answers *answers = mem_zalloc(sizeof(*answers));

	answers->path = mem_strdup(path);
	answers->text = mem_zalloc(ANSWERS_MOST + 1);
	answers->offered = SIZE_MAX;
	read_file(answers);
	return answers;
}

void answers_free(struct answers *answers)
{
	if (!answers)
		return;
	free(answers->path);
	free(answers->text);
	free(answers->given);
	free(answers);
}

static size_t line_length(const struct answers *answers)
{
	const char *from = answers->text + answers->at, *end = memchr(from, '\n', answers->n - answers->at);

	return end ? (size_t)(end - from) : 0;
}

const char *answers_next(struct answers *answers, const char *question)
{
	const char *line = answers->text + answers->at;
	size_t n = line_length(answers), asked = strlen(question);
	bool again = answers->offered == answers->at;

	answers->offered = answers->at;
	free(answers->given);
	answers->given = NULL;
	if (n >= asked && memcmp(line, question, asked) == 0 && !again && (n == asked || line[asked] == '\t')) {
		if (n > asked)
			answers->given = mem_strndup(line + asked + 1, n - asked - 1);
	} else {
		answers->n = answers->at;
	}
	return answers->given;
}

/* A parameter such as "api_key=4711"; "token=<token>" names a place, and no secret. */
static bool is_secret(const char *word, size_t n)
{
	static const char *const names[] = { "key", "token", "secret", "password", "passwd", "pass", "pwd", "auth", "signature", "sig" };
	const char *equal = memchr(word, '=', n);
	size_t name = equal ? (size_t)(equal - word) : 0;

	if (!equal || name + 1 == n || equal[1] == '<')
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t k = strlen(names[i]);

		if (name >= k && strncasecmp(equal - k, names[i], k) == 0)
			return true;
	}
	return false;
}

static bool may_keep(const char *answer)
{
	for (const char *at = answer; *at; at += strcspn(at, "?&;"), at += *at != '\0')
		if (is_secret(at, strcspn(at, "?&;")))
			return false;
	return !strpbrk(answer, "\t\n");
}

/* Whole lines only: what is behind this one goes. */
static void write_file(struct answers *answers)
{
	int fd = open(answers->path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	bool fine = fd >= 0 && fchmod(fd, 0600) == 0 && pwrite(fd, answers->text, answers->n, 0) == (ssize_t)answers->n &&
		    ftruncate(fd, (off_t)answers->n) == 0;

	if (!fine && !answers->broken)
		cli_say("%s: %s; the answers are not kept", answers->path, strerror(errno));
	answers->broken |= !fine;
	if (fd >= 0)
		close(fd);
}

/* In place of the line that asked for it, and before what was answered behind that. */
static void put_line(struct answers *answers, const char *line, size_t n, size_t instead)
{
	char *from = answers->text + answers->at;

	if (answers->n - instead + n > ANSWERS_MOST)
		return;
	memmove(from + n, from + instead, answers->n - answers->at - instead);
	memcpy(from, line, n);
	answers->n += n - instead;
	answers->at += n;
	write_file(answers);
}

void answers_keep(struct answers *answers, const char *question, const char *answer)
{
	bool kept = may_keep(answer);
	char *line = mem_printf("%s%s%s\n", question, kept ? "\t" : "", kept ? answer : "");
	size_t n = strlen(line), stands = answers->n > answers->at ? line_length(answers) + 1 : 0;

	answers->count++;
	if (stands == n && memcmp(answers->text + answers->at, line, n) == 0)
		answers->at += n;
	else
		put_line(answers, line, n, stands);
	free(line);
}

size_t answers_count(const struct answers *answers)
{
	return answers->broken ? 0 : answers->count;
}

const char *answers_path(const struct answers *answers)
{
	return answers->path;
}

void answers_done(struct answers *answers)
{
	if (unlink(answers->path) < 0 && errno != ENOENT)
		cli_say("%s: %s", answers->path, strerror(errno));
}
