/* secret_name.h - does a name say that its value is a secret? */
#pragma once
#include "core/str.h"

/* "DB_PASSWORD", "githubToken", "AWS_SECRET_ACCESS_KEY" yes; "TOKEN_FILE", "PASSWORD_MIN_LENGTH", "GPG_KEY"
 * no. */
bool is_secret_name(struct str name);
/* Could it be a secret: neither empty, nor a switch, a number, a path, or a reference to something else? */
bool is_secret_value(struct str value);
/* A URL with a password in it: "https://user:word@host/". */
bool has_url_password(struct str text);
