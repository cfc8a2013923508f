/*
 * Names that resolve slowly. This program's getaddrinfo stands before the
 * C library's, so that curl's resolver thread comes here.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dossier/base/mem.h>

#include "calls.h"

static struct rig rig;
static atomic_int asked, running, most;

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **result)
{
	struct timespec nap = { .tv_nsec = 100 * 1000000 };
	struct { struct addrinfo info; struct sockaddr_in address; } *made;
	int now = ++running;

	asked++;
	if (now > most)
		most = now;
	if (strncmp(name, "hang", 4) == 0)
		nap.tv_sec = 30;
	nanosleep(&nap, NULL);
	running--;
	if (strncmp(name, "missing", 7) == 0)
		return EAI_NONAME;
	made = mem_zalloc(sizeof(*made));
	made->address.sin_family = AF_INET;
	made->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	made->address.sin_port = htons((uint16_t)strtol(service, NULL, 10));
	made->info.ai_family = AF_INET;
	made->info.ai_socktype = hints->ai_socktype;
	made->info.ai_protocol = hints->ai_protocol;
	made->info.ai_addrlen = sizeof(made->address);
	made->info.ai_addr = (struct sockaddr *)&made->address;
	*result = &made->info;
	return 0;
}

void freeaddrinfo(struct addrinfo *info)
{
	free(info);
}

static int start(void **state)
{
	(void)state;
	rig.server = server_start(NULL, 0);
	asked = most = 0;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	server_stop(rig.server);
	return 0;
}

static void open_named(const char *host, struct http_peer_options options)
{
	char *origin = mem_printf("http://%s:%d", host, server_port(rig.server));

	options.origin = origin;
	options.rate = -1;
	rig_open(&rig, options, (struct http_options){ 0 });
	free(origin);
}

static int64_t now_ms(void)
{
	return clock_steady(clock_system());
}

static void test_once_for_all(void **state)
{
	struct got got[4];

	(void)state;
	open_named("slow.example.com", (struct http_peer_options){ 0 });
	for (int i = 0; i < 4; i++)
		call_send(&rig, (struct http_request){ .read = true }, "/delay/20", &got[i]);
	for (int i = 0; i < 4; i++) {
		rig_turns(&rig, &got[i].done);
		if (!got[i].result.ok)
			fail_msg("%s", got[i].result.err.text);
		assert_int_equal(got[i].result.attempts, 1);
		got_release(&got[i]);
	}
	assert_int_equal(asked, 1);
	rig_close(&rig);
}

static void test_unknown(void **state)
{
	struct got got;

	(void)state;
	open_named("missing.example.com", (struct http_peer_options){ 0 });
	call_get(&rig, "/ok", &got);
	assert_false(got.result.ok);
	assert_string_equal(got.result.err.text, "rt: the name missing.example.com is not known: check the address and the network");
	got_release(&got);
	rig_close(&rig);
}

static void test_hanging(void **state)
{
	int64_t began = now_ms();
	struct got got[3];

	(void)state;
	open_named("hang1.example.com", (struct http_peer_options){ .deadline_ms = 200 });
	for (int i = 0; i < 3; i++) {
		call_get(&rig, "/ok", &got[i]);
		assert_int_equal(got[i].result.err.code, ERR_TIMEOUT);
		assert_string_equal(got[i].result.err.text, "rt: the name hang1.example.com was not resolved within 200 ms");
		assert_true(got[i].result.ms < 700);
		got_release(&got[i]);
	}
	/* three calls, one after the other, and only one thread hangs */
	assert_int_equal(asked, 1);
	rig_close(&rig);
	assert_true(now_ms() - began < 3000);
}

static void test_connect_limit(void **state)
{
	struct got got;

	(void)state;
	open_named("hang2.example.com", (struct http_peer_options){ .connect_ms = 100 });
	call_get(&rig, "/ok", &got);
	assert_string_equal(got.result.err.text, "rt: the name hang2.example.com was not resolved within 100 ms");
	got_release(&got);
	rig_close(&rig);
}

/* The end of the process must not wait for the thread either. */
static void test_exit(void **state)
{
	int64_t began = now_ms();
	int status;
	pid_t pid;

	(void)state;
	pid = fork();
	if (pid == 0) {
		struct got got;

		open_named("hang3.example.com", (struct http_peer_options){ .deadline_ms = 100 });
		call_get(&rig, "/ok", &got);
		rig_close(&rig);
		exit(got.result.err.code == ERR_TIMEOUT ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_true(now_ms() - began < 3000);
}

static void test_freed_while_resolving(void **state)
{
	int64_t began = now_ms();
	struct got got;

	(void)state;
	open_named("hang4.example.com", (struct http_peer_options){ 0 });
	call_send(&rig, (struct http_request){ .read = true }, "/ok", &got);
	for (int i = 0; i < 1000 && asked == 0; i++)
		loop_turn(rig.loop, 10);
	assert_int_equal(asked, 1);
	rig_close(&rig);
	assert_false(got.done);
	got_release(&got);
	assert_true(now_ms() - began < 3000);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, start, stop)
	const struct CMUnitTest tests[] = {
		/* first: a forked process does not have the threads that hang in its parent, only what they held */
		TEST(test_exit), TEST(test_once_for_all), TEST(test_unknown), TEST(test_hanging), TEST(test_connect_limit),
		TEST(test_freed_while_resolving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
