#include "load.h"

#define FREE_EACH(list, free_one) \
	do { \
		for (size_t i_ = 0; i_ < (list).n; i_++) \
			free_one((list).items[i_]); \
		free((list).items); \
	} while (0)
#define FREE_EACH_OF(list, free_one) \
	do { \
		for (size_t i_ = 0; i_ < (list).n; i_++) \
			free_one(&(list).items[i_]); \
		free((list).items); \
	} while (0)

static void pointer_drop(struct pointer *pointer)
{
	if (pointer)
		pointer_free(pointer);
}

void cond_free(struct cond *cond)
{
	if (!cond)
		return;
	expr_free(cond->left);
	expr_free(cond->right);
	FREE_EACH(cond->values, free);
	FREE_EACH(cond->subs, cond_free);
	free(cond);
}

void expr_free(struct expr *expr)
{
	if (!expr)
		return;
	pointer_drop(expr->pointer);
	template_free(expr->template);
	json_object_put(expr->constant);
	json_object_put(expr->map);
	free(expr->words.items);
	FREE_EACH(expr->args, expr_free);
	expr_free(expr->otherwise);
	expr_free(expr->currency);
	cond_free(expr->cond);
	free(expr->table);
	if (expr->zone)
		zone_free(expr->zone);
	option_texts_release(&expr->unset);
	free(expr->separator);
	free(expr);
}

static void param_release(struct plan_param *param)
{
	template_free(param->name);
	expr_free(param->value);
}

static void param_drop(struct plan_param *param)
{
	if (!param)
		return;
	param_release(param);
	free(param);
}

static void body_free(struct plan_body_node *body);

static void body_member_release(struct plan_body_member *member)
{
	free(member->name);
	body_free(member->node);
}

static void body_free(struct plan_body_node *body)
{
	if (!body)
		return;
	expr_free(body->value);
	FREE_EACH_OF(body->members, body_member_release);
	free(body);
}

void request_free(struct plan_request *request)
{
	if (!request)
		return;
	struct plan_page *page = &request->page;
	free(request->method);
	template_free(request->path);
	FREE_EACH_OF(request->query, param_release);
	FREE_EACH_OF(request->headers, param_release);
	FREE_EACH_OF(request->form, param_release);
	body_free(request->json);
	template_free(request->raw);
	free(request->none.items);
	free(request->ok.items);
	FREE_EACH(request->errors, pointer_drop);
	free(page->param);
	free(page->size_param);
	free(page->link);
	pointer_drop(page->total);
	pointer_drop(page->pages);
	pointer_drop(page->next);
	pointer_drop(page->more);
	expr_free(page->stop_before);
	free(request);
}

static void field_release(struct plan_field *field)
{
	expr_free(field->value);
}

static void line_release(struct plan_line *line)
{
	expr_free(line->each);
	expr_free(line->title);
	expr_free(line->sku);
	expr_free(line->quantity);
	expr_free(line->amount);
	expr_free(line->unit);
}

static void attachment_release(struct plan_attachment *file)
{
	expr_free(file->each);
	expr_free(file->name);
	expr_free(file->type);
	expr_free(file->size);
	expr_free(file->web);
}

static void row_free(struct plan_row *row)
{
	cond_free(row->when);
	FREE_EACH_OF(row->fields, field_release);
	free(row->of);
	FREE_EACH_OF(row->lines, line_release);
	FREE_EACH_OF(row->attachments, attachment_release);
	free(row);
}

static void elements_free(struct plan_elements *elements)
{
	if (!elements)
		return;
	free(elements->name);
	pointer_drop(elements->each);
	cond_free(elements->when);
	FREE_EACH(elements->rows, row_free);
	FREE_EACH(elements->nested, elements_free);
	FREE_EACH(elements->for_each, fetch_free);
	FREE_EACH(elements->for_all, fetch_free);
	free(elements);
}

static void save_release(struct plan_save *save)
{
	free(save->name);
	expr_free(save->value);
}

static void table_free(struct plan_table *table)
{
	free(table->name);
	fetch_free(table->fetch);
	pointer_drop(table->each);
	cond_free(table->when);
	expr_free(table->key);
	expr_free(table->value);
	free(table);
}

void fetch_free(struct plan_fetch *fetch)
{
	if (!fetch)
		return;
	free(fetch->name);
	FREE_EACH(fetch->steps, fetch_free);
	FREE_EACH_OF(fetch->save, save_release);
	FREE_EACH(fetch->requests, request_free);
	FREE_EACH(fetch->tables, table_free);
	free(fetch->joins.items);
	cond_free(fetch->when);
	elements_free(fetch->elements);
	expr_free(fetch->order);
	expr_free(fetch->id);
	free(fetch->join);
	free(fetch);
}

static void record_id_release(struct plan_record_id *id)
{
	expr_free(id->value);
}

static void address_release(struct plan_address *address)
{
	expr_free(address->each);
	expr_free(address->label);
	expr_free(address->line1);
	expr_free(address->line2);
	expr_free(address->line3);
	expr_free(address->city);
	expr_free(address->region);
	expr_free(address->postcode);
	expr_free(address->country);
}

static void record_free(struct plan_record *record)
{
	if (!record)
		return;
	struct expr *all[] = {
		record->id, record->guest, record->reference_only, record->since, record->tier, record->channel, record->consent,
		record->language, record->note, record->web, record->do_not_contact, record->lifetime,
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		expr_free(all[i]);
	FREE_EACH(record->names, expr_free);
	FREE_EACH_OF(record->ids, record_id_release);
	FREE_EACH_OF(record->addresses, address_release);
	FREE_EACH_OF(record->keep, save_release);
	free(record);
}

static void find_free(struct plan_find *find)
{
	FREE_EACH(find->forms, free);
	fetch_free(find->fetch);
	FREE_EACH(find->match, expr_free);
	record_free(find->record);
	fetch_free(find->then);
	record_free(find->then_record);
	free(find);
}

static void pull_free(struct plan_pull *pull)
{
	free(pull->name);
	FREE_EACH(pull->forms, free);
	fetch_free(pull->fetch);
	FREE_EACH(pull->match, expr_free);
	free(pull);
}

static void ask_free(struct plan_ask *ask)
{
	free(ask->by.items);
	fetch_free(ask->fetch);
	free(ask);
}

static void ask_field_release(struct plan_ask_field *field)
{
	free(field->name);
	free(field->help);
	free(field->pick);
	free(field->fallback);
	FREE_EACH(field->choices, free);
}

static void action_free(struct plan_action *action)
{
	free(action->name);
	free(action->title);
	free(action->confirm);
	FREE_EACH(action->roles, free);
	FREE_EACH(action->needs, template_free);
	FREE_EACH_OF(action->ask, ask_field_release);
	FREE_EACH(action->before, fetch_free);
	request_free(action->request);
	pointer_drop(action->ok_has);
	cond_free(action->ok_when);
	expr_free(action->refused);
	param_drop(action->idempotency);
	FREE_EACH(action->read_back, fetch_free);
	cond_free(action->read_back_when);
	free(action);
}

static void auth_release(struct plan_auth *auth)
{
	template_free(auth->user);
	template_free(auth->password);
	template_free(auth->value);
	free(auth->header);
	request_free(auth->request);
	pointer_drop(auth->token);
	pointer_drop(auth->expires);
	free(auth->cookie);
}

static void setting_release(struct plan_setting *setting)
{
	free(setting->name);
	free(setting->help);
	free(setting->fallback);
}

struct plan *plan_share(struct plan *plan)
{
	plan->shares++;
	return plan;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	if (plan->shares) {
		plan->shares--;
		return;
	}
	free(plan->file);
	free(plan->name);
	free(plan->title);
	free(plan->rights);
	json_object_put(plan->verified);
	FREE_EACH_OF(plan->settings, setting_release);
	template_free(plan->base);
	FREE_EACH_OF(plan->headers, param_release);
	auth_release(&plan->auth);
	param_drop(plan->as);
	FREE_EACH(plan->errors, pointer_drop);
	request_free(plan->ping);
	expr_free(plan->ping_who);
	FREE_EACH(plan->tables, table_free);
	FREE_EACH(plan->finds, find_free);
	record_free(plan->record);
	FREE_EACH(plan->pulls, pull_free);
	FREE_EACH(plan->asks, ask_free);
	FREE_EACH(plan->actions, action_free);
	if (plan->feed) {
		expr_free(plan->feed->id);
		elements_free(plan->feed->elements);
		free(plan->feed);
	}
	free(plan->reset_remaining);
	free(plan->reset_at);
	free(plan->zone);
	free(plan->country);
	free(plan->currency);
	free(plan);
}
