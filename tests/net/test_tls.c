/* TLS against openssl's own server, with authorities made for the run. Skipped, out loud, without openssl. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "calls.h"

extern char **environ;

static char dir[64];
static struct rig rig;

#define WORDS_MAX 32

/* A command by its words; those that begin with @ are files of the test's folder. */
static pid_t run(int out, const char *const words[])
{
	char *argv[WORDS_MAX] = { NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid = -1;
	int n;

	for (n = 0; n < WORDS_MAX - 1 && words[n] != NULL; n++)
		argv[n] = words[n][0] == '@' ? mem_printf("%s/%s", dir, words[n] + 1) : mem_strdup(words[n]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, 1);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0)
		pid = -1;
	posix_spawn_file_actions_destroy(&actions);
	while (n > 0)
		free(argv[--n]);
	return pid;
}

#define RUN(...) run(-1, (const char *const[]){ __VA_ARGS__, NULL })

static bool worked(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void write_file(const char *name, const char *text)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	free(path);
}

#define KEY "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"

static void make_certificate(const char *name, const char *subject, const char *extensions)
{
	char *key = mem_printf("@%s.key", name), *csr = mem_printf("@%s.csr", name), *crt = mem_printf("@%s.crt", name);

	write_file("ext", extensions);
	assert_true(worked(RUN("openssl", "req", KEY, "-keyout", key, "-out", csr, "-subj", subject)));
	assert_true(worked(RUN("openssl", "x509", "-req", "-in", csr, "-CA", "@ca.crt", "-CAkey", "@ca.key", "-CAcreateserial", "-days",
			       "2", "-extfile", "@ext", "-out", crt)));
	free(key);
	free(csr);
	free(crt);
}

static int make_all(void **state)
{
	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/dossier-tls-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_true(worked(RUN("openssl", "req", "-x509", KEY, "-keyout", "@ca.key", "-out", "@ca.crt", "-days", "2", "-subj",
			       "/CN=Test authority")));
	assert_true(worked(RUN("openssl", "req", "-x509", KEY, "-keyout", "@other.key", "-out", "@other.crt", "-days", "2", "-subj",
			       "/CN=Another authority")));
	make_certificate("good", "/CN=localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
	make_certificate("elsewhere", "/CN=elsewhere.example.com", "subjectAltName=DNS:elsewhere.example.com\n");
	make_certificate("client", "/CN=A client", "extendedKeyUsage=clientAuth\n");
	return 0;
}

static int remove_all(void **state)
{
	static const char *const names[] = { "ca", "other", "good", "elsewhere", "client" };
	static const char *const ends[] = { "key", "crt", "csr", "srl" };
	char path[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (size_t k = 0; k < sizeof(ends) / sizeof(ends[0]); k++) {
			snprintf(path, sizeof(path), "%s/%s.%s", dir, names[i], ends[k]);
			unlink(path);
		}
	}
	snprintf(path, sizeof(path), "%s/ext", dir);
	unlink(path);
	return rmdir(dir);
}

struct tls_server { pid_t pid; int out; char origin[64]; };

/* openssl says "ACCEPT 127.0.0.1:PORT" when it listens. */
static struct tls_server serve(const char *name, bool ask_client)
{
	char *key = mem_printf("@%s.key", name), *crt = mem_printf("@%s.crt", name), line[4096] = "", *port = NULL;
	const char *words[WORDS_MAX] = { "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-key", key, "-cert", crt };
	struct tls_server server = { 0 };
	size_t n = 0;
	int ends[2];

	if (ask_client) {
		words[9] = "-Verify";
		words[10] = "1";
		words[11] = "-CAfile";
		words[12] = "@ca.crt";
		words[13] = "-verify_return_error";
	}
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	server.pid = run(ends[1], words);
	server.out = ends[0];
	close(ends[1]);
	free(key);
	free(crt);
	assert_true(server.pid > 0);
	while (port == NULL && n < sizeof(line) - 1 && read(server.out, line + n, 1) == 1)
		if (line[n++] == '\n' && strstr(line, "ACCEPT ") != NULL)
			port = strrchr(line, ':');
	assert_non_null(port);
	snprintf(server.origin, sizeof(server.origin), "https://localhost:%ld", strtol(port + 1, NULL, 10));
	return server;
}

static void end(struct tls_server *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	close(server->out);
}

static void call(const char *origin, const char *ca, const char *client, struct got *got)
{
	char *ca_file = ca != NULL ? mem_printf("%s/%s", dir, ca) : NULL;
	char *cert = client != NULL ? mem_printf("%s/%s.crt", dir, client) : NULL;
	char *key = client != NULL ? mem_printf("%s/%s.key", dir, client) : NULL;

	rig_open(&rig, (struct http_peer_options){ .origin = origin, .ca_file = ca_file, .cert_file = cert, .key_file = key,
						   .retries = -1, .rate = -1 }, (struct http_options){ 0 });
	call_get(&rig, "/", got);
	rig_close(&rig);
	free(ca_file);
	free(cert);
	free(key);
}

static void expect(const char *origin, const char *ca, const char *client, const char *text)
{
	struct got got;

	call(origin, ca, client, &got);
	if (got.result.ok || got.result.err.code != ERR_TLS || strstr(got.result.err.text, text) == NULL ||
	    strstr(got.result.err.text, "rt: TLS with localhost failed: ") == NULL)
		fail_msg("%d %s", got.result.err.code, got.result.err.text);
	got_release(&got);
}

static void test_own_authority(void **state)
{
	struct tls_server server = serve("good", false);
	struct got got;

	(void)state;
	call(server.origin, "ca.crt", NULL, &got);
	if (!got.result.ok)
		fail_msg("%s", got.result.err.text);
	assert_int_equal(got.result.status, 200);
	assert_non_null(strstr(got.body.data, "TLSv1."));
	got_release(&got);
	expect(server.origin, "other.crt", NULL, "the configured CA did not sign it");
	expect(server.origin, NULL, NULL, "name its CA file");
	expect(server.origin, "nothing.crt", NULL, "check the file of the CA");
	end(&server);
}

static void test_another_host(void **state)
{
	struct tls_server server = serve("elsewhere", false);

	(void)state;
	expect(server.origin, "ca.crt", NULL, "localhost");
	end(&server);
}

static void test_client_certificate(void **state)
{
	struct tls_server server = serve("good", true);
	struct got got;

	(void)state;
	call(server.origin, "ca.crt", "client", &got);
	if (!got.result.ok)
		fail_msg("%s", got.result.err.text);
	got_release(&got);
	call(server.origin, "ca.crt", NULL, &got);
	assert_false(got.result.ok);
	got_release(&got);
	expect(server.origin, "ca.crt", "missing", "check the client certificate and its key");
	end(&server);
}

/* https:// to a server that does not speak it */
static void test_not_tls(void **state)
{
	struct server *plain = server_start(NULL, 0);
	char origin[64];

	(void)state;
	snprintf(origin, sizeof(origin), "https://localhost:%d", server_port(plain));
	expect(origin, "ca.crt", NULL, "it may only speak http:// there");
	server_stop(plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_authority), cmocka_unit_test(test_another_host),
		cmocka_unit_test(test_client_certificate), cmocka_unit_test(test_not_tls),
	};

	if (!worked(RUN("openssl", "version"))) {
		fprintf(stderr, "SKIPPED: nothing of TLS was tested, because openssl is not installed\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, make_all, remove_all);
}
