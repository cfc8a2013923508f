/*
 * Six cold handshakes with six origins by the engine, in a process of its
 * own, against curl with the bundle of all authorities it reads by default.
 * An authority made for the run stands among the system's, in a folder with
 * hash links and in a bundle. Needs the programs openssl and curl.
 */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/net/http.h>

#include "measure.h"

enum { ORIGINS = 6, RUNS = 9 };

extern char **environ;

static const char prepare[] =
	"cd \"$1\" && mkdir trust && cp -P /etc/ssl/certs/*.[0-9] trust/ && "
	"for f in trust/*; do ln -sf \"/etc/ssl/certs/${f#trust/}\" \"$f\"; done && "
	"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=Bench authority' -keyout ca.key -out ca.pem && "
	"openssl req -newkey rsa:2048 -nodes -subj /CN=127.0.0.1 -keyout server.key -out server.csr && "
	"echo subjectAltName=IP:127.0.0.1 >san && "
	"openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile san -out server.pem && "
	"cp ca.pem \"trust/$(openssl x509 -hash -noout -in ca.pem).0\" && "
	"cat /etc/ssl/certs/ca-certificates.crt ca.pem >bundle.pem";

static void run_shell(const char *script, char *argument)
{
	char *argv[] = { (char[]){ "sh" }, (char[]){ "-c" }, mem_printf("{ %s; } 2>/dev/null", script), (char[]){ "sh" }, argument, NULL };

	run_program(argv, 0);
	free(argv[2]);
}

struct origin { pid_t pid; int port; };

/* openssl says on which port it listens. */
static struct origin origin_start(const char *dir)
{
	char *cert = mem_printf("%s/server.pem", dir), *key = mem_printf("%s/server.key", dir);
	char *argv[] = { (char[]){ "openssl" }, (char[]){ "s_server" }, (char[]){ "-www" }, (char[]){ "-accept" },
			 (char[]){ "127.0.0.1:0" }, (char[]){ "-cert" }, cert, (char[]){ "-key" }, key, NULL };
	posix_spawn_file_actions_t files;
	struct origin origin = { 0 };
	char line[256];
	int said[2];
	FILE *from;

	if (pipe2(said, O_CLOEXEC) < 0)
		bench_die("no pipe can be made");
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, said[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&origin.pid, argv[0], &files, NULL, argv, environ) != 0)
		bench_die("openssl is needed");
	posix_spawn_file_actions_destroy(&files);
	close(said[1]);
	from = fdopen(said[0], "r");
	while (!origin.port && from && fgets(line, sizeof(line), from))
		if (strncmp(line, "ACCEPT 127.0.0.1:", 17) == 0)
			origin.port = (int)strtol(line + 17, NULL, 10);
	/* The descriptor stays open: a server that cannot write would end. */
	if (!origin.port)
		bench_die("openssl s_server does not start");
	free(cert);
	free(key);
	return origin;
}

struct asking { int left; bool all; };

static void on_done(void *arg, const struct http_result *result)
{
	struct asking *asking = arg;

	if (!result->ok || result->status != 200) {
		fprintf(stderr, "bench: %s\n", result->err.text);
		_exit(1);
	}
	asking->all = --asking->left == 0;
}

static void ask_all(const struct origin *origins, const char *dir)
{
	struct http_options options = { .runtime_dir = dir };
	struct asking asking = { .left = ORIGINS };
	struct http_sink sink = { .done = on_done, .arg = &asking };
	struct err err = { 0 };
	struct loop *loop = loop_new(clock_system(), &err);
	struct http *http = loop ? http_new(loop, &options, &err) : NULL;

	for (int i = 0; http && i < ORIGINS; i++) {
		char id[8], url[64];
		struct http_peer_options peer = { .id = id, .origin = url, .rate = 1000 };
		struct http_request request = { .method = "GET", .url = url, .read = true };

		snprintf(id, sizeof(id), "b%d", i);
		snprintf(url, sizeof(url), "https://127.0.0.1:%d/", origins[i].port);
		http_send(http_peer_new(http, &peer, &err), &request, &sink);
	}
	if (!http || !loop_until(loop, &asking.all))
		_exit(1);
	http_free(http);
	loop_free(loop);
}

static double engine_cpu(const struct origin *origins, const char *dir)
{
	int channel[2];
	double cpu;
	pid_t pid;

	if (pipe2(channel, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		bench_die("no process can be made");
	if (pid == 0) {
		cpu = cpu_ms();
		ask_all(origins, dir);
		cpu = cpu_ms() - cpu;
		_exit(write(channel[1], &cpu, sizeof(cpu)) != sizeof(cpu));
	}
	close(channel[1]);
	if (read(channel[0], &cpu, sizeof(cpu)) != sizeof(cpu))
		bench_die("the engine's handshakes failed");
	close(channel[0]);
	waitpid(pid, NULL, 0);
	return cpu;
}

/* What curl's start costs is taken off: ours is measured without a start. */
static double curl_cpu(const struct origin *origins, const char *dir, bool ask)
{
	char urls[ORIGINS][64], bundle[200], nothing[] = "file:///dev/null";
	char *argv[16] = { (char[]){ "curl" }, (char[]){ "-sZ" }, (char[]){ "--no-progress-meter" }, (char[]){ "--cacert" }, bundle };
	int n = 5;

	snprintf(bundle, sizeof(bundle), "%s/bundle.pem", dir);
	for (int i = 0; ask && i < ORIGINS; i++) {
		snprintf(urls[i], sizeof(urls[i]), "https://127.0.0.1:%d/", origins[i].port);
		argv[n++] = urls[i];
	}
	if (!ask)
		argv[n++] = nothing;
	return run_program(argv, 0).cpu;
}

int main(void)
{
	char dir[] = "/tmp/dossier-bench-XXXXXX", folder[64];
	struct origin origins[ORIGINS];
	struct series engine = { 0 }, curl = { 0 }, start = { 0 };
	double ours, theirs;
	int kept = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!mkdtemp(dir))
		bench_die("no folder can be made in /tmp");
	run_shell(prepare, dir);
	snprintf(folder, sizeof(folder), "%s/trust", dir);
	setenv("SSL_CERT_DIR", folder, 1);
	for (int i = 0; i < ORIGINS; i++)
		origins[i] = origin_start(dir);
	for (int run = 0; run < RUNS; run++) {
		series_add(&engine, engine_cpu(origins, dir));
		series_add(&start, curl_cpu(origins, dir, false));
		unsetenv("SSL_CERT_DIR");
		series_add(&curl, curl_cpu(origins, dir, true));
		setenv("SSL_CERT_DIR", folder, 1);
	}
	for (int i = 0; i < ORIGINS; i++) {
		kill(origins[i].pid, SIGKILL);
		waitpid(origins[i].pid, NULL, 0);
	}
	run_shell("rm -rf \"$1\"", dir);
	ours = series_least(&engine);
	theirs = series_least(&curl) - series_least(&start);
	printf("tls: six cold handshakes; least CPU of %d runs\n", RUNS);
	printf("  the engine %.1f ms; curl with the default bundle %.1f ms (its start of %.1f ms taken off)\n", ours, theirs, series_least(&start));
	kept += verdict("CPU against curl's with the default bundle", ours / theirs, "", 0.125, "an eighth (0.125)");
	return verdicts_told(kept, 1);
}
