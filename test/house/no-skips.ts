import type { Reporter, TestModule, Vitest } from 'vitest/node';

/**
 * Makes a run red in which a test was skipped: a check that did not run is not a check that
 * passed. Naming the tests to run (`-t`) is the exception, since the rest is left out on purpose.
 */
export class NoSkips implements Reporter {
  #filtered = false;

  onInit(vitest: Vitest): void {
    this.#filtered = vitest.config.testNamePattern !== undefined || vitest.config.watch;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#filtered) return;
    const skipped: string[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests('skipped')) {
        skipped.push(`${module.relativeModuleId}: ${test.fullName}`);
      }
    }
    if (skipped.length === 0) return;
    process.stderr.write(`Skipped, so not checked:\n  ${skipped.join('\n  ')}\n`);
    process.exitCode = 1;
  }
}
