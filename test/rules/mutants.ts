/**
 * Small changes to the source of the rules, one at a time: a comparison turned round, a
 * condition negated, an `and` made an `or`. The changed sources are linked in memory;
 * no file is written.
 */
import { readFileSync, readdirSync } from 'node:fs';
import ts from 'typescript';
import type { Rule } from '../../src/rules/rule.ts';

const folder = new URL('../../src/rules/', import.meta.url);

export interface Mutant {
  file: string;
  line: number;
  /** What was written, and what is written now. */
  change: string;
  source: string;
}

const TURNED = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.GreaterThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '>'],
  [ts.SyntaxKind.LessThanToken, '>='],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
]);

/** All files that judge; `docs.ts` only describes, and its own test holds it. */
export const RULE_FILES: readonly string[] = readdirSync(folder).filter(
  (name) => name.endsWith('.ts') && name !== 'docs.ts',
);

export function mutantsOf(file: string): Mutant[] {
  const source = readFileSync(new URL(file, folder), 'utf8');
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2023, true);
  const mutants: Mutant[] = [];
  const replace = (node: ts.Node, by: string) => {
    const start = node.getStart(tree);
    mutants.push({
      file,
      line: tree.getLineAndCharacterOfPosition(start).line + 1,
      change: `${node.getText(tree)}  →  ${by}`,
      source: source.slice(0, start) + by + source.slice(node.end),
    });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) {
      const turned = TURNED.get(node.operatorToken.kind);
      if (turned !== undefined) replace(node.operatorToken, turned);
    } else if (ts.isConditionalExpression(node)) {
      replace(node.condition, `!(${node.condition.getText(tree)})`);
    } else if (ts.isIfStatement(node)) {
      replace(node.expression, `!(${node.expression.getText(tree)})`);
    } else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator === ts.SyntaxKind.ExclamationToken) {
        replace(node, node.operand.getText(tree));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return mutants;
}

/** The table of rules, linked with one file's source exchanged. */
export function linkRules(mutant?: Mutant): readonly Rule[] {
  const modules = new Map<string, Record<string, unknown>>();
  const load = (file: string): Record<string, unknown> => {
    const known = modules.get(file);
    if (known !== undefined) return known;
    const exports: Record<string, unknown> = {};
    modules.set(file, exports);
    const code = mutant?.file === file ? transpiled(mutant.source) : transpiledFile(file);
    const require = (specifier: string) => load(specifier.replace('./', ''));
    new Function('require', 'exports', code)(require, exports);
    return exports;
  };
  return load('index.ts')['RULES'] as readonly Rule[];
}

const transpiledFiles = new Map<string, string>();

function transpiledFile(file: string): string {
  let code = transpiledFiles.get(file);
  if (code === undefined) {
    code = transpiled(readFileSync(new URL(file, folder), 'utf8'));
    transpiledFiles.set(file, code);
  }
  return code;
}

function transpiled(source: string): string {
  const { CommonJS } = ts.ModuleKind;
  const { ES2023 } = ts.ScriptTarget;
  return ts.transpileModule(source, { compilerOptions: { module: CommonJS, target: ES2023 } })
    .outputText;
}
