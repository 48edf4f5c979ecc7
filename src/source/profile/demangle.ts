/** A symbol as it stands in a profile into a name that people read. */
import { demangleLegacy, withoutEscapes } from './demangle-legacy.ts';
import { demangleV0 } from './demangle-v0.ts';

/** What compilers and linkers put behind a symbol: `.llvm.123`, `.cold`, `@plt`, `@@GLIBC_2.2.5`. */
const SUFFIX = /(?:\.llvm\.[0-9A-F]+|\.(?:cold|part|constprop|isra)(?:\.\d+)*|@@?[\w.]+)$/;

export function demangled(symbol: string): string {
  const bare = symbol.replace(SUFFIX, '');
  return demangleLegacy(bare) ?? demangleV0(bare) ?? withoutEscapes(bare);
}
