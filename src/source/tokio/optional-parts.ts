/** Packages that only this source needs: without them the rest of selfwake is whole. */
import { SelfwakeError } from '../../model/errors.ts';

/** @throws {SelfwakeError} `part-missing`, with what to install. */
export async function ourPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    throw new SelfwakeError(
      'part-missing',
      'Talking to tokio-console needs the optional packages @grpc/grpc-js and protobufjs, which are not installed. Run: npm install @grpc/grpc-js protobufjs@7',
      { cause },
    );
  }
}

/** What a CommonJS package exports: loaders differ in where they put it. */
export function commonJs<Exports>(module: Exports & { default?: Exports }): Exports {
  return module.default ?? module;
}
