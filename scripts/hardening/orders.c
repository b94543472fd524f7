// What the thread sanitizer misses of the order in which Swift's libraries let things happen. The functions that it cannot look into are
// preloaded: they do as they did, and tell it. Nothing is suppressed: a race beside a mutex or a continuation is still one.
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

// Defined by the sanitizer's runtime; absent from processes without one, which are preloaded too.
extern void __tsan_acquire(void *address) __attribute__((weak));
extern void __tsan_release(void *address) __attribute__((weak));

static void *original(const char *symbol) {
    void *address = dlsym(RTLD_NEXT, symbol);
    // A standard library that names them otherwise needs another wrapper.
    if (address == NULL) abort();
    return address;
}

// Synchronization.Mutex. Taken or given back without a wait it is an atomic operation in the caller's own, instrumented code. With a wait the
// standard library asks the kernel (FUTEX_LOCK_PI), where the sanitizer sees nothing.

#define swift_method __attribute__((swiftcall))
#define swift_self __attribute__((swift_context))

// Synchronization._MutexHandle._lockSlow(_: UInt32), ._tryLockSlow() -> Bool, ._unlockSlow()
#define lock_symbol "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define try_symbol "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define unlock_symbol "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

swift_method void lock_slow(uint32_t thread, swift_self void *mutex) __asm__(lock_symbol);
swift_method void lock_slow(uint32_t thread, swift_self void *mutex) {
    ((swift_method void (*)(uint32_t, swift_self void *))original(lock_symbol))(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

swift_method _Bool try_slow(swift_self void *mutex) __asm__(try_symbol);
swift_method _Bool try_slow(swift_self void *mutex) {
    _Bool taken = ((swift_method _Bool (*)(swift_self void *))original(try_symbol))(mutex);
    if (taken && __tsan_acquire) __tsan_acquire(mutex);
    return taken;
}

swift_method void unlock_slow(swift_self void *mutex) __asm__(unlock_symbol);
swift_method void unlock_slow(swift_self void *mutex) {
    if (__tsan_release) __tsan_release(mutex);
    ((swift_method void (*)(swift_self void *))original(unlock_symbol))(mutex);
}

// A continuation that is resumed before its task waits for it. Who resumes it tells the sanitizer; the runtime, which finds it resumed when the
// task comes to wait, goes on without asking (swift_continuation_await, Task.cpp), so that what has been written before seems a race.

#define swift_async __attribute__((swiftasynccall))

// The head of the runtime's ContinuationAsyncContext.
struct continuation {
    void *parent;
    swift_async void (*resume)(__attribute__((swift_async_context)) struct continuation *);
};

extern swift_method void *swift_task_getCurrent(void) __attribute__((weak));

// How the task goes on that this thread has last brought to wait. One that is resumed later is not resumed by way of its continuation.
static _Thread_local swift_async void (*resume)(__attribute__((swift_async_context)) struct continuation *);

static swift_async void resume_early(__attribute__((swift_async_context)) struct continuation *awaited) {
    awaited->resume = resume;
    __tsan_acquire(swift_task_getCurrent());
    __attribute__((musttail)) return awaited->resume(awaited);
}

swift_async void swift_continuation_await(struct continuation *awaited) {
    swift_async void (*await)(struct continuation *) = original("swift_continuation_await");
    if (__tsan_acquire) {
        resume = awaited->resume;
        awaited->resume = resume_early;
    }
    __attribute__((musttail)) return await(awaited);
}
