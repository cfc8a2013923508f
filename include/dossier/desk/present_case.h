/*
 * The way out for what the case store knows: entries, the brief, cases and
 * what belongs to them. As in desk/present each writes the members of one map,
 * with "masked" among them, and names only grow.
 */
#ifndef DOSSIER_DESK_PRESENT_CASE_H
#define DOSSIER_DESK_PRESENT_CASE_H

#include <dossier/desk/present.h>
#include <dossier/model/brief.h>
#include <dossier/model/misfit.h>
#include <dossier/model/verify.h>

/* As stored; data by the names of its type, times of it as times. Closed with "row.text", as the rows made of it are. */
void present_entry(const struct present *present, const struct entry *entry, const struct fields *out);
void present_brief(const struct present *present, const struct brief *brief, const struct fields *out);
void present_case(const struct present *present, const struct case_state *state, const struct fields *out);
void present_handoff(const struct present *present, const struct handoff *handoff, const struct fields *out);
void present_promise(const struct present *present, const struct promise *promise, const struct fields *out);
void present_question(const struct present *present, const struct question *question, const struct fields *out);
void present_contact(const struct present *present, const struct contact *contact, const struct fields *out);
void present_notice(const struct present *present, const struct notice *notice, const struct fields *out);
void present_discrepancy(const struct present *present, const struct discrepancy *discrepancy, const struct fields *out);
void present_misfit(const struct present *present, const struct misfit *misfit, const struct fields *out);
void present_verified(const struct present *present, const struct verified *verified, const struct fields *out);

#endif
