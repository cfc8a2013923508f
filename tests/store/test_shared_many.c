#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "shared_rig.h"

#define RACERS 20
#define KILLS 40

/* Children are forked before any thread is there: each opens the store for itself. */
static int setup(void **state)
{
	int result = rig_setup(state);

	client_close(&((struct rig *)*state)->one);
	return result;
}

static struct found load_one(struct client *client, struct rig *rig, const char *person)
{
	struct str id = uuid(&rig->facts, person);
	struct store_ask ask = { .persons = &id, .n_persons = 1 };

	return client_load(client, &ask, (struct str){ 0 });
}

/* 0 won, 1 lost, and the winner is told; anything else is wrong. */
static int race(struct rig *rig, int i, int start)
{
	struct client client;
	struct said said;
	char name[16], byte;

	snprintf(name, sizeof(name), "racer%d", i);
	rig->facts.author = str_of(name);
	client_open(&client, rig->path, T0 + i * HOUR);
	client_status(&client);
	if (read(start, &byte, 1) != 0)
		return 9;
	said = client_append(&client, &rig->facts,
			     fact_entry(&rig->facts, name, ENTRY_HANDOFF_ACCEPT, "jane", "case", "{'offer': '<offer>'}"), 1);
	client_close(&client);
	if (said.result == SHARED_STORED)
		return str_is(said.rows[0].author, name) && said.rows[0].epoch == 1 ? 0 : 8;
	return said.result == SHARED_LOST && said.n == 1 && !str_is(said.rows[0].author, name) ? 1 : 7;
}

static void of_twenty_racers_one_wins(void **state)
{
	struct rig *rig = *state;
	pid_t pids[RACERS];
	int start[2], won = 0, lost = 0;

	assert_int_equal(pipe(start), 0);
	for (int i = 0; i < RACERS; i++) {
		pids[i] = fork();
		if (!pids[i]) {
			close(start[1]);
			_exit(race(rig, i, start[0]));
		}
	}
	close(start[0]);
	close(start[1]);
	for (int i = 0; i < RACERS; i++) {
		int status;

		waitpid(pids[i], &status, 0);
		won += status == 0;
		lost += WIFEXITED(status) && WEXITSTATUS(status) == 1;
	}
	assert_int_equal(won, 1);
	assert_int_equal(lost, RACERS - 1);
}

/* Batches of three, told one by one over the pipe after they were confirmed. */
static void write_until_killed(struct rig *rig, int writer, int out)
{
	struct client client;

	client_open(&client, rig->path, T0);
	for (int n = 0;; n++) {
		struct entry batch[3];
		char line[32];
		int len;

		for (int k = 0; k < 3; k++) {
			char id[48];

			snprintf(id, sizeof(id), "w%d-%d-%d", writer, n, k);
			batch[k] = *fact_entry(&rig->facts, id, ENTRY_NOTE, "jane", NULL, "{'text': 'written until killed'}");
		}
		if (client_append(&client, &rig->facts, batch, 3).result != SHARED_STORED)
			_exit(3);
		len = snprintf(line, sizeof(line), "%d\n", n);
		if (write(out, line, (size_t)len) != len)
			_exit(4);
	}
}

/* How many batches of a writer were confirmed; it is killed after some of them, at no chosen moment. */
static int kill_one(struct rig *rig, int writer)
{
	char text[4096] = "";
	size_t len = 0;
	ssize_t got;
	int pipes[2], confirmed = 0, status;
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	if (!pid) {
		close(pipes[0]);
		write_until_killed(rig, writer, pipes[1]);
	}
	close(pipes[1]);
	while ((got = read(pipes[0], text + len, 1)) == 1 && len < sizeof(text) - 1) {
		confirmed += text[len] == '\n';
		if (confirmed > writer % 4 && writer % 3 != 2)
			break;
		len++;
		if (confirmed > 3)
			break;
	}
	if (writer % 2)
		usleep((useconds_t)(writer * 37 % 900));
	kill(pid, SIGKILL);
	while (read(pipes[0], text, 1) == 1)
		confirmed += text[0] == '\n';
	waitpid(pid, &status, 0);
	close(pipes[0]);
	assert_true(WIFSIGNALED(status));
	return confirmed;
}

static void killed_writers_lose_nothing(void **state)
{
	struct rig *rig = *state;
	int confirmed[KILLS];
	struct client client;
	struct found found;
	size_t whole = 0;

	for (int i = 0; i < KILLS; i++)
		confirmed[i] = kill_one(rig, i);
	client_open(&client, rig->path, T0);
	found = load_one(&client, rig, "jane");
	for (int i = 0; i < KILLS; i++) {
		for (int n = 0; n <= confirmed[i]; n++) {
			int there = 0;

			for (int k = 0; k < 3; k++) {
				char id[48];

				snprintf(id, sizeof(id), "w%d-%d-%d", i, n, k);
				there += has(found.rows, uuid(&rig->facts, id));
			}
			/* confirmed: there; what was just being stored: whole or not at all */
			assert_true(there == 3 || (there == 0 && n == confirmed[i]));
			whole += (size_t)there;
		}
	}
	assert_int_equal(found.rows->n, whole);
	store_rows_free(found.rows);
	client_tend(&client);
	assert_int_equal(client_status(&client).health, SHARED_WELL);
	found = client_search(&client, "written until killed", 10000);
	assert_int_equal(found.rows->n, whole);
	store_rows_free(found.rows);
	client_close(&client);
}

/* One an hour ahead, one an hour behind, one right: all read the same, and nothing is later than the store's clock said. */
static void clocks_that_are_off_give_one_order(void **state)
{
	struct rig *rig = *state;
	static const int64_t off[] = { HOUR, -HOUR, 0 };
	struct client clients[3];
	struct found found[3];
	struct clock_fake store;

	/* the store's clock is the host's; what is off is what authors write */
	for (size_t i = 0; i < 3; i++)
		client_open(&clients[i], rig->path, T0 + DAY);
	clock_fake_init(&store, T0 + DAY, 1);
	for (int n = 0; n < 12; n++) {
		struct client *client = &clients[n % 3];
		char id[16];
		struct entry *entry;

		snprintf(id, sizeof(id), "n%d", n);
		for (size_t i = 0; i < 3; i++)
			clients[i].clock.wall_ms += SECOND;
		rig->facts.at = client->clock.wall_ms + off[n % 3];
		entry = fact_entry(&rig->facts, id, ENTRY_NOTE, "jane", NULL, "{'text': 'x'}");
		struct said said = client_append(client, &rig->facts, entry, 1);
		assert_int_equal(said.result, SHARED_STORED);
		assert_true(ord_ms(said.rows[0].ord) <= said.rows[0].got);
		assert_true(entry_time(&said.rows[0]) <= said.rows[0].got);
		assert_int_equal(said.rows[0].at, entry->at);
	}
	for (size_t i = 0; i < 3; i++)
		found[i] = load_one(&clients[i], rig, "jane");
	for (size_t i = 1; i < 3; i++) {
		assert_int_equal(found[i].rows->n, 12);
		for (size_t k = 0; k < 12; k++) {
			assert_true(entry_same(&found[i].rows->entries[k], &found[0].rows->entries[k]));
			assert_int_equal(found[i].rows->entries[k].ord, found[0].rows->entries[k].ord);
			assert_int_equal(found[i].rows->entries[k].got, found[0].rows->entries[k].got);
		}
	}
	for (size_t i = 0; i < 3; i++) {
		store_rows_free(found[i].rows);
		client_close(&clients[i]);
	}
}

/* Agents who start together on the first day: the store is made once, and is there for all of them. */
static void a_new_store_is_made_by_one(void **state)
{
	struct rig *rig = *state;

	for (int round = 0; round < 40; round++) {
		char *path = mem_printf("%s-%d", rig->path, round);
		pid_t pids[RACERS];
		int start[2], well = 0;

		assert_int_equal(pipe(start), 0);
		for (int i = 0; i < RACERS; i++) {
			pids[i] = fork();
			if (!pids[i]) {
				struct client client;
				char byte;

				close(start[1]);
				client_open(&client, path, T0);
				if (read(start[0], &byte, 1) != 0)
					_exit(9);
				_exit(client_status(&client).health != SHARED_WELL);
			}
		}
		close(start[0]);
		close(start[1]);
		for (int i = 0; i < RACERS; i++) {
			int status;

			waitpid(pids[i], &status, 0);
			well += status == 0;
		}
		assert_int_equal(well, RACERS);
		free(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_new_store_is_made_by_one, setup, rig_teardown),
		cmocka_unit_test_setup_teardown(of_twenty_racers_one_wins, setup, rig_teardown),
		cmocka_unit_test_setup_teardown(killed_writers_lose_nothing, setup, rig_teardown),
		cmocka_unit_test_setup_teardown(clocks_that_are_off_give_one_order, setup, rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
