#include "advisory/sign.h"

#include "advisory/db_form.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

static void free_key(EVP_PKEY **k)
{
    EVP_PKEY_free(*k);
}
static void free_bio(BIO **b)
{
    BIO_free(*b);
}
static void free_md(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}
#define AUTO_KEY CLEANUP(free_key)
#define AUTO_BIO CLEANUP(free_bio)
#define AUTO_MD  CLEANUP(free_md)

static int no_password(char *buf UNUSED, int size UNUSED, int writing UNUSED, void *ctx UNUSED)
{
    return -1;
}

int sign_read_private(struct str pem, unsigned char *seed, struct err *e)
{
    AUTO_BIO BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
    AUTO_KEY EVP_PKEY *key = in ? PEM_read_bio_PrivateKey(in, NULL, no_password, NULL) : NULL;
    size_t n = DB_KEY_BYTES;

    if (!key || EVP_PKEY_id(key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_private_key(key, seed, &n) != 1)
        return err_set(e, ERR_FORMAT, "not a private key for Ed25519 without a password, in PEM");
    return 0;
}

int sign_read_public(struct str pem, unsigned char *raw, struct err *e)
{
    AUTO_BIO BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
    AUTO_KEY EVP_PKEY *key = in ? PEM_read_bio_PUBKEY(in, NULL, no_password, NULL) : NULL;
    size_t n = DB_KEY_BYTES;

    if (!key || EVP_PKEY_id(key) != EVP_PKEY_ED25519 || EVP_PKEY_get_raw_public_key(key, raw, &n) != 1)
        return err_set(e, ERR_FORMAT, "not a public key for Ed25519 in PEM");
    return 0;
}

int sign_bytes(const unsigned char *seed, struct str bytes, unsigned char *signature, struct err *e)
{
    AUTO_KEY EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, DB_KEY_BYTES);
    AUTO_MD EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    size_t n = DB_SIGNATURE_BYTES;

    if (!key || !ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) != 1 ||
        EVP_DigestSign(ctx, signature, &n, (const unsigned char *)bytes.p, bytes.n) != 1)
        return err_set(e, ERR_UNSUPPORTED, "OpenSSL cannot sign with Ed25519");
    return 0;
}

int sign_verify(const unsigned char *raw, struct str bytes, const unsigned char *signature, struct err *e)
{
    AUTO_KEY EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, DB_KEY_BYTES);
    AUTO_MD EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    if (!key || !ctx || EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) != 1)
        return err_set(e, ERR_UNSUPPORTED, "OpenSSL cannot verify Ed25519");
    if (EVP_DigestVerify(ctx, signature, DB_SIGNATURE_BYTES, (const unsigned char *)bytes.p, bytes.n) != 1)
        return err_set(e, ERR_FORMAT, "is not signed by the key that was given");
    return 0;
}
