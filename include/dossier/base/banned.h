/*
 * Calls that have no safe use here are a compile error in every file:
 * this header is put before each one by the build (-include).
 *
 * Use instead: struct buf or snprintf for text, str_* and memcpy with a length
 * for copies, strtoll with its end pointer for numbers, *_r for times,
 * posix_spawn for children, mkostemp for files, random numbers as injected.
 */
#ifndef DOSSIER_BASE_BANNED_H
#define DOSSIER_BASE_BANNED_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#pragma GCC poison strcpy strcat strncpy strncat stpcpy sprintf vsprintf gets
#undef alloca
#pragma GCC poison strtok atoi atol atoll atof alloca
#pragma GCC poison localtime gmtime ctime asctime rand srand
#pragma GCC poison system popen mktemp tmpnam tempnam

#endif
