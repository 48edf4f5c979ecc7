/**
 * What a frame means for the question who spins. Only runtimes, adapters of the standard
 * library and tracing are known by name: what they do on every stack is no one's fault.
 */
import { demangled } from './demangle.ts';
import { frameName } from './frame-name.ts';

export type FrameRole =
  /** An executor begins to poll a task, or to block on a future. */
  | 'root'
  /** A pool for blocking calls: what it runs is no task. */
  | 'blocking-root'
  /** A future, stream or reader that is polled. */
  | 'poll'
  /** The body of an async function or block, if something polls it; else a closure. */
  | 'body'
  /** A waker is woken. */
  | 'wake'
  /** A task asks to be polled again later, on purpose. */
  | 'defer'
  /** The executor looks for work, or waits for it. */
  | 'scheduler'
  /** A span is entered or left, an event is told to a subscriber. */
  | 'tracing'
  /** The kernel, or a call into it. */
  | 'kernel'
  /** The thread waits: on a profile of all time, no work. */
  | 'parked'
  | 'other';

export interface Frame {
  /** As people read it. */
  name: string;
  role: FrameRole;
  /** What it belongs to in a chain of polls: a type, or an async function. */
  unit: string;
  crate: string;
  method: string;
  trait: string | null;
  /** It hands every poll on, and is nobody's fault. */
  isTransparent: boolean;
  /** Of the standard library or the runtime: who calls through it calls directly. */
  isPassage: boolean;
  /** Of these, the allocator, or the rest of the framework: no work of the program. */
  isPlumbing: boolean;
}

const PARKED =
  /^(?:__)?(?:(?:GI_)?_*(?:epoll_p?wait2?|ppoll|poll|select|pselect|futex\w*|nanosleep|clock_nanosleep|pause|sigwait\w*|wait4|waitid|accept4?|io_getevents|kevent|semaphore_wait_trap)|__futex_abstimed_wait_\w+|___pthread_cond_\w+|pthread_cond_\w+|__pthread_clockjoin_ex|schedule|do_nanosleep)$/;
const SYSCALLS =
  /^(?:_*(?:GI_|libc_)*_*)?(?:recv(?:from|msg|mmsg)?|send(?:to|msg|mmsg|file)?|readv?|writev?|pread(?:64|v)?|pwrite(?:64|v)?|open(?:at)?(?:64)?|close|connect|accept4?|socket|shutdown|ioctl|fsync|fstat\w*|stat\w*|epoll_\w+|eventfd\w*|futex\w*|syscall|sched_yield|mmap|munmap|madvise|getrandom|splice|io_uring_\w+)(?:64)?(?:_nocancel)?$/;
const ALLOCATOR =
  /^(?:_*(?:libc|GI|GI__libc)?_*(?:malloc|calloc|realloc|free|posix_memalign|memcpy|memmove|memset|memcmp|bcmp)\w*|_int_(?:malloc|free\w*)|malloc_consolidate|sysmalloc|unlink_chunk\w*|__rust_(?:alloc|dealloc|realloc)\w*|__rdl_\w+|__rg_\w+|je_\w+|mi_\w+|_?_?tls_get_addr|clock_gettime|__vdso_\w+)$/;

const TASK_ROOTS =
  /^(?:tokio::runtime::task::(?:raw::(?:RawTask::)?poll|harness::|core::(?:Core::poll|\{impl))|async_task::raw::|futures_executor::|pollster::|async_executor::)/;
const BLOCKING_ROOTS = /^tokio::runtime::blocking::pool::|^blocking::|^rayon_core::/;
const SCHEDULERS =
  /^(?:tokio::runtime::(?:scheduler|driver|park|io::driver|time|signal|context::runtime)|mio::|polling::|smol::|async_global_executor::)/;
const RUNTIME =
  /^(?:tokio::(?:runtime|task|loom|util|macros|time::timeout)|async_task|futures_executor|async_executor)\b/;
const STANDARD = new Set([
  'core',
  'std',
  'alloc',
  'hashbrown',
  'parking_lot',
  'parking_lot_core',
  'pin_project_lite',
]);
const FRAMEWORK = /^(?:tokio|futures)(?:_\w+)?$/;
const TRACING =
  /^(?:tracing|tracing_core|tracing_subscriber|tracing_futures|console_subscriber|log|thread_local|sharded_slab)\b/;
/** Adapters that poll what they hold, and add nothing of their own. */
const ADAPTERS =
  /^(?:futures_(?:util|core|lite)|futures|pin_utils|pin_project|tokio_stream|tower|tower_service|tower_layer)\b/;

export function frameOf(symbol: string, isKernel: boolean): Frame {
  const name = demangled(symbol);
  if (isKernel) return plain(name, 'kernel');
  const script = /^(\S+) ((?:\w+:|\/)\S+)$/.exec(name);
  if (script !== null) return scriptFrame(script[1]!, script[2]!);
  if (!name.includes('::')) return plain(name, roleOfC(name), ALLOCATOR.test(name));
  const { owner, trait, method, crate, closures } = frameName(name);
  const whole = owner.endsWith(`::${method}`) || owner === method ? owner : `${owner}::${method}`;
  const isRuntime = RUNTIME.test(owner);
  const isTracing = TRACING.test(owner);
  const isUnnamed = trait !== null && !owner.includes('::');
  const isTransparent =
    STANDARD.has(crate) || isRuntime || isTracing || isUnnamed || ADAPTERS.test(owner);
  const isPassage = STANDARD.has(crate) || isRuntime || isTracing;
  // `<T as Trait>::poll`: a method of the trait itself, whose type the older mangling does not tell.
  const isPlumbing = isPassage || FRAMEWORK.test(crate);
  const frame = { name, crate, method, trait, isTransparent, isPassage, isPlumbing };
  const role = roleOf({ owner, whole, method, closures, isTracing, trait });
  const unit = role === 'poll' ? owner : bodyName(whole, closures);
  return { ...frame, role, unit };
}

/** A function of a JavaScript program and its file, where names of types are not known. */
function scriptFrame(method: string, url: string): Frame {
  const file = url.split('/').pop() ?? url;
  const unit = `${method} (${file})`;
  const isNodes = url.startsWith('node:');
  const role = scriptRole(method);
  return {
    name: unit,
    role: isNodes ? 'other' : role,
    unit,
    crate: url,
    method,
    trait: null,
    isTransparent: false,
    isPassage: isNodes,
    isPlumbing: isNodes,
  };
}

function scriptRole(method: string): FrameRole {
  if (/^(?:wakeByRef|wake_by_ref)$/.test(method)) return 'wake';
  return /^poll(?:[A-Z]\w*)?$/.test(method) ? 'poll' : 'other';
}

interface Named {
  owner: string;
  whole: string;
  method: string;
  closures: number;
  isTracing: boolean;
  trait: string | null;
}

function roleOf({ owner, whole, method, closures, isTracing, trait }: Named): FrameRole {
  if (isWake(whole, method)) return 'wake';
  if (/\bcontext::(?:defer|with_defer)\b|\bDefer::defer$/.test(whole)) return 'defer';
  if (/^block_on\w*$/.test(method)) return 'root';
  if (BLOCKING_ROOTS.test(owner)) return 'blocking-root';
  if (TASK_ROOTS.test(owner) && /^(?:poll|poll_\w+|run)$/.test(method)) return 'root';
  if (trait === SCHEDULE) return 'scheduler';
  if (SCHEDULERS.test(owner)) return 'scheduler';
  if (/^poll(?:_[a-z_]+)?$/.test(method)) return 'poll';
  if (isTracing) return 'tracing';
  return closures > 0 ? 'body' : 'other';
}

const SCHEDULE = 'tokio::runtime::task::Schedule';

/** `Waker::wake…`, and the functions behind a waker's table. */
function isWake(whole: string, method: string): boolean {
  if (!/^wake(?:_by_(?:ref|val))?(?:_arc_raw)?$|^wake_arc_raw$/.test(method)) return false;
  return (
    /(?:Waker|\bwaker|ArcWake|\bWake|waker_ref)(?:::|$)/.test(whole) && !whole.startsWith('mio::')
  );
}

/** An async function by its name; a block in it as a closure of it. */
function bodyName(whole: string, closures: number): string {
  return closures < 2 ? whole : `${whole}${'::{closure}'.repeat(closures - 1)}`;
}

function roleOfC(name: string): FrameRole {
  if (PARKED.test(name)) return 'parked';
  return SYSCALLS.test(name) ? 'kernel' : 'other';
}

function plain(name: string, role: FrameRole, isPlumbing = false): Frame {
  return {
    name,
    role,
    unit: name,
    crate: '',
    method: name,
    trait: null,
    isTransparent: true,
    isPassage: isPlumbing,
    isPlumbing,
  };
}
