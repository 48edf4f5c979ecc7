/** A body that takes a callback, as one that answers a promise. */
export function called(body: (done: (error?: unknown) => void) => unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    body((error) => {
      // It is called with whatever the body has, also with null or a mere string.
      if (!error) resolve();
      else
        reject(
          error instanceof Error
            ? error
            : new Error(`The test failed with ${typeof error}: ${JSON.stringify(error)}`),
        );
    });
  });
}
