/* attacks_secret.c - attacks by what secrets open, as data: a password of a data store, a key of a cloud, the
 * credential of a cluster or registry. Which secret opens what is a relation of the model (scan/opens.h); that
 * somebody gets at it is for findings to say. */
#include "threat/attack.h"

static const struct attack table[] = {
    { "document-read", GET(PAGE, SECRETS), .on = ON_DOCUMENT, .any = CHECKS("secret-exposed"), .cost = 5,
      .does = "reads the secrets in it" },
    { "password-opens-store", GET(SECRETS, SEEN), .way = WAY_OPENS, .also = ALSO(CLIENT), .cost = 1,
      .does = "opens {} with the password that is among them, and reads what it keeps" },
    { "password-opens-store-to-write", GET(SECRETS, CHANGED), .way = WAY_OPENS, .also = ALSO(CLIENT),
      .cost = 1, .does = "opens {} with the password that is among them, and changes what it keeps" },
    { "secret-opens-store", GET(READ, SEEN), .way = WAY_OPENS, .also = ALSO(CLIENT), .cost = 1,
      .does = "opens {} with it, and reads what it keeps" },
    { "secret-opens-store-to-write", GET(READ, CHANGED), .way = WAY_OPENS, .also = ALSO(CLIENT), .cost = 1,
      .does = "opens {} with it, and changes what it keeps" },
    { "cloud-key-used", GET(SECRETS, CLOUD), .way = WAY_OPENS, .cost = 2,
      .does = "uses the account of {} with the key that is among them" },
    { "cluster-credential-used", GET(SECRETS, ADMIN), .way = WAY_OPENS, .cost = 4,
      .does = "gives orders to {} with the credential that is among them" },
    { "registry-credential-used", GET(SECRETS, PUSH), .way = WAY_OPENS, .cost = 3,
      .does = "signs in to {} with the credential that is among them" },
    { "pull-secret-pushes", GET(READ, PUSH), .way = WAY_OPENS, .cost = 4,
      .does = "signs in to {} with it, and may push where it may" },
    { "pushed-with-credential", GET(PUSH, IMAGES), .cost = 1, .does = "pushes images of its own to {}" },
    { "account-token-used", GET(READ, RIGHTS), .way = WAY_OPENS, .cost = 1,
      .does = "speaks as {} with the token in it" },
};
const struct attack_set attacks_secret = { table, ARRAY_LEN(table) };
