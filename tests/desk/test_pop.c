#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <dossier/base/clock.h>

#include "../../src/desk/pop_wire.h"
#include "place.h"

/* Two workstations at one folder, and children that tell them something. */
struct rig {
	struct place place;
	struct loop *loop;
	struct pop_line *lines[2];
	struct seat { const char *agent; bool full; size_t came, gone; char who[64], call[64], where[64]; } seats[2];
};

static struct str on_agent(void *arg)
{
	return str_of(((struct seat *)arg)->agent);
}

static bool has_room(void *arg, const struct pop *pop)
{
	(void)pop;
	return !((struct seat *)arg)->full;
}

static void on_came(void *arg, const struct pop *pop)
{
	struct seat *seat = arg;

	seat->came++;
	snprintf(seat->who, sizeof(seat->who), "%.*s", STR_ARG(pop->who));
	snprintf(seat->call, sizeof(seat->call), "%.*s", STR_ARG(pop->call));
}

static bool on_gone(void *arg, struct str id, struct str call, struct str where)
{
	struct seat *seat = arg;

	(void)id;
	seat->gone++;
	snprintf(seat->where, sizeof(seat->where), "%s%.*s", where.p ? "at " : "hung up", STR_ARG(where));
	return call.p && str_is(call, seat->call);
}

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));

	place_make(&rig->place);
	rig->loop = loop_new(clock_system(), NULL);
	for (int i = 0; i < 2; i++) {
		struct pop_sink sink = { .agent = on_agent, .room = has_room, .came = on_came, .gone = on_gone, .arg = &rig->seats[i] };
		struct err err = { 0 };

		rig->seats[i].agent = i ? "raj" : "ana";
		rig->lines[i] = pop_listen(rig->loop, rig->place.dir, &sink, &err);
		assert_non_null(rig->lines[i]);
	}
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;

	pop_line_free(rig->lines[0]);
	pop_line_free(rig->lines[1]);
	loop_free(rig->loop);
	place_remove(&rig->place);
	free(rig);
	return 0;
}

/* The exit status of what the child did while the loop ran here. */
static int meanwhile(struct rig *rig, int (*child)(const char *folder))
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(child(rig->place.dir));
	assert_true(pid > 0);
	while (waitpid(pid, &status, WNOHANG) == 0)
		loop_turn(rig->loop, 20);
	loop_turn(rig->loop, 0);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int announce_to(const char *folder, const char *agent)
{
	struct pop pop = { .id = STR("018f0000-0000-7000-8000-000000000001"), .who = STR("07700 900123"), .call = STR("CA1"),
			   .channel = STR("phone"), .agent = str_of(agent), .at = 5 };
	struct pop_reach reach;
	struct err err;

	if (!pop_announce(folder, &pop, &reach, &err))
		return 99;
	return (int)(reach.full * 100 + reach.took * 10 + reach.others);
}

static int announce_to_all(const char *folder) { return announce_to(folder, NULL); }
static int announce_to_raj(const char *folder) { return announce_to(folder, "raj"); }
static int announce_to_mia(const char *folder) { return announce_to(folder, "mia"); }

static void test_announced(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(meanwhile(rig, announce_to_raj), 11);
	assert_int_equal(rig->seats[0].came, 0);
	assert_int_equal(rig->seats[1].came, 1);
	assert_string_equal(rig->seats[1].who, "07700 900123");
	assert_string_equal(rig->seats[1].call, "CA1");
	assert_int_equal(meanwhile(rig, announce_to_all), 20);
	assert_int_equal(meanwhile(rig, announce_to_mia), 2);
	assert_int_equal(rig->seats[0].came, 1);
}

/* Who has no room has not taken it, and is nobody else's workstation either. */
static void test_full(void **state)
{
	struct rig *rig = *state;

	rig->seats[1].full = true;
	assert_int_equal(meanwhile(rig, announce_to_raj), 101);
	assert_int_equal(meanwhile(rig, announce_to_all), 110);
	assert_int_equal(rig->seats[1].came, 0);
}

static int hang_up(const char *folder)
{
	struct pop_reach reach;
	struct err err;

	return pop_hang_up(folder, (struct str){ 0 }, STR("CA1"), &reach, &err) ? (int)reach.took : 99;
}

static void test_gone(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(meanwhile(rig, hang_up), 0);
	assert_int_equal(meanwhile(rig, announce_to_raj), 11);
	assert_int_equal(meanwhile(rig, hang_up), 1);
	assert_string_equal(rig->seats[1].where, "hung up");
	/* who opened tells the others, not itself */
	rig->seats[0].gone = rig->seats[1].gone = 0;
	pop_opened(rig->lines[0], STR("018f0000-0000-7000-8000-000000000001"), STR("CA1"), STR("pts/7"));
	while (!rig->seats[1].gone)
		loop_turn(rig->loop, -1);
	assert_string_equal(rig->seats[1].where, "at pts/7");
	assert_int_equal(rig->seats[0].gone, 0);
}

static int send_raw(const char *folder, const void *bytes, size_t n)
{
	struct str text = { bytes, (uint32_t)n };
	int fds[4];
	size_t told = pop_send_all(folder, NULL, text, fds, 4);
	char answer[64];

	for (size_t i = 0; i < told; i++) {
		/* hung up on, without an answer */
		if (recv(fds[i], answer, sizeof(answer), 0) > 0)
			return 1;
		close(fds[i]);
	}
	return told == 2 ? 0 : 2;
}

static int send_hostile(const char *folder)
{
	static const char *const broken[] = {
		"x", "[]", "{}", "null", "{\"says\":\"pop\"}", "{\"says\":\"pop\",\"id\":1,\"who\":\"a\",\"channel\":\"phone\"}",
		"{\"says\":\"pop\",\"id\":\"a\",\"who\":\"\",\"channel\":\"phone\"}", "{\"says\":\"quit\",\"id\":\"a\"}",
		"{\"says\":\"pop\",\"id\":\"a\",\"who\":\"b\\u0000c\",\"channel\":\"phone\"}", "{\"says\":\"opened\"}",
		"{\"says\":\"pop\",\"id\":\"0123456789012345678901234567890123456789\",\"who\":\"b\",\"channel\":\"phone\"}",
	};
	static char large[POP_MOST + 2];
	int bad = 0;

	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		bad |= send_raw(folder, broken[i], strlen(broken[i]));
	memset(large, ' ', sizeof(large));
	memcpy(large, "{\"says\":\"gone\",\"call\":\"CA1\"}", 28);
	bad |= send_raw(folder, large, sizeof(large));
	return bad;
}

static void test_hostile(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(meanwhile(rig, send_hostile), 0);
	assert_int_equal(rig->seats[0].came + rig->seats[1].came, 0);
	assert_int_equal(rig->seats[0].gone + rig->seats[1].gone, 0);
	assert_int_equal(meanwhile(rig, announce_to_all), 20);
}

/* What a workstation leaves that was killed is removed; other files stay. */
static void test_left_behind(void **state)
{
	struct rig *rig = *state;
	struct sockaddr_un address;
	struct stat st;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	char *file = mem_printf("%s/ws-no-socket", rig->place.dir);

	place_write(&rig->place, "ws-no-socket", 0600, "");
	assert_true(pop_address(&address, rig->place.dir, "ws-1-dead"));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
	assert_int_equal(meanwhile(rig, announce_to_all), 20);
	assert_int_equal(lstat(address.sun_path, &st), -1);
	assert_int_equal(lstat(file, &st), 0);
	free(file);
}

/* Without a descriptor for the caller nothing spins: a turn waits, and the caller is heard when there is one. */
static void test_no_descriptor(void **state)
{
	struct rig *rig = *state;
	struct rlimit before, none;
	int64_t since;
	int fds[8];
	size_t n;
	int slept = 0;

	pop_line_free(rig->lines[1]);
	rig->lines[1] = NULL;
	n = pop_send_all(rig->place.dir, NULL, STR("{\"says\":\"gone\",\"call\":\"CA1\"}"), fds, 8);
	assert_int_equal(n, 1);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = before;
	for (none.rlim_cur = 0; fcntl((int)none.rlim_cur, F_GETFD) >= 0; none.rlim_cur++)
		;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	loop_turn(rig->loop, 0);
	for (int i = 0; i < 3; i++) {
		since = clock_steady(clock_system());
		loop_turn(rig->loop, 50);
		slept += clock_steady(clock_system()) - since >= 45;
	}
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_int_equal(slept, 3);
	while (!rig->seats[0].gone)
		loop_turn(rig->loop, -1);
	close(fds[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_announced, begin, end), cmocka_unit_test_setup_teardown(test_gone, begin, end),
		cmocka_unit_test_setup_teardown(test_hostile, begin, end), cmocka_unit_test_setup_teardown(test_left_behind, begin, end),
		cmocka_unit_test_setup_teardown(test_full, begin, end), cmocka_unit_test_setup_teardown(test_no_descriptor, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
