#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/log.h>
#include <dossier/base/mem.h>
#include <dossier/base/text.h>
#include <dossier/base/when.h>

enum { FILE_MOST = 8 << 20, LINE_MOST = 16384, SECRET_LEAST = 4 };

static const char dots[] = "\342\200\242\342\200\242\342\200\242";

struct secret { char *p; size_t n; };

struct log {
	const struct clock *clock;
	int fd;                 /* -1: no file */
	char *path;
	off_t size;
	struct { struct secret *items; size_t n, cap; } secrets;       /* longest first */
	bool first[256];        /* some secret starts with this byte */
};

struct log *log_new(const struct clock *clock)
{
	struct log *log = mem_zalloc(sizeof(*log));

	log->clock = clock;
	log->fd = -1;
	return log;
}

void log_free(struct log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < log->secrets.n; i++) {
		mem_wipe(log->secrets.items[i].p, log->secrets.items[i].n);
		free(log->secrets.items[i].p);
	}
	free(log->secrets.items);
	free(log->path);
	if (log->fd >= 0)
		close(log->fd);
	free(log);
}

static bool open_file(struct log *log, struct err *err)
{
	struct stat st;
	int fd = open(log->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	if (fd < 0)
		return err_set(err, ERR_IO, "log file %s: %s", log->path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, ERR_IO, "log file %s: it must be an ordinary file", log->path);
	}
	/* an older file may be open to others */
	if ((st.st_mode & 077) != 0 && fchmod(fd, 0600) != 0) {
		int cause = errno;
		close(fd);
		return err_set(err, ERR_IO, "log file %s: others may read it, and that cannot be changed: %s",
			       log->path, strerror(cause));
	}
	if (log->fd >= 0)
		close(log->fd);
	log->fd = fd;
	log->size = st.st_size;
	return true;
}

bool log_open(struct log *log, const char *path, struct err *err)
{
	free(log->path);
	log->path = mem_strdup(path);
	return open_file(log, err);
}

static void secret_add(struct log *log, struct str secret)
{
	size_t at = 0;

	if (secret.n < SECRET_LEAST)
		return;
	for (size_t i = 0; i < log->secrets.n; i++)
		if (str_eq(secret, str_make(log->secrets.items[i].p, log->secrets.items[i].n)))
			return;
	MEM_ROOM(log->secrets.items, log->secrets.n, log->secrets.cap);
	/* the longest first: where one secret starts with another, all of it goes */
	while (at < log->secrets.n && log->secrets.items[at].n >= secret.n)
		at++;
	memmove(log->secrets.items + at + 1, log->secrets.items + at,
		(log->secrets.n - at) * sizeof(*log->secrets.items));
	log->secrets.items[at] = (struct secret){ str_dup(secret), secret.n };
	log->secrets.n++;
	log->first[(unsigned char)secret.p[0]] = true;
}

static void add_percent_form(struct log *log, struct str secret)
{
	struct buf out;

	buf_init(&out, (size_t)secret.n * 3);
	for (uint32_t i = 0; i < secret.n; i++) {
		unsigned char c = (unsigned char)secret.p[i];
		if (isascii(c) && (isalnum(c) || strchr("-._~", c)))
			buf_addc(&out, (char)c);
		else
			buf_printf(&out, "%%%02X", c);
	}
	secret_add(log, buf_str(&out));
	mem_wipe(out.data, out.len);
	buf_release(&out);
}

/* As other writers of JSON have it: PHP with \/ for a slash, .NET with \u00XX for what HTML gives a meaning. */
static void add_foreign_forms(struct log *log, struct str secret)
{
	struct buf php, net;

	buf_init(&php, (size_t)secret.n * 2);
	buf_init(&net, (size_t)secret.n * 6);
	for (uint32_t i = 0; i < secret.n; i++) {
		unsigned char c = (unsigned char)secret.p[i];

		if (c == '/' || c == '"' || c == '\\')
			buf_addc(&php, '\\');
		buf_addc(&php, (char)c);
		if (c && strchr("\"&'+<>`", c))
			buf_printf(&net, "\\u%04X", c);
		else
			buf_adds(&net, c == '\\' ? "\\\\" : (char[]){ (char)c, '\0' });
	}
	secret_add(log, buf_str(&php));
	secret_add(log, buf_str(&net));
	mem_wipe(php.data, php.len);
	mem_wipe(net.data, net.len);
	buf_release(&php);
	buf_release(&net);
}

static void add_json_form(struct log *log, struct str secret)
{
	struct buf out;

	buf_init(&out, (size_t)secret.n * 6 + 2);
	text_json(&out, secret);
	secret_add(log, str_make(out.data + 1, out.len - 2));
	mem_wipe(out.data, out.len);
	buf_release(&out);
}

void log_secret(struct log *log, struct str secret)
{
	if (!log || secret.n < SECRET_LEAST)
		return;
	secret_add(log, secret);
	/* as it stands in an address, and in a body */
	add_percent_form(log, secret);
	add_json_form(log, secret);
	add_foreign_forms(log, secret);
}

bool log_on(const struct log *log)
{
	return log && log->fd >= 0;
}

static size_t secret_at(const struct log *log, const char *p, size_t n)
{
	if (!log->first[(unsigned char)*p])
		return 0;
	for (size_t i = 0; i < log->secrets.n; i++) {
		const struct secret *secret = &log->secrets.items[i];
		if (secret->n <= n && memcmp(secret->p, p, secret->n) == 0)
			return secret->n;
	}
	return 0;
}

void log_clean(const struct log *log, struct str text, struct buf *out)
{
	uint32_t from = 0, at = 0;

	while (log && log->secrets.n && at < text.n) {
		size_t n = secret_at(log, text.p + at, text.n - at);
		if (n == 0) {
			at++;
			continue;
		}
		buf_add(out, text.p + from, at - from);
		buf_adds(out, dots);
		at += (uint32_t)n;
		from = at;
	}
	if (text.n > from)
		buf_add(out, text.p + from, text.n - from);
}

/* Another process may have rotated already: then its new file is the one to go on in. */
static void rotate(struct log *log)
{
	struct stat here, there;

	if (fstat(log->fd, &here) == 0 && stat(log->path, &there) == 0 && here.st_ino == there.st_ino &&
	    here.st_dev == there.st_dev) {
		char *old = mem_printf("%s.1", log->path);
		bool moved = rename(log->path, old) == 0;
		free(old);
		if (!moved) {
			/* better too long than lost */
			log->size = 0;
			return;
		}
	}
	open_file(log, NULL);
}

static void write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);
		if (n < 0 && errno == EINTR)
			continue;
		/* a full disk must not stop the work that is being logged */
		if (n <= 0)
			return;
		text = str_make(text.p + n, text.n - (size_t)n);
	}
}

static void write_file(struct log *log, struct str line)
{
	char at[32];
	struct buf out;

	buf_init(&out, sizeof(at) + line.n + 1);
	when_iso(clock_wall(log->clock), at);
	buf_adds(&out, at);
	buf_addc(&out, ' ');
	buf_addstr(&out, line);
	if (log->size > 0 && log->size + (off_t)out.len > FILE_MOST)
		rotate(log);
	write_all(log->fd, buf_str(&out));
	log->size += (off_t)out.len;
	buf_release(&out);
}

void log_line(struct log *log, const char *topic, const char *fmt, ...)
{
	struct buf clean, hidden, line;
	char *text = NULL;
	va_list ap;

	if (!log_on(log))
		return;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	buf_init(&clean, SIZE_MAX);
	log_clean(log, str_make(text, (size_t)n), &clean);
	buf_init(&hidden, SIZE_MAX);
	log_hide(buf_str(&clean), &hidden);
	buf_init(&line, LINE_MOST * 4);
	buf_adds(&line, topic);
	buf_adds(&line, ": ");
	/* one message is one line, whatever a backend put into it */
	struct str rest = buf_str(&hidden);
	text_safe(&line, str_make(rest.p, rest.n < LINE_MOST ? rest.n : LINE_MOST), 0);
	buf_addc(&line, '\n');
	write_file(log, buf_str(&line));
	mem_wipe(text, (size_t)n);
	free(text);
	buf_release(&clean);
	buf_release(&hidden);
	buf_release(&line);
}
