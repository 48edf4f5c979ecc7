/**
 * Structured stack frames of this thread, with the program's own settings of
 * `Error.prepareStackTrace` and `Error.stackTraceLimit` left as they were found.
 */

/** One V8 call site, unmapped: lines and columns are those of the code that runs. */
export interface Frame {
  /** Script name as V8 has it: a path, a `file:` URL, or `node:…`. */
  url: string;
  line: number;
  column: number;
  functionName: string | null;
  /** Class of the receiver, known in strict code too; null for plain calls. */
  typeName: string | null;
  /** The receiver's property that holds the function, if V8 found one. */
  methodName: string | null;
  isToplevel: boolean;
  /** A function that waits for the frame below, and is not on the stack itself. */
  isAsync?: boolean;
}

function toFrame(site: NodeJS.CallSite): Frame {
  return {
    url: site.getFileName() ?? site.getEvalOrigin() ?? '',
    line: site.getLineNumber() ?? 0,
    column: site.getColumnNumber() ?? 0,
    functionName: site.getFunctionName(),
    typeName: site.getTypeName(),
    methodName: site.getMethodName(),
    isToplevel: site.isToplevel(),
    isAsync: site.isAsync(),
  };
}

const collectSites = (_error: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] => sites;

/**
 * The frames above `below` (exclusive), innermost first, at most `limit`.
 * Costs microseconds: call it once per spawn, or while investigating.
 */
export function captureFrames(
  below: ((...args: never[]) => unknown) | undefined,
  limit: number,
): Frame[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  const holder: { stack?: NodeJS.CallSite[] } = {};
  try {
    Error.prepareStackTrace = collectSites;
    Error.stackTraceLimit = limit;
    Error.captureStackTrace(holder, below);
    return (holder.stack ?? []).map(toFrame);
  } catch {
    return [];
  } finally {
    try {
      Error.stackTraceLimit = stackTraceLimit;
      if (prepareStackTrace === undefined) {
        Reflect.deleteProperty(Error, 'prepareStackTrace');
      } else {
        Error.prepareStackTrace = prepareStackTrace;
      }
    } catch {
      // Frozen intrinsics: nothing was changed, so nothing is to be put back.
    }
  }
}

/**
 * `TlsStream.pollRead`, `pump`, or null for anonymous top-level code. A function that was
 * merely stored in its receiver (a callback in a timer) is not that class's method.
 */
export function qualifiedName(frame: Frame): string | null {
  const { functionName, typeName, methodName } = frame;
  if (functionName === null) return null;
  const isMethod =
    !frame.isToplevel &&
    typeName !== null &&
    typeName !== 'Object' &&
    typeName !== 'Module' &&
    (methodName === null || methodName === functionName);
  if (!isMethod || functionName.includes('.')) return functionName;
  return `${typeName}.${functionName}`;
}
