/**
 * What JavaScript itself cannot reach: `#private` fields, and the variables that a
 * function closes over. V8's inspector hands both to a session on the same thread, with
 * no pause and no debugger domain switched on.
 *
 * Costs about a millisecond a look: for investigations only. Where the program may not
 * use the inspector (permission model, a build without it) it answers nothing, and says so.
 */
import { Session } from 'node:inspector';

interface RemoteObject {
  type?: string;
  objectId?: string;
  description?: string;
}
interface PropertyDescriptor {
  name: string;
  value?: RemoteObject;
}
interface PropertiesResult {
  result: PropertyDescriptor[];
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

const GIVE = 'function () { globalThis[Symbol.for("selfwake.hidden")].push(this); }';
const TAKE_KEY = Symbol.for('selfwake.hidden');

export class HiddenState {
  #session: Session | null = null;
  #isRefused = false;
  readonly #handed: unknown[] = [];
  readonly #scripts = new Map<string, string>();

  /** False once the inspector was refused: hidden state is then unseen. */
  get isAvailable(): boolean {
    return !this.#isRefused;
  }

  /** Values of the `#private` fields of `object`, its class's and its base classes'. */
  privateFields(object: object): HiddenValue[] {
    return this.#look(object, (properties) => this.#values(properties.privateProperties ?? []));
  }

  /**
   * The variables that `fn` closes over and that `isWanted` asks for, innermost scope
   * first; the global scope is left out. Values are those of this moment.
   */
  closedOver(fn: AnyFunction, isWanted: (name: string) => boolean): HiddenValue[] {
    return this.#look(fn, (properties) => {
      const scopes = properties.internalProperties?.find((p) => p.name === '[[Scopes]]')?.value;
      if (!scopes?.objectId) return [];
      const seen = new Map<string, unknown>();
      for (const scope of this.#properties(scopes.objectId).result) {
        const id = scope.value?.objectId;
        if (!id || scope.value?.description?.startsWith('Global')) continue;
        const variables = this.#properties(id).result.filter(
          (v) => isWanted(v.name) && !seen.has(v.name),
        );
        for (const { name, value } of this.#values(variables)) seen.set(name, value);
      }
      return [...seen].map(([name, value]) => ({ name, value }));
    });
  }

  /**
   * Where a function is written: script name, line and column from 1. Null for native
   * functions, or when it cannot be seen.
   */
  locationOf(fn: AnyFunction): { url: string; line: number; column: number } | null {
    const [found] = this.#look(fn, (properties) => {
      const location = properties.internalProperties?.find(
        (p) => p.name === '[[FunctionLocation]]',
      );
      const value = (location?.value as { value?: ScriptLocation } | undefined)?.value;
      return value ? [{ name: this.#scriptUrl(value.scriptId), value }] : [];
    });
    if (!found || found.name === '') return null;
    const { lineNumber, columnNumber } = found.value as ScriptLocation;
    return { url: found.name, line: lineNumber + 1, column: columnNumber + 1 };
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
    return this.#scripts.get(scriptId) ?? '';
  }

  /** Ends the session. It may be used again. */
  close(): void {
    this.#session?.disconnect();
    this.#session = null;
  }

  #look(target: object, read: (properties: PropertiesResult) => HiddenValue[]): HiddenValue[] {
    if (this.#isRefused) return [];
    const host = globalThis as unknown as Record<symbol, unknown>;
    try {
      if (!this.#session) {
        this.#session = new Session();
        this.#session.connect();
      }
      Object.defineProperty(host, TAKE_KEY, {
        value: this.#handed,
        configurable: true,
        enumerable: false,
      });
      this.#handed.push(target);
      const { result } = this.#post<{ result: RemoteObject }>('Runtime.evaluate', {
        expression: 'globalThis[Symbol.for("selfwake.hidden")].pop()',
        objectGroup: 'selfwake',
      });
      return result.objectId ? read(this.#properties(result.objectId)) : [];
    } catch {
      this.#isRefused = true;
      return [];
    } finally {
      this.#handed.length = 0;
      Reflect.deleteProperty(host, TAKE_KEY);
      if (this.#session && !this.#isRefused) {
        this.#session.post('Runtime.releaseObjectGroup', { objectGroup: 'selfwake' });
      }
    }
  }

  #properties(objectId: string): PropertiesResult {
    return this.#post<PropertiesResult>('Runtime.getProperties', { objectId, ownProperties: true });
  }

  /** Resolves descriptors to the values themselves. */
  #values(descriptors: PropertyDescriptor[]): HiddenValue[] {
    const values: HiddenValue[] = [];
    for (const { name, value } of descriptors) {
      if (!value) continue;
      if (!value.objectId) {
        values.push({ name, value: (value as { value?: unknown }).value });
        continue;
      }
      this.#handed.length = 0;
      this.#post('Runtime.callFunctionOn', { objectId: value.objectId, functionDeclaration: GIVE });
      values.push({ name, value: this.#handed.pop() });
    }
    return values;
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
