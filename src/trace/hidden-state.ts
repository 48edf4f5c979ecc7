/**
 * What JavaScript itself cannot reach: `#private` fields, the variables that a function
 * closes over, the locals of a suspended generator. V8's inspector hands them to a session
 * on the same thread, with no pause and no debugger domain switched on.
 *
 * Costs about a tenth of a millisecond a look: for investigations only. Where the program
 * may not use the inspector (permission model, a build without it) it answers nothing, and
 * says so.
 */
import { Session } from 'node:inspector';

interface RemoteObject {
  objectId?: string;
}
interface PropertyDescriptor {
  name: string;
  value?: RemoteObject & { value?: unknown };
}
interface PropertiesResult {
  internalProperties?: PropertyDescriptor[];
  privateProperties?: PropertyDescriptor[];
}

interface ScriptLocation {
  scriptId: string;
  lineNumber: number;
  columnNumber: number;
}

type AnyFunction = (...args: never[]) => unknown;

/** A named thing that was reached in a hidden way. */
export interface HiddenValue {
  name: string;
  value: unknown;
}

/** One scope as V8 lists it: its variables are copied into an object. */
interface Scope {
  description?: unknown;
  object?: unknown;
}

/** What a walk through objects asks for. */
export type HiddenReader = Pick<
  HiddenState,
  | 'isAvailable'
  | 'privateFields'
  | 'closedOver'
  | 'generator'
  | 'internals'
  | 'isOfRuntime'
  | 'refusals'
>;

const GROUP = 'selfwake';
/** Looks after which handles are released, whoever forgot to. */
const MAX_HELD = 2000;
/**
 * V8 lists all entries of a container that an iterator is of: with millions it takes seconds.
 * What took longer than this so far is not looked at again.
 */
const SLOW_MS = 120;
let instances = 0;

export class HiddenState {
  #session: Session | null = null;
  #isRefused = false;
  readonly #handed: unknown[] = [];
  /**
   * Where values are handed over, by name and as source text. Each has its own: a pause of the
   * thread may come in the middle of a look, and whoever made it may look in it.
   */
  readonly #name = `selfwake.hidden ${process.hrtime.bigint()} ${++instances}`;
  readonly #place = `globalThis[Symbol.for(${JSON.stringify(this.#name)})]`;
  readonly #scripts = new Map<string, string>();
  readonly #isOfRuntime = new WeakMap<object, boolean>();
  readonly #spent = new WeakMap<object, number>();
  /** Looks that came to nothing: they failed, or earlier ones at the same thing took too long. */
  refusals = 0;
  #ids = new WeakMap<object, string>();
  #held = 0;

  /** False once the inspector was refused: hidden state is then unseen. */
  get isAvailable(): boolean {
    return !this.#isRefused;
  }

  /** Values of the `#private` fields of `object`, its class's and its base classes'. */
  privateFields(object: object): HiddenValue[] {
    return this.#look(object, [], ({ privateProperties = [] }) =>
      privateProperties.flatMap(({ name, value }) =>
        // An accessor has no value.
        value === undefined ? [] : [{ name, value: this.#resolve(value) }],
      ),
    );
  }

  /**
   * The variables that `fn` closes over and that `isWanted` asks for, innermost scope
   * first; the global scope is left out. Values are those of this moment.
   */
  closedOver(fn: AnyFunction, isWanted: (name: string) => boolean): HiddenValue[] {
    return this.#look(fn, [], (properties) => this.#variables(properties, isWanted));
  }

  /**
   * Where a suspended generator stands, and the values of its own variables and of those
   * that it closes over, as far as `wantedBy` its function asks for them.
   */
  generator(
    generator: object,
    wantedBy: (fn: AnyFunction) => (name: string) => boolean,
  ): HiddenValue[] {
    return this.#look(generator, [], (properties) => {
      const at = internal(properties, '[[GeneratorLocation]]')?.value as ScriptLocation | undefined;
      const place = at ? `${at.lineNumber}:${at.columnNumber}` : 'not suspended';
      const fn = internal(properties, '[[GeneratorFunction]]');
      const isWanted = fn ? wantedBy(this.#resolve(fn) as AnyFunction) : () => true;
      return [{ name: '#at', value: place }, ...this.#variables(properties, isWanted)];
    });
  }

  /** How far an iterator over a Map or Set has come, what a bound function is bound to, and the like. */
  internals(object: object, names: readonly string[]): HiddenValue[] {
    const spentMs = this.#spent.get(object) ?? 0;
    if (spentMs > SLOW_MS) {
      this.refusals += 1;
      return [];
    }
    const startedAt = performance.now();
    const values = this.#internals(object, names);
    this.#spent.set(object, spentMs + performance.now() - startedAt);
    return values;
  }

  #internals(object: object, names: readonly string[]): HiddenValue[] {
    return this.#look(object, [], (properties) =>
      names.flatMap((name) => {
        const value = internal(properties, name);
        return value === undefined ? [] : [{ name, value: this.#resolve(value) }];
      }),
    );
  }

  /**
   * Where a function is written: script name, line and column from 1. Null for native
   * functions, or when it cannot be seen.
   */
  locationOf(fn: AnyFunction): { url: string; line: number; column: number } | null {
    return this.#look(fn, null, (properties) => {
      const at = internal(properties, '[[FunctionLocation]]')?.value as ScriptLocation | undefined;
      const url = at ? this.#scriptUrl(at.scriptId) : '';
      if (!at || url === '') return null;
      return { url, line: at.lineNumber + 1, column: at.columnNumber + 1 };
    });
  }

  /** True for functions of Node itself, and for native ones: nothing of the program's lies behind them. */
  isOfRuntime(fn: AnyFunction): boolean {
    const known = this.#isOfRuntime.get(fn);
    if (known !== undefined) return known;
    const { refusals } = this;
    const at = this.locationOf(fn);
    const answer = at === null || at.url.startsWith('node:');
    if (this.refusals === refusals) this.#isOfRuntime.set(fn, answer);
    return answer;
  }

  /** Script ids are only told to a debugger; it is on for the length of this call. */
  #scriptUrl(scriptId: string): string {
    const known = this.#scripts.get(scriptId);
    if (known !== undefined) return known;
    const session = this.#session;
    const onScript = (message: { params: { scriptId: string; url: string } }): void => {
      this.#scripts.set(message.params.scriptId, message.params.url);
    };
    session?.on('Debugger.scriptParsed', onScript);
    try {
      this.#post('Debugger.enable', {});
      this.#post('Debugger.disable', {});
    } finally {
      session?.off('Debugger.scriptParsed', onScript);
    }
    const url = this.#scripts.get(scriptId) ?? '';
    this.#scripts.set(scriptId, url);
    return url;
  }

  /** Ends the session. It may be used again. */
  close(): void {
    this.release();
    this.#session?.disconnect();
    this.#session = null;
  }

  /** Forgets what it was asked about: until then V8 keeps a handle to each. */
  release(): void {
    this.#ids = new WeakMap();
    this.#held = 0;
    this.#session?.post('Runtime.releaseObjectGroup', { objectGroup: GROUP });
  }

  #look<T>(target: object, nothing: T, read: (properties: PropertiesResult) => T): T {
    if (!this.#connect()) {
      this.refusals += 1;
      return nothing;
    }
    const host = globalThis as unknown as Record<symbol, unknown>;
    try {
      Object.defineProperty(host, Symbol.for(this.#name), {
        value: this.#handed,
        configurable: true,
        enumerable: false,
      });
      const objectId = this.#idOf(target);
      if (objectId === null) return nothing;
      return read(
        this.#post<PropertiesResult>('Runtime.getProperties', {
          objectId,
          ownProperties: true,
          nonIndexedPropertiesOnly: true,
        }),
      );
    } catch {
      this.refusals += 1;
      return nothing;
    } finally {
      this.#handed.length = 0;
      Reflect.deleteProperty(host, Symbol.for(this.#name));
      this.#held += 1;
      if (this.#held > MAX_HELD) this.release();
    }
  }

  /** V8's handle, asked for once and kept until {@link release}. */
  #idOf(target: object): string | null {
    const known = this.#ids.get(target);
    if (known !== undefined) return known;
    this.#handed.push(target);
    const { result } = this.#post<{ result: RemoteObject }>('Runtime.evaluate', {
      expression: `${this.#place}.pop()`,
      objectGroup: GROUP,
    });
    if (result.objectId) this.#ids.set(target, result.objectId);
    return result.objectId ?? null;
  }

  #connect(): boolean {
    try {
      if (!this.#session) {
        const session = new Session();
        session.connect();
        this.#session = session;
      }
      return true;
    } catch {
      this.#isRefused = true;
      return false;
    }
  }

  /** Reads V8's own list of scopes: nothing is sent as text, however large it is. */
  #variables(properties: PropertiesResult, isWanted: (name: string) => boolean): HiddenValue[] {
    const scopes = internal(properties, '[[Scopes]]');
    if (!scopes?.objectId) return [];
    const found = new Map<string, unknown>();
    for (const scope of Array.prototype.slice.call(this.#resolve(scopes)) as Scope[]) {
      const { description, object } = scope;
      if (typeof object !== 'object' || object === null) continue;
      if (String(description).startsWith('Global')) continue;
      for (const name of Object.getOwnPropertyNames(object)) {
        if (!found.has(name) && isWanted(name)) {
          found.set(name, Object.getOwnPropertyDescriptor(object, name)?.value);
        }
      }
    }
    return [...found].map(([name, value]) => ({ name, value }));
  }

  /** From the other side's reference to the value itself. */
  #resolve(remote: RemoteObject & { value?: unknown }): unknown {
    if (!remote.objectId) return remote.value;
    this.#handed.length = 0;
    this.#post('Runtime.callFunctionOn', {
      objectId: remote.objectId,
      functionDeclaration: `function () { ${this.#place}.push(this); }`,
      objectGroup: GROUP,
    });
    return this.#handed.pop();
  }

  /** On the same thread the reply arrives before `post` returns. */
  #post<T>(method: string, params: object): T {
    let answer: T | null = null;
    let failure: Error | null = null;
    this.#session?.post(method, params, (error: Error | null, result?: object) => {
      failure = error;
      answer = (result ?? null) as T | null;
    });
    if (failure !== null || answer === null) throw failure ?? new Error(`${method} gave no reply`);
    return answer;
  }
}

function internal(
  { internalProperties = [] }: PropertiesResult,
  name: string,
): (RemoteObject & { value?: unknown }) | undefined {
  return internalProperties.find((property) => property.name === name)?.value;
}
