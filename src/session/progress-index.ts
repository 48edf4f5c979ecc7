/**
 * The one cell of the core's shared progress row that is read from another thread. A copy
 * of the number, as a session may not import the core; a test holds the two together.
 */
export const ProgressIndex = { PROGRESS: 0 } as const;
