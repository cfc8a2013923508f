#include "control.h"

#include "make.h"
#include "state.h"
#include "world.h"

static void show(struct request *request)
{
	struct box *box = request->box;
	struct json_object *faults = json_object_new_object();

	for (int i = 0; i < BOX_BACKENDS; i++)
		json_object_object_add(faults, backends[i]->name, fault_json(&box->faults[i]));
	reply_json(request, 200, make("{'v':1,'customers':%l,'seed':%l,'now':%t,'changes':%l,'faults':%o}",
				      (int64_t)(box->world->people - STORY_PEOPLE), (int64_t)box->world->seed, box_now(box),
				      (int64_t)state_count(box->state), faults));
}

static void reset(struct request *request)
{
	box_reset(request->box);
	show(request);
}

static void stop(struct request *request)
{
	state_add(request->box->state, CONTROL_STOP, "stop", 0, NULL);
	reply_json(request, 200, make("{'v':1,'stopping':true}"));
}

static void log_out(struct request *request)
{
	request->box->log_ins++;
	show(request);
}

static bool set_one(struct box *box, int index, struct json_object *wanted, struct err *err)
{
	struct fault fault = box->faults[index];

	json_object_object_foreach(wanted, key, value) {
		if (strcmp(key, "backend") == 0)
			continue;
		if (!fault_set(&fault, key, value ? json_object_get_string(value) : "", err))
			return false;
	}
	box->faults[index] = fault;
	return true;
}

/* {"backend": "phone", "fail": 0.3, "latency": "800ms"}; without a backend, all of them. */
static void faults(struct request *request)
{
	const char *name = member_text(request->doc, "backend");
	struct err err = { 0 };
	bool done = true;

	if (!json_object_is_type(request->doc, json_type_object)) {
		reply_json(request, 400, make("{'v':1,'message':'the body has to be an object of faults'}"));
		return;
	}
	if (name && strcmp(name, "all") != 0 && backend_index(name) < 0) {
		reply_json(request, 400, make("{'v':1,'message':'there is no such backend'}"));
		return;
	}
	for (int i = 0; i < BOX_BACKENDS && done; i++)
		if (!name || strcmp(name, "all") == 0 || i == backend_index(name))
			done = set_one(request->box, i, request->doc, &err);
	if (done)
		show(request);
	else
		reply_json(request, 400, make("{'v':1,'message':%s}", err.text));
}

static const struct route routes[] = {
	{ "GET", "/control", show, true },
	{ "POST", "/control/reset", reset, true },
	{ "POST", "/control/stop", stop, true },
	{ "POST", "/control/logout", log_out, true },
	{ "POST", "/control/faults", faults, true },
	{ NULL },
};

const struct backend backend_control = { .name = "control", .routes = routes };
