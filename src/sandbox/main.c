/*
 * dossier-sandbox: the practice backends as one program.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <dossier/base/when.h>

#include "make.h"
#include "place.h"
#include "serve.h"
#include "settings.h"
#include "state.h"
#include "story.h"

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

/* The signals that end it arrive while it waits and never in between. */
static void catch_signals(sigset_t *waiting)
{
	struct sigaction action = { .sa_handler = end };
	sigset_t blocked;

	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGHUP);
	sigprocmask(SIG_BLOCK, &blocked, waiting);
	sigdelset(waiting, SIGTERM);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGHUP);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

static void origin(const struct serve *serve, int index, char out[40])
{
	snprintf(out, 40, "http://127.0.0.1:%u", (unsigned)serve_port(serve, index));
}

static struct json_object *stories_json(void)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < STORY_PEOPLE; i++) {
		const struct story *story = story_people[i]->story;
		struct json_object *who, *steps;

		if (!story)
			continue;
		who = json_object_new_array();
		steps = json_object_new_array();
		for (size_t w = 0; story->who[w]; w++)
			make_append(who, json_object_new_string(story->who[w]));
		for (const struct story_step *step = story->steps; step->type; step++)
			make_append(steps, make("{'type':%s,'look':%s}", step->type, step->look));
		make_append(list, make("{'name':%s,'about':%s,'who':%o,'steps':%o}", story->name, story->about, who, steps));
	}
	return list;
}

static struct json_object *state_json(const struct serve *serve, const struct settings *settings, int64_t now)
{
	struct json_object *list = json_object_new_array();
	char url[40];

	for (int i = 0; i < BOX_BACKENDS; i++) {
		origin(serve, i, url);
		make_append(list, make("{'id':%s,'connector':%s,'url':%s,'settings':%o}", backends[i]->name, backends[i]->connector, url,
				       backends[i]->settings(url)));
	}
	origin(serve, BOX_BACKENDS, url);
	return make("{'v':1,'pid':%l,'now':%t,'customers':%l,'seed':%l,'control':%s,'backends':%o,'stories':%o}", (int64_t)getpid(), now,
		    (int64_t)settings->customers, (int64_t)settings->seed, url, list, stories_json());
}

static void print_addresses(const struct serve *serve, const struct place *place)
{
	char url[40];

	for (int i = 0; i < BOX_BACKENDS; i++) {
		origin(serve, i, url);
		printf("%-8s %-9s %s\n", backends[i]->name, backends[i]->connector, url);
	}
	origin(serve, BOX_BACKENDS, url);
	printf("%-8s %-9s %s/control\n%-8s %-9s %s\n", "control", "", url, "state", "", place->path);
	fflush(stdout);
}

/* From here on nothing is said: whoever reads our caller's standard error must see its end. */
static void say_ready(int ready)
{
	int null = open("/dev/null", O_RDWR);

	if (null >= 0)
		dup2(null, 2);
	if (null > 2)
		close(null);
	if (write(ready, "+", 1) == 1)
		close(ready);
}

/* Serves until a signal or control ends it; ready is closed once it can be reached. */
static bool run(const struct settings *settings, struct place *place, int ready, struct err *err)
{
	struct box box = { .clock = clock_system() };
	int64_t now = settings->now;
	struct serve *serve;
	sigset_t waiting;
	bool done = false;

	if (now == WHEN_NONE)
		now = clock_wall(box.clock) / MINUTE * MINUTE;
	catch_signals(&waiting);
	box.started = clock_steady(box.clock);
	box.world = world_new(settings->seed, now, settings->customers);
	box.state = state_new();
	memcpy(box.faults, settings->faults, sizeof(box.faults));
	memcpy(box.first_faults, settings->faults, sizeof(box.faults));
	serve = serve_new(&box, settings->port, err);
	if (serve && place_write(place, state_json(serve, settings, now), err)) {
		done = true;
		if (!settings->quiet)
			print_addresses(serve, place);
		if (ready >= 0)
			say_ready(ready);
		while (!ended && serve_turn(serve, &waiting))
			;
	}
	serve_free(serve);
	place_leave(place);
	state_free(box.state);
	world_free(box.world);
	return done;
}

/* The parent waits for the child's word; what goes wrong until then is said by the child itself. */
static int background_wait(int fd, pid_t child)
{
	char word;
	ssize_t n;
	int status;

	do
		n = read(fd, &word, 1);
	while (n < 0 && errno == EINTR);
	if (n == 1)
		return 0;
	waitpid(child, &status, 0);
	return 1;
}

static void let_go_of_terminal(void)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	if (null < 0)
		return;
	dup2(null, 0);
	dup2(null, 1);
	if (null > 2)
		close(null);
}

static int background(struct settings *settings, struct place *place, struct err *err)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) < 0 || (child = fork()) < 0) {
		err_set(err, ERR_IO, "cannot go to the background: %s", strerror(errno));
		return -1;
	}
	if (child > 0) {
		close(ends[1]);
		close(place->lock);     /* the child holds it */
		return background_wait(ends[0], child);
	}
	close(ends[0]);
	let_go_of_terminal();
	settings->quiet = true;
	return run(settings, place, ends[1], err) ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct settings settings;
	struct err err = { 0 };
	struct place place;
	int status;

	if (!settings_read(argc, argv, &settings, &err)) {
		fprintf(stderr, "dossier-sandbox: %s\n", err.text);
		return 2;
	}
	if (settings.help || settings.version) {
		if (settings.help)
			settings_help();
		else
			puts("dossier-sandbox " PACKAGE_VERSION);
		return 0;
	}
	status = 1;
	if (place_claim(&place, settings.state, &err)) {
		if (settings.background)
			status = background(&settings, &place, &err);
		else if (run(&settings, &place, -1, &err))
			status = 0;
	}
	if (status && err.code != ERR_NONE)
		fprintf(stderr, "dossier-sandbox: %s\n", err.text);
	return status < 0 ? 1 : status;
}
