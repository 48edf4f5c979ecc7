import { basename } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { type RepositoryFile, repositoryFiles } from './repository-files.ts';

/**
 * selfwake must find what spins because it spins, and not because it knows the name. So no name
 * that a fixture made up may stand in the code of `src`: not as an identifier, and not in a
 * string. Comments are free: a page may tell of the incident.
 */
it('no name of a fixture, or of a package that one imports, stands in the code of src', () => {
  const src = repositoryFiles('src', /\.ts$/).map(parse);
  const fixtures = repositoryFiles('fixtures', /\.(ts|mjs)$/).map(parse);
  const packages = repositoryFiles('fixtures', /package\.json$/).flatMap(dependenciesOf);
  const names = namesToForget(fixtures, packages, src);
  expect(names.size).toBeGreaterThan(0);
  expect(src.flatMap((file) => usesOf(names, file))).toEqual([]);
});

it('sees a name in a string, a template, a pattern and an identifier, and none in a comment', () => {
  const names = new Set(['TlsStream', 'fly-proxy']);
  const file = parse({
    path: 'src/x.ts',
    text: "// TlsStream\nif (n === 'TlsStream' || `in ${n} fly-proxy` || /TlsStream$/.test(n)) new TlsStream();",
  });
  expect(usesOf(names, file)).toHaveLength(4);
  expect(usesOf(names, parse({ path: 'src/y.ts', text: "const a = 'MyTlsStreams';" }))).toEqual([]);
});

function namesToForget(
  fixtures: ts.SourceFile[],
  packages: readonly string[],
  src: ts.SourceFile[],
): Set<string> {
  const ours = new Set(src.flatMap((file) => [stem(file), ...declaredTypes(file)]));
  const names = new Set(packages);
  for (const file of fixtures) {
    for (const part of file.fileName.split('/').slice(1, -1)) names.add(part);
    names.add(stem(file));
    for (const name of declaredTypes(file)) names.add(name);
    for (const name of importedPackages(file)) names.add(name);
  }
  // One plain word (`spin`, `tls`, `Reader`) is anybody's; two words joined are made up by us.
  return new Set(
    [...names].filter((name) => !ours.has(name) && /[a-z0-9]([A-Z]|-[a-z])/.test(name)),
  );
}

function usesOf(names: ReadonlySet<string>, file: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node) || ts.isLiteralExpression(node) || isTemplatePiece(node)) {
      for (const word of node.text.match(/[\w-]+/g) ?? []) {
        if (!names.has(word)) continue;
        const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
        found.push(`${file.fileName}:${line + 1} knows ${word}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isTemplatePiece(node: ts.Node): node is ts.TemplateLiteralLikeNode {
  return ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node);
}

function declaredTypes(file: ts.SourceFile): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node)) names.push(node.name?.text ?? '');
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function importedPackages(file: ts.SourceFile): string[] {
  return file.statements
    .filter(ts.isImportDeclaration)
    .map(({ moduleSpecifier }) => (ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : ''))
    .filter((name) => !/^(\.|node:|selfwake(\/|$))/.test(name));
}

function dependenciesOf({ text }: RepositoryFile): string[] {
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  return Object.keys(dependencies);
}

function stem(file: ts.SourceFile): string {
  return basename(file.fileName).replace(/\.m?[jt]s$/, '');
}

function parse({ path, text }: { path: string; text: string }): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}
