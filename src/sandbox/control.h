/*
 * The sandbox's own interface: what it is, its faults, back to the start, the end.
 */
#ifndef SANDBOX_CONTROL_H
#define SANDBOX_CONTROL_H

#include "request.h"

extern const struct backend backend_control;

#define CONTROL_STOP "control:stop"     /* the fact that asks for the end */

#endif
