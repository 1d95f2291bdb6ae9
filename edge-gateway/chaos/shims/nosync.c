/* A disk that lies: it says that all is written, and writes when it likes. Preloaded into a server whose losses the
 * audit has to find. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int fsync(int file) { (void)file; return 0; }
int fdatasync(int file) { (void)file; return 0; }
int syncfs(int file) { (void)file; return 0; }
void sync(void) {}
int msync(void *start, size_t bytes, int flags) { (void)start, (void)bytes, (void)flags; return 0; }
int sync_file_range(int file, off64_t start, off64_t bytes, unsigned int flags) {
    (void)file, (void)start, (void)bytes, (void)flags;
    return 0;
}
