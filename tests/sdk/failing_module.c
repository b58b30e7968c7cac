/* A PKCS#11 module for tests: softhsm2's, with calls that fail when they are told to. The file that
   BTZ_TEST_MODULE_FAILS names says which call, with which return value, how often: "decrypt 48 2". The
   call is carried out first, as a device may have done before its answer is lost. "slow 100 5" lets 5 times
   the asking for attributes take 100 ms longer; "key 5 9" lets asking for those of the key `key-9` fail,
   always; "destroy 27 1" does not carry out what it lets fail, "lose 5 1" does. "keep 5 9" never deletes the key whose label
   ends in -9, or in as many zeroes and 9; "hang 5000 9" takes 5 s longer to delete those whose number is below 9.
   "show 20 700" lets each call of a search take 20 ms, and show 700 keys in all that are not there.
   cc -shared -fPIC -DMODULE='"/usr/lib/softhsm/libsofthsm2.so"' -o failing.so failing_module.c -ldl */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef unsigned long rv;

/* CK_FUNCTION_LIST of PKCS#11 2.40: 68 functions behind the version. */
#define FUNCTIONS 68
enum { GET_FUNCTION_LIST = 3, DESTROY_OBJECT = 22, GET_ATTRIBUTE_VALUE = 24, FIND_OBJECTS = 27, DECRYPT = 34, GENERATE_KEY = 58 };
struct list {
    unsigned char version[2];
    void *function[FUNCTIONS];
};

typedef rv get_list(struct list **);
typedef rv crypt(rv, unsigned char *, rv, unsigned char *, rv *);
typedef rv attributes(rv, rv, void *, rv);
typedef rv destroy(rv, rv);
typedef rv find(rv, rv *, rv, rv *);
typedef rv generate(rv, void *, void *, rv, rv *);

static struct list real, ours;

/* What a call is to answer instead; 0 when it is to do as it does. */
static rv fails(const char *name) {
    const char *path = getenv("BTZ_TEST_MODULE_FAILS");
    FILE *file = path ? fopen(path, "r+") : NULL;
    char which[32];
    rv value = 0, left = 0;
    if (!file)
        return 0;
    if (fscanf(file, "%31s %lu %lu", which, &value, &left) != 3 || strcmp(which, name) || !left) {
        fclose(file);
        return 0;
    }
    rewind(file);
    fprintf(file, "%s %lu %-12lu\n", which, value, left - 1);
    fclose(file);
    return value;
}

static rv decrypt(rv session, unsigned char *data, rv length, unsigned char *out, rv *out_length) {
    rv done = ((crypt *)real.function[DECRYPT])(session, data, length, out, out_length);
    /* Without a buffer it is asked for the length only, and the operation goes on. */
    rv instead = out ? fails("decrypt") : 0;
    return instead ? instead : done;
}

static rv generate_key(rv session, void *mechanism, void *template, rv count, rv *key) {
    rv done = ((generate *)real.function[GENERATE_KEY])(session, mechanism, template, count, key);
    rv instead = fails("generate");
    return instead ? instead : done;
}

static void pause_ms(rv ms) {
    struct timespec pause = { (long)ms / 1000, (long)ms % 1000 * 1000000 };
    nanosleep(&pause, NULL);
}

/* The value and the number of what was told, if it was this; 0 otherwise. */
static rv told(const char *name, rv *number) {
    const char *path = getenv("BTZ_TEST_MODULE_FAILS");
    FILE *file = path ? fopen(path, "r") : NULL;
    char which[32];
    rv value = 0;
    int read;
    if (!file)
        return 0;
    read = fscanf(file, "%31s %lu %lu", which, &value, number);
    fclose(file);
    return read == 3 && !strcmp(which, name) ? value : 0;
}

/* Whether a label ends in a number, and in which. */
static int numbered(rv session, rv object, rv *number) {
    char label[96], *last;
    struct { rv type; void *value; rv length; } asked = { 3 /* CKA_LABEL */, label, sizeof label - 1 };
    if (((attributes *)real.function[GET_ATTRIBUTE_VALUE])(session, object, &asked, 1) || asked.length >= sizeof label)
        return 0;
    label[asked.length] = 0;
    last = strrchr(label, '-');
    if (!last || !last[1])
        return 0;
    *number = strtoul(last + 1, &last, 10);
    return !*last;
}

static rv destroy_object(rv session, rv object) {
    rv number, done, wanted = 0, below = 0, instead = told("keep", &wanted), ms = told("hang", &below);
    if ((instead || ms) && numbered(session, object, &number)) {
        if (instead && number == wanted)
            return instead;
        if (number < below)
            pause_ms(ms);
    }
    instead = fails("destroy");
    if (instead)
        return instead;
    instead = fails("lose");
    done = ((destroy *)real.function[DESTROY_OBJECT])(session, object);
    return instead ? instead : done;
}

/* What asking the key for its attributes is to answer instead; 0 when it is to do as it does. */
static rv fails_at(rv session, rv object) {
    rv wanted = 0, number, value = told("key", &wanted);
    return value && numbered(session, object, &number) && number == wanted ? value : 0;
}

static rv get_attribute_value(rv session, rv object, void *template, rv count) {
    rv instead = fails_at(session, object);
    pause_ms(fails("slow"));
    return instead ? instead : ((attributes *)real.function[GET_ATTRIBUTE_VALUE])(session, object, template, count);
}

static rv find_objects(rv session, rv *objects, rv max, rv *count) {
    rv left = 0, ms = told("show", &left);
    FILE *file = ms && left ? fopen(getenv("BTZ_TEST_MODULE_FAILS"), "w") : NULL;
    if (!file)
        return ((find *)real.function[FIND_OBJECTS])(session, objects, max, count);
    for (*count = 0; *count < max && left; left--)
        objects[(*count)++] = 0x7fffffff - left;
    fprintf(file, "show %lu %lu\n", ms, left);
    fclose(file);
    pause_ms(ms);
    return 0;
}

rv C_GetFunctionList(struct list **list) {
    void *module = dlopen(MODULE, RTLD_NOW | RTLD_LOCAL);
    get_list *of_real = module ? (get_list *)dlsym(module, "C_GetFunctionList") : NULL;
    struct list *found;
    if (!of_real || of_real(&found))
        return 5; /* CKR_GENERAL_ERROR */
    real = *found;
    ours = real;
    ours.function[GET_FUNCTION_LIST] = (void *)C_GetFunctionList;
    ours.function[DESTROY_OBJECT] = (void *)destroy_object;
    ours.function[GET_ATTRIBUTE_VALUE] = (void *)get_attribute_value;
    ours.function[FIND_OBJECTS] = (void *)find_objects;
    ours.function[DECRYPT] = (void *)decrypt;
    ours.function[GENERATE_KEY] = (void *)generate_key;
    *list = &ours;
    return 0;
}
