/* Runs a fuzz target on files, or on all files of folders: the corpus as an ordinary test. */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/os/file.h"

static size_t replayed;

static int replay_file(const char *path)
{
    uint8_t *data = NULL;
    size_t size = 0;
    zkb_error error = {0};
    if (zkb_file_read(&data, &size, path, (size_t)1 << 26, &error) != ZKB_OK) {
        (void)fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    /* An allocation of exactly the size, so that the sanitizers see a step past the end. */
    uint8_t *exact = malloc(size == 0 ? 1 : size);
    if (exact == NULL) {
        free(data);
        return 1;
    }
    memcpy(exact, data, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    free(data);
    replayed++;
    return 0;
}

static int replay(const char *path)
{
    struct stat information;
    if (stat(path, &information) != 0) {
        perror(path);
        return 1;
    }
    if (!S_ISDIR(information.st_mode)) {
        return replay_file(path);
    }
    DIR *folder = opendir(path);
    if (folder == NULL) {
        perror(path);
        return 1;
    }
    int failures = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (entry->d_name[0] != '.') {
            char name[4096];
            (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            failures += replay_file(name);
        }
    }
    (void)closedir(folder);
    return failures;
}

int main(int argc, char **argv)
{
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        failures += replay(argv[i]);
    }
    (void)printf("%zu inputs\n", replayed);
    return failures == 0 && replayed > 0 ? 0 : 1;
}
