#include "batch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>

#define MARK_MOST (1024 * 1024 * 1024)
#define BEYOND_MOST 100000

const char *batch_status_word(int status)
{
	static const char *const words[] = { "found", "none", "several", "partial", "failed" };

	return words[status];
}

void batch_mark_release(struct batch_mark *mark)
{
	free(mark->beyond);
	*mark = (struct batch_mark){ 0 };
}

static void write_mark(struct buf *text, const char *about, const struct batch_mark *mark, struct str chunk)
{
	buf_printf(text, "dossier batch 1\n%s\nrecords %llu %llx\nbeyond %zu", about, (unsigned long long)mark->records,
		   (unsigned long long)mark->hash, mark->n_beyond);
	for (size_t i = 0; i < mark->n_beyond; i++)
		buf_printf(text, " %llu", (unsigned long long)mark->beyond[i]);
	buf_adds(text, "\ncounts");
	for (int i = 0; i < BATCH_STATUSES; i++)
		buf_printf(text, " %llu", (unsigned long long)mark->counts[i]);
	buf_printf(text, "\nviewed %llx", (unsigned long long)mark->viewed);
	buf_printf(text, "\nlength %lld\nchunk %u\n", (long long)mark->length, chunk.n);
	buf_addstr(text, chunk);
}

static bool write_all(int fd, struct str text)
{
	size_t at = 0;

	while (at < text.n) {
		ssize_t n = write(fd, text.p + at, text.n - at);

		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

bool batch_mark_save(const char *path, const char *about, const struct batch_mark *mark, struct str chunk, struct err *err)
{
	char *next = mem_printf("%s.next", path);
	int fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct buf text;
	bool fine;

	buf_init(&text, SIZE_MAX / 4);
	write_mark(&text, about, mark, chunk);
	fine = fd >= 0 && write_all(fd, buf_str(&text));
	if (fd >= 0 && close(fd) != 0)
		fine = false;
	fine = fine && rename(next, path) == 0;
	if (!fine)
		err_set(err, ERR_IO, "%s: the mark of how far this got cannot be written: %s", path, strerror(errno));
	buf_release(&text);
	free(next);
	return fine;
}

static bool read_file(const char *path, struct buf *text, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char bytes[16 * 1024];
	ssize_t n;

	if (fd < 0 && errno == ENOENT)
		return false;
	while (fd >= 0 && (n = read(fd, bytes, sizeof(bytes))) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0 && !buf_add(text, bytes, (size_t)n))
			break;
	}
	if (fd < 0 || n < 0)
		err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return err->code == ERR_NONE;
}

/* Reads "word NUMBER" and moves on behind it; base 10 or 16. */
static bool read_number(const char **at, const char *word, int base, uint64_t *value)
{
	size_t n = strlen(word);
	char *end;

	if (strncmp(*at, word, n) != 0)
		return false;
	*value = strtoull(*at + n, &end, base);
	if (end == *at + n)
		return false;
	*at = end;
	return true;
}

static bool read_mark(const char *at, const char *end, struct batch_mark *mark, struct buf *chunk)
{
	uint64_t n, length;
	bool fine = read_number(&at, "records ", 10, &mark->records) && read_number(&at, " ", 16, &mark->hash) &&
		    read_number(&at, "\nbeyond ", 10, &n) && n <= BEYOND_MOST;

	if (!fine)
		return false;
	mark->beyond = mem_array(n + 1, sizeof(*mark->beyond));
	mark->n_beyond = n;
	for (uint64_t i = 0; i < n; i++)
		fine = fine && read_number(&at, " ", 10, &mark->beyond[i]);
	fine = fine && strncmp(at, "\ncounts", 7) == 0;
	at += fine ? 7 : 0;
	for (int i = 0; i < BATCH_STATUSES; i++)
		fine = fine && read_number(&at, " ", 10, &mark->counts[i]);
	fine = fine && read_number(&at, "\nviewed ", 16, &mark->viewed);
	fine = fine && read_number(&at, "\nlength ", 10, &length) && read_number(&at, "\nchunk ", 10, &n) && *at == '\n';
	if (!fine || (uint64_t)(end - at - 1) != n)
		return false;
	mark->length = (int64_t)length;
	return buf_add(chunk, at + 1, n);
}

bool batch_mark_load(const char *path, const char *about, struct batch_mark *mark, struct buf *chunk, struct err *err)
{
	static const char first[] = "dossier batch 1\n";
	struct buf text;
	const char *line;
	size_t n = strlen(about);
	bool fine = false;

	buf_init(&text, MARK_MOST);
	if (!read_file(path, &text, err)) {
		buf_release(&text);
		return false;
	}
	line = text.data ? text.data : "";
	if (strncmp(line, first, sizeof(first) - 1) != 0) {
		err_set(err, ERR_USAGE, "%s is no file of --resume; name one that does not exist yet", path);
	} else if (line += sizeof(first) - 1, strncmp(line, about, n) != 0 || line[n] != '\n') {
		err_set(err, ERR_USAGE, "%s belongs to another run (%.*s); give the same words, or another --resume file", path,
			(int)strcspn(line, "\n"), line);
	} else if (!read_mark(line + n + 1, text.data + text.len, mark, chunk)) {
		err_set(err, ERR_USAGE, "%s is damaged; remove it and begin again with an empty output", path);
	} else {
		fine = true;
	}
	buf_release(&text);
	return fine;
}
