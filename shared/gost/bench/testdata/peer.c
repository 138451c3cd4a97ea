/*
 * OpenSSL's GOST engine (gost2012_512 with paramset A, and Streebog) as a program.
 *
 * peer bench      times it and prints lines in the format of Go benchmarks:
 *     BenchmarkPeer/verify      EVP_PKEY_verify of a 64-byte digest
 *     BenchmarkPeer/sign        EVP_PKEY_sign, likewise
 *     BenchmarkPeer/sum512-1MB  md_gost12_512 over 1 MB, and -50KB over 50 KB
 *   Loading the engine and making the key are not timed. Each figure is the mean
 *   processor time of as many runs as fit a fifth of a second.
 *
 * peer make N     prints N lines, each with a new key, in hexadecimal:
 *     message, its 512-bit digest, its 256-bit digest, SubjectPublicKeyInfo, signature
 *
 * peer check      reads lines of SubjectPublicKeyInfo, digest and signature, and
 *   prints 1 for each good signature and 0 for the others.
 *
 * Signatures are in OpenSSL's order.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void fail(const char *what)
{
    fprintf(stderr, "peer: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static EVP_PKEY_CTX *context;
static unsigned char digest[64], signature[128];
static const EVP_MD *md;
static unsigned char *message;
static size_t message_len;

static void verify(void)
{
    if (EVP_PKEY_verify(context, signature, sizeof signature, digest, sizeof digest) != 1)
        fail("verify");
}

static void sign(void)
{
    size_t n = sizeof signature;

    if (EVP_PKEY_sign(context, signature, &n, digest, sizeof digest) != 1 || n != sizeof signature)
        fail("sign");
}

static void sum(void)
{
    unsigned char out[EVP_MAX_MD_SIZE];

    if (EVP_Digest(message, message_len, out, NULL, md, NULL) != 1)
        fail("digest");
}

static void bench(const char *name, void (*run)(void), size_t bytes)
{
    double start = now(), took;
    long n = 0, step = 1;

    run();
    for (start = now(); (took = now() - start) < 0.2; n += step)
        for (long i = 0; i < step; i++)
            run();
    printf("BenchmarkPeer/%s \t%ld\t%.1f ns/op", name, n, took / n * 1e9);
    if (bytes > 0)
        printf("\t%.2f MB/s", bytes * (double)n / took / 1e6);
    printf("\n");
    fflush(stdout);
}

static ENGINE *engine;

static EVP_PKEY *new_key(void)
{
    EVP_PKEY_CTX *gen = EVP_PKEY_CTX_new_id(NID_id_GostR3410_2012_512, engine);
    EVP_PKEY *key = NULL;

    if (gen == NULL || EVP_PKEY_keygen_init(gen) <= 0 ||
        EVP_PKEY_CTX_ctrl_str(gen, "paramset", "A") <= 0 ||
        EVP_PKEY_keygen(gen, &key) <= 0)
        fail("no key");
    EVP_PKEY_CTX_free(gen);
    return key;
}

static void use_key(EVP_PKEY *key)
{
    EVP_PKEY_CTX_free(context);
    if ((context = EVP_PKEY_CTX_new(key, engine)) == NULL)
        fail("no context");
}

static void bench_all(void)
{
    message_len = 1 << 20;
    if ((message = malloc(message_len)) == NULL)
        fail("no memory");
    memset(message, 0x5a, message_len);
    if (EVP_Digest("benchmark", 9, digest, NULL, md, NULL) != 1)
        fail("digest");

    use_key(new_key());
    if (EVP_PKEY_sign_init(context) <= 0)
        fail("sign init");
    bench("sign", sign, 0);
    if (EVP_PKEY_verify_init(context) <= 0)
        fail("verify init");
    bench("verify", verify, 0);
    bench("sum512-1MB", sum, message_len);
    message_len = 50 << 10;
    bench("sum512-50KB", sum, message_len);
}

static void print_hex(const unsigned char *b, size_t n, int end)
{
    if (n == 0)
        putchar('-');
    while (n-- > 0)
        printf("%02x", *b++);
    putchar(end);
}

static void make(int count)
{
    const EVP_MD *md256 = EVP_get_digestbyname("md_gost12_256");
    unsigned char text[1024], sum256[32], *spki = NULL;

    if (md256 == NULL)
        fail("no md_gost12_256");
    while (count-- > 0) {
        EVP_PKEY *key = new_key();
        size_t len;
        int n;

        if (RAND_bytes(text, sizeof text) != 1)
            fail("random");
        len = (text[0] | text[1] << 8) % sizeof text;
        if (EVP_Digest(text, len, digest, NULL, md, NULL) != 1 ||
            EVP_Digest(text, len, sum256, NULL, md256, NULL) != 1)
            fail("digest");
        use_key(key);
        if (EVP_PKEY_sign_init(context) <= 0)
            fail("sign init");
        sign();
        spki = NULL;
        if ((n = i2d_PUBKEY(key, &spki)) <= 0)
            fail("encode key");
        print_hex(text, len, ' ');
        print_hex(digest, sizeof digest, ' ');
        print_hex(sum256, sizeof sum256, ' ');
        print_hex(spki, n, ' ');
        print_hex(signature, sizeof signature, '\n');
        OPENSSL_free(spki);
        EVP_PKEY_free(key);
    }
}

static long parse_hex(const char *s, unsigned char *out, long max)
{
    long n = 0;

    for (; s[2 * n] != 0; n++) {
        unsigned v;

        if (n == max || sscanf(s + 2 * n, "%2x", &v) != 1)
            fail("bad hexadecimal");
        out[n] = v;
    }
    return n;
}

static void check(void)
{
    char key_hex[1024], digest_hex[256], signature_hex[512];

    while (scanf("%1023s %255s %511s", key_hex, digest_hex, signature_hex) == 3) {
        unsigned char spki[512];
        const unsigned char *p = spki;
        EVP_PKEY *key = d2i_PUBKEY(NULL, &p, parse_hex(key_hex, spki, sizeof spki));

        if (key == NULL)
            fail("decode key");
        if (parse_hex(digest_hex, digest, sizeof digest) != sizeof digest ||
            parse_hex(signature_hex, signature, sizeof signature) != sizeof signature)
            fail("bad length");
        use_key(key);
        if (EVP_PKEY_verify_init(context) <= 0)
            fail("verify init");
        puts(EVP_PKEY_verify(context, signature, sizeof signature, digest, sizeof digest) == 1 ? "1" : "0");
        ERR_clear_error();
        EVP_PKEY_free(key);
    }
}

int main(int argc, char **argv)
{
    ENGINE_load_builtin_engines();
    if ((engine = ENGINE_by_id("gost")) == NULL || !ENGINE_init(engine) ||
        !ENGINE_set_default(engine, ENGINE_METHOD_ALL))
        fail("no GOST engine");
    if ((md = EVP_get_digestbyname("md_gost12_512")) == NULL)
        fail("no md_gost12_512");
    if (argc == 2 && strcmp(argv[1], "bench") == 0)
        bench_all();
    else if (argc == 3 && strcmp(argv[1], "make") == 0)
        make(atoi(argv[2]));
    else if (argc == 2 && strcmp(argv[1], "check") == 0)
        check();
    else
        fail("usage: peer bench | make N | check");
    return 0;
}
