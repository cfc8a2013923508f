#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <dossier/base/mem.h>
#include <dossier/net/child.h>

#include "house_parts.h"

#define SECRET_MOST 65536
#define SECRET_COMMAND_MS 10000

void secret_release(struct house_secret *secret)
{
	free(secret->name);
	free(secret->place);
	option_texts_release(&secret->argv);
}

static void check_file(struct house_load *load, const char *id, const char *name, const char *path, struct yaml_mark mark)
{
	struct stat st;

	if (!stat(path, &st) && S_ISREG(st.st_mode) && (st.st_mode & (S_IRWXO | S_IWGRP)))
		house_warning(load, mark, "backend %s: %s, which holds the secret %s, is open to others (mode %04o): chmod 600, or 640 for a group of agents",
			      id, path, name, st.st_mode & 07777U);
}

bool secret_read(struct house_load *load, struct house_backend *backend, const char *name,
		 struct json_object *map, struct yaml_mark mark)
{
	struct source_keys keys = { 0 };
	struct house_secret secret = { .line = mark.line };
	const char *shown = name ? name : "key_password";
	char *what = mem_printf("backend %s: secret %s", backend->id, shown);
	bool good = option_read(map, house_source_keys, &keys, what, load->diags);
	int given = !!keys.file + !!keys.env + !!keys.command.n;

	if (good && given != 1) {
		house_error(load, mark, "%s comes from one of {file: ..}, {env: ..} and {command: [..]}", what);
		good = false;
	} else if (good && keys.command.n == 1 && strchr(keys.command.items[0], ' ')) {
		house_error(load, yaml_mark_value(map, "command"),
			    "%s: a command is a list such as [pass, show, shop]: no shell takes it apart", what);
		good = false;
	}
	if (good) {
		secret.name = name ? mem_strdup(name) : NULL;
		secret.from = keys.file ? SECRET_FILE : keys.env ? SECRET_ENV : SECRET_COMMAND;
		secret.place = keys.file ? house_path(load, keys.file) : mem_strdup(keys.env);
		secret.argv = keys.command;
		keys.command = (struct option_texts){ 0 };
		if (secret.from == SECRET_FILE)
			check_file(load, backend->id, shown, secret.place, mark);
		backend->secrets = mem_realloc(backend->secrets, backend->n_secrets + 1, sizeof(*backend->secrets));
		backend->secrets[backend->n_secrets++] = secret;
	}
	free(keys.file);
	free(keys.env);
	option_texts_release(&keys.command);
	free(what);
	return good;
}

/* One command under way. */
struct job {
	struct run *run;
	struct house_backend *backend;
	const struct house_secret *secret;
	struct child *child;
};

struct run {
	struct loop *loop;
	struct log *log;
	struct job **jobs;
	size_t n, cap, waiting;
	bool done;
};

static const char *shown_name(const struct house_secret *secret)
{
	return secret->name ? secret->name : "key_password";
}

static void fail(const struct run *run, struct house_backend *backend, const struct house_secret *secret, const struct err *why)
{
	log_line(run->log, "secret", "backend %s: %s: %s", backend->id, shown_name(secret), why->text);
	if (backend->err.code)
		return;
	backend->err = *why;
	err_prefix(&backend->err, "%s:%d: secret %s", backend->file, secret->line, shown_name(secret));
}

/* The first line is the secret: what tools like pass print after it is about the secret. */
static void keep(const struct run *run, struct house_backend *backend, const struct house_secret *secret, struct str text)
{
	const char *end = text.p ? memchr(text.p, '\n', text.n) : NULL;
	struct err err = { 0 };

	if (end)
		text.n = (uint32_t)(end - text.p);
	if (text.n && text.p[text.n - 1] == '\r')
		text.n--;
	if (!text.n || memchr(text.p, 0, text.n)) {
		err_set(&err, ERR_CONFIG, text.n ? "it has a NUL byte" : "its first line is empty");
		fail(run, backend, secret, &err);
		return;
	}
	if (run->log && text.n >= 4)
		log_secret(run->log, text);
	if (secret->name) {
		json_object_object_add(backend->settings, secret->name, json_object_new_string_len(text.p, (int)text.n));
	} else {
		free((char *)(uintptr_t)backend->peer.key_password);
		backend->peer.key_password = mem_strndup(text.p, text.n);
	}
}

static bool read_all(int fd, char *text, size_t *n)
{
	while (*n < SECRET_MOST) {
		ssize_t got = read(fd, text + *n, SECRET_MOST - *n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (!got)
			return true;
		*n += (size_t)got;
	}
	errno = EFBIG;
	return false;
}

/* Only a plain file: a pipe or a device could keep the program waiting. */
static void from_file(const struct run *run, struct house_backend *backend, const struct house_secret *secret)
{
	int fd = open(secret->place, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = mem_alloc(SECRET_MOST);
	struct err err = { 0 };
	struct stat st;
	size_t n = 0;

	if (fd < 0 || fstat(fd, &st) || (S_ISREG(st.st_mode) && !read_all(fd, text, &n)))
		err_set(&err, ERR_IO, "%s: %s", secret->place, strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err_set(&err, ERR_IO, "%s is not a plain file", secret->place);
	if (err.code)
		fail(run, backend, secret, &err);
	else
		keep(run, backend, secret, str_make(text, n));
	if (fd >= 0)
		close(fd);
	mem_wipe(text, SECRET_MOST);
	free(text);
}

static void from_env(const struct run *run, struct house_backend *backend, const struct house_secret *secret)
{
	const char *value = getenv(secret->place);
	struct err err = { 0 };

	if (value && *value) {
		keep(run, backend, secret, str_of(value));
		return;
	}
	err_set(&err, ERR_CONFIG, "the environment has no %s", secret->place);
	fail(run, backend, secret, &err);
}

static void command_ended(void *arg, struct str output, const struct err *err)
{
	struct job *job = arg;

	job->child = NULL;
	if (err->code)
		fail(job->run, job->backend, job->secret, err);
	else
		keep(job->run, job->backend, job->secret, output);
	if (!--job->run->waiting)
		job->run->done = true;
}

static void from_command(struct run *run, struct house_backend *backend, const struct house_secret *secret)
{
	struct job *job = mem_zalloc(sizeof(*job));
	char **argv = mem_array(secret->argv.n + 1, sizeof(*argv));

	memcpy(argv, secret->argv.items, secret->argv.n * sizeof(*argv));
	*job = (struct job){ .run = run, .backend = backend, .secret = secret };
	MEM_ROOM(run->jobs, run->n, run->cap);
	run->jobs[run->n++] = job;
	run->waiting++;
	job->child = child_start(run->loop, argv, SECRET_COMMAND_MS, SECRET_MOST, command_ended, job);
	free(argv);
}

static void start(struct run *run, struct house_backend *backend)
{
	for (size_t i = 0; backend->plan && i < backend->plan->settings.n; i++) {
		const struct plan_setting *setting = &backend->plan->settings.items[i];
		struct json_object *value;

		if (run->log && setting->secret && json_object_object_get_ex(backend->settings, setting->name, &value) &&
		    json_object_get_string_len(value) >= 4)
			log_secret(run->log, str_make(json_object_get_string(value), (size_t)json_object_get_string_len(value)));
	}
	if (run->log && backend->peer.key_password && strlen(backend->peer.key_password) >= 4)
		log_secret(run->log, str_of(backend->peer.key_password));
	for (size_t i = 0; i < backend->n_secrets; i++) {
		const struct house_secret *secret = &backend->secrets[i];

		if (secret->from == SECRET_FILE)
			from_file(run, backend, secret);
		else if (secret->from == SECRET_ENV)
			from_env(run, backend, secret);
		else
			from_command(run, backend, secret);
	}
}

static void stop(struct run *run)
{
	struct err err = { 0 };

	err_set(&err, ERR_CANCELLED, "interrupted");
	for (size_t i = 0; i < run->n; i++) {
		if (run->jobs[i]->child) {
			child_cancel(run->jobs[i]->child);
			fail(run, run->jobs[i]->backend, run->jobs[i]->secret, &err);
		}
		free(run->jobs[i]);
	}
	free(run->jobs);
}

void house_secrets(struct house *house, struct loop *loop, struct log *log, const char *only)
{
	struct run run = { .loop = loop, .log = log };

	for (size_t i = 0; i < house->n_backends; i++) {
		struct house_backend *backend = house->backends[i];

		if (!backend->off && !backend->err.code && (!only || !strcmp(only, backend->id)))
			start(&run, backend);
	}
	if (run.waiting)
		loop_until(loop, &run.done);
	stop(&run);
}
