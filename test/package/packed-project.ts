import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../house/repository-files.ts';
import { EmptyProject, execute } from './empty-project.ts';

export interface Manifest {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
  devDependencies: Record<string, string>;
}

export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;

export const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** What a user gets: the tarball, installed into a project that has nothing else. */
export class PackedProject extends EmptyProject {
  /** Packs what is built: under the other tests it must not be built again. */
  async install(): Promise<void> {
    const { folder } = this;
    const pack = ['pack', '--ignore-scripts', '--pack-destination', folder];
    const packed = await execute(npm, pack, root);
    if (packed.exitCode !== 0) throw new Error(packed.story);
    const installed = await this.run(npm, [
      'install',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      `./selfwake-${manifest.version}.tgz`,
      `@types/node@${manifest.devDependencies['@types/node']}`,
    ]);
    if (installed.exitCode !== 0) throw new Error(installed.story);
  }

  /** Type-checks the project's own files as strictly as can be. */
  typeCheck() {
    const compilerOptions = {
      target: 'ES2023',
      lib: ['ES2023', 'ESNext.Disposable'],
      module: 'NodeNext',
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
    };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    return this.run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  }
}
