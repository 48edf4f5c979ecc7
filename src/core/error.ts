/**
 * Base of every error that this package's contract throws: a stable `code`, the `cause`
 * kept, and the next step in the message.
 */
export class CoreError extends Error {
  /** Stable, in capitals: what programs compare. */
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** What can go wrong in I/O without an operating system: kinds of `std::io::ErrorKind`. */
export type IoErrorCode =
  | 'BROKEN_PIPE'
  | 'INVALID_DATA'
  | 'PREMATURE_CLOSE'
  | 'UNEXPECTED_EOF'
  | 'WRITE_ZERO';

/** Port of `std::io::Error` for errors made here; the system's own are thrown as they come. */
export class IoError extends CoreError {
  declare readonly code: IoErrorCode;
  constructor(code: IoErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, options);
  }
}
