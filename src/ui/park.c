/*
 * A customer put aside with what was on the screen, and found again. It is
 * parked until then: whoever cannot be found stays in the list.
 */
#include <libintl.h>
#include <stdlib.h>

#include <dossier/base/json.h>
#include <dossier/base/mem.h>

#include "kept_view.h"

static void on_put(void *arg, const struct err *err)
{
	struct ui *ui = arg;

	ui_sending(ui, -1);
	if (err->code == ERR_NONE)
		ui_say(ui, EL_MESSAGE, "%s", gettext("parked; Z recalls"));
	else
		ui_say(ui, EL_ERROR, gettext("not parked: %s"), err->text);
}

bool ui_park(struct ui *ui, const struct draft_of *about, struct json_object *state)
{
	struct kept kept = { .kind = KEPT_PARKED, .key = about->n_who ? about->who[0] : (struct str){ 0 }, .person = about->person, .who = about->who, .n_who = about->n_who };
	struct json_object *whole = json_object_new_object();
	struct buf data;

	json_object_object_add(whole, "label", json_object_new_string_len(about->label.p ? about->label.p : "", (int)about->label.n));
	json_object_object_add(whole, "state", state);
	if (about->id.n)
		json_object_object_add(whole, "draft", json_object_new_string_len(about->id.p, (int)about->id.n));
	if (!ui_desk(ui)->store) {
		json_object_put(whole);
		ui_refuse(ui, EL_WARN, "%s", gettext("there is no case store in this session"));
		return false;
	}
	buf_init(&data, 64 * 1024);
	json_write(&data, whole);
	kept.data = buf_str(&data);
	ui_sending(ui, 1);
	kept_put(ui_desk(ui)->store, &kept, on_put, ui);
	buf_release(&data);
	json_object_put(whole);
	return true;
}

struct asked { struct ui *ui; unsigned view, hold; };

static void on_parked(void *arg, const struct kept *kept, size_t n, const struct err *err)
{
	struct asked *asked = arg;
	struct ui *ui = asked->ui;
	bool there = ui_top_no(ui) == asked->view && !ui_asks(ui);

	ui_sending(ui, -1);
	ui_hold_end(ui, asked->hold);
	free(asked);
	if (!there)     /* after a store that was slow they are no longer asked for */
		return;
	if (err->code != ERR_NONE)
		ui_refuse(ui, EL_WARN, "%s", err->text);
	else if (!n)
		ui_refuse(ui, EL_MESSAGE, "%s", gettext("nobody is parked; z parks a customer"));
	else
		ui_push(ui, parked_view_new(ui, kept, n));
}

void ui_parked(struct ui *ui)
{
	struct str any = { 0 };
	struct asked *asked;

	if (!ui_desk(ui)->store) {
		ui_refuse(ui, EL_WARN, "%s", gettext("there is no case store in this session"));
		return;
	}
	asked = mem_zalloc(sizeof(*asked));
	ui_sending(ui, 1);      /* the program does not end under it */
	*asked = (struct asked){ ui, ui_top_no(ui), ui_hold(ui) };
	kept_list(ui_desk(ui)->store, KEPT_PARKED, any, any, any, on_parked, asked);
}
