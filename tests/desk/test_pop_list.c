#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <dossier/base/mem.h>
#include <dossier/desk/pop_list.h>

#include "../model/entry_facts.h"
#include "../../src/desk/pop_wire.h"
#include "place.h"

/* One workstation, told by itself: its own socket is connected to, and its loop turned. */
struct rig {
	struct place place;
	struct clock_fake clock;
	struct facts facts;
	struct entries *entries;
	struct house house;
	struct desk desk;
	struct pop_list *list;
	size_t came, gone, freed;
	char where[32];
};

static void on_came(void *arg, struct pop_item *item)
{
	(void)item;
	((struct rig *)arg)->came++;
}

static void on_gone(void *arg, struct pop_item *item, struct str where)
{
	struct rig *rig = arg;

	(void)item;
	rig->gone++;
	snprintf(rig->where, sizeof(rig->where), "%s%.*s", where.p ? "at " : "hung up", STR_ARG(where));
}

static void on_freed(void *arg, struct pop_item *item)
{
	(void)item;
	((struct rig *)arg)->freed++;
}

static int begin(void **state)
{
	struct rig *rig = calloc(1, sizeof(*rig));
	struct pop_list_sink sink = { on_came, on_gone, on_freed, rig };

	place_make(&rig->place);
	clock_fake_init(&rig->clock, T0, 7);
	facts_init(&rig->facts);
	rig->facts.channel = STR("phone");
	rig->entries = entries_new();
	rig->desk = (struct desk){ .clock = &rig->clock.clock, .loop = loop_new(&rig->clock.clock, NULL), .house = &rig->house, .agent = STR("ana") };
	rig->list = pop_list_new(&rig->desk, rig->place.dir, &sink);
	*state = rig;
	return 0;
}

static int end(void **state)
{
	struct rig *rig = *state;
	size_t waited = pop_list_count(rig->list), freed = rig->freed;

	pop_list_free(rig->list);
	assert_int_equal(rig->freed, freed + waited);
	loop_free(rig->desk.loop);
	entries_free(rig->entries);
	facts_release(&rig->facts);
	place_remove(&rig->place);
	free(rig);
	return 0;
}

/* 't' took, 'f' full, '-' neither: what who announces is answered. */
static char tell(struct rig *rig, enum pop_says says, const char *id, const char *who, const char *call, const char *where)
{
	struct pop_message message = { .says = says, .where = str_of(where), .pop = {
		.id = id ? uuid(&rig->facts, id) : (struct str){ 0 }, .who = str_of(who), .call = str_of(call), .channel = STR("phone"), .at = clock_wall(&rig->clock.clock) } };
	struct arena *arena = arena_new();
	struct pop_answer answer = { 0 };
	char bytes[POP_MOST];
	struct buf text;
	ssize_t n = -1;
	int fd;

	buf_init(&text, POP_MOST);
	pop_write(&message, &text);
	assert_int_equal(pop_send_all(rig->place.dir, NULL, buf_str(&text), &fd, 1), 1);
	for (int i = 0; i < 100 && n < 0; i++) {
		loop_turn(rig->desk.loop, 0);
		n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
	}
	if (says != POP_OPENED)
		assert_true(n > 0 && pop_answer_read(arena, str_make(bytes, (size_t)n), &answer));
	close(fd);
	buf_release(&text);
	arena_free(arena);
	return answer.took ? 't' : answer.full ? 'f' : '-';
}

/* "who who", the oldest first. */
static const char *waiting(const struct rig *rig)
{
	static char text[400];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < pop_list_count(rig->list); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%.*s", i ? " " : "", STR_ARG(pop_list_at(rig->list, i)->pop.who));
	return text;
}

static void stored(struct rig *rig, const char *id, const char *json)
{
	entries_add(rig->entries, fact_entry(&rig->facts, id, ENTRY_POP, NULL, NULL, json));
	pop_list_stored(rig->list, rig->entries);
}

static void pass(struct rig *rig, int64_t ms)
{
	rig->clock.wall_ms += ms;
	rig->clock.steady_ms += ms;
}

static void test_said_twice(void **state)
{
	struct rig *rig = *state;

	assert_int_equal(tell(rig, POP_CAME, "a", "jane", "C1", NULL), 't');
	assert_int_equal(tell(rig, POP_CAME, "b", "tom", "C2", NULL), 't');
	pop_list_at(rig->list, 0)->told = true;
	pop_list_at(rig->list, 0)->own = rig;
	/* the same call: in its place, with what its sink had of it */
	assert_int_equal(tell(rig, POP_CAME, "c", "jane.moss", "C1", NULL), 't');
	assert_string_equal(waiting(rig), "jane.moss tom");
	assert_true(pop_list_at(rig->list, 0)->told);
	assert_ptr_equal(pop_list_at(rig->list, 0)->own, rig);
	assert_int_equal(rig->came, 3);
	assert_int_equal(rig->freed, 0);
	/* its first id is one that was opened: the store does not bring it back */
	stored(rig, "a", "{'who':'jane','call':'C9'}");
	assert_string_equal(waiting(rig), "jane.moss tom");
	/* who has no call id is somebody else each time */
	tell(rig, POP_CAME, "d", "owen", NULL, NULL);
	tell(rig, POP_CAME, "e", "owen", NULL, NULL);
	assert_string_equal(waiting(rig), "jane.moss tom owen owen");
}

static void test_opened(void **state)
{
	struct rig *rig = *state;
	struct pop_item *item;

	tell(rig, POP_CAME, "a", "jane", "C1", NULL);
	tell(rig, POP_CAME, "b", "tom", "C2", NULL);
	item = pop_list_open(rig->list, pop_list_find(rig->list, uuid(&rig->facts, "b")));
	assert_true(str_is(item->pop.who, "tom"));
	pop_item_free(item);
	assert_string_equal(waiting(rig), "jane");
	/* once more: it was here, and is not again */
	assert_int_equal(tell(rig, POP_CAME, "b", "tom", "C2", NULL), 't');
	assert_string_equal(waiting(rig), "jane");
	tell(rig, POP_OPENED, "a", NULL, "C1", "pts/7");
	assert_string_equal(waiting(rig), "");
	assert_string_equal(rig->where, "at pts/7");
	assert_int_equal(tell(rig, POP_GONE, NULL, NULL, "C1", NULL), '-');
	tell(rig, POP_CAME, "c", "owen", "C3", NULL);
	assert_int_equal(tell(rig, POP_GONE, NULL, NULL, "C3", NULL), 't');
	assert_string_equal(rig->where, "hung up");
	/* another agent's workstation from now on */
	tell(rig, POP_CAME, "d", "mia", "C4", NULL);
	pop_list_forget(rig->list);
	assert_int_equal(tell(rig, POP_CAME, "b", "tom", "C2", NULL), 't');
	assert_string_equal(waiting(rig), "tom");
}

static void test_full(void **state)
{
	struct rig *rig = *state;
	char id[16], call[16];

	for (int i = 0; i < POPS_WAITING; i++) {
		snprintf(id, sizeof(id), "id%d", i);
		snprintf(call, sizeof(call), "C%d", i);
		assert_int_equal(tell(rig, POP_CAME, id, "w", call, NULL), 't');
	}
	assert_int_equal(tell(rig, POP_CAME, "more", "late", "C99", NULL), 'f');
	assert_int_equal(pop_list_count(rig->list), POPS_WAITING);
	/* what waits already is taken */
	assert_int_equal(tell(rig, POP_CAME, "again", "w2", "C5", NULL), 't');
	/* it was left in the store: there it waits for room */
	stored(rig, "more", "{'who':'late','call':'C99'}");
	assert_int_equal(pop_list_count(rig->list), POPS_WAITING);
	tell(rig, POP_GONE, NULL, NULL, "C0", NULL);
	pop_list_stored(rig->list, rig->entries);
	assert_true(str_is(pop_list_at(rig->list, POPS_WAITING - 1)->pop.who, "late"));
}

static void test_stored(void **state)
{
	struct rig *rig = *state;

	stored(rig, "a", "{'who':'jane','call':'C1'}");
	assert_string_equal(waiting(rig), "jane");
	assert_true(pop_list_at(rig->list, 0)->stored);
	stored(rig, "b", "{'who':'tom','call':'C2'}");
	tell(rig, POP_CAME, "c", "owen", "C3", NULL);
	/* taken back in the store: gone here; what came by socket stays */
	stored(rig, "d", "{'who':'jane','ends':'<a>'}");
	assert_string_equal(waiting(rig), "tom owen");
	assert_int_equal(rig->gone, 1);
	assert_string_equal(rig->where, "hung up");
}

static void test_over(void **state)
{
	struct rig *rig = *state;

	rig->house.windows.pop = MINUTE;
	tell(rig, POP_CAME, "a", "jane", "C1", NULL);
	pass(rig, MINUTE / 2);
	tell(rig, POP_CAME, "b", "tom", "C2", NULL);
	pass(rig, MINUTE / 2 + 1);
	loop_turn(rig->desk.loop, 0);
	assert_string_equal(waiting(rig), "tom");
	/* said once more it waits anew */
	tell(rig, POP_CAME, "b2", "tom", "C2", NULL);
	pass(rig, MINUTE / 2 + 1);
	loop_turn(rig->desk.loop, 0);
	assert_string_equal(waiting(rig), "tom");
	pass(rig, MINUTE);
	loop_turn(rig->desk.loop, 0);
	assert_string_equal(waiting(rig), "");
	assert_int_equal(rig->gone, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_said_twice, begin, end), cmocka_unit_test_setup_teardown(test_opened, begin, end),
		cmocka_unit_test_setup_teardown(test_full, begin, end), cmocka_unit_test_setup_teardown(test_stored, begin, end),
		cmocka_unit_test_setup_teardown(test_over, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
