/**
 * A validator for the few keywords of JSON Schema that our own schema uses: enough to
 * check data from outside without a dependency. It answers with a sentence, not a list.
 */

/** The keywords that are understood; a schema with others is a bug in selfwake. */
export interface Schema {
  $schema?: string;
  $id?: string;
  $comment?: string;
  title?: string;
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean' | 'null';
  const?: string;
  enum?: readonly string[];
  properties?: Record<string, Schema>;
  /** Of members that `properties` does not name; false: there are none. */
  additionalProperties?: false | Schema;
  required?: readonly string[];
  items?: Schema;
  prefixItems?: readonly Schema[];
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  anyOf?: readonly Schema[];
  allOf?: readonly Schema[];
  if?: Schema;
  then?: Schema;
}

/** What is wrong with a value, and where; null when it fits. */
export function schemaProblem(root: Schema, value: unknown): string | null {
  return problemAt(root, root, value, '');
}

function problemAt(root: Schema, schema: Schema, value: unknown, path: string): string | null {
  if (schema.$ref !== undefined) return problemAt(root, resolve(root, schema.$ref), value, path);
  return (
    typeProblem(schema, value, path) ??
    valueProblem(schema, value, path) ??
    membersProblem(root, schema, value, path) ??
    itemsProblem(root, schema, value, path) ??
    combinedProblem(root, schema, value, path)
  );
}

function typeProblem({ type }: Schema, value: unknown, path: string): string | null {
  if (type === undefined || isOfType(type, value)) return null;
  return `${named(path)} is no ${type}`;
}

function isOfType(type: NonNullable<Schema['type']>, value: unknown): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'null':
      return value === null;
    default:
      return typeof value === type;
  }
}

function valueProblem(schema: Schema, value: unknown, path: string): string | null {
  if (schema.const !== undefined && value !== schema.const) {
    return `${named(path)} is not '${schema.const}'`;
  }
  if (schema.enum !== undefined && !schema.enum.some((one) => one === value)) {
    return `${named(path)} is none of ${schema.enum.join(', ')}`;
  }
  if (schema.minimum !== undefined && typeof value === 'number' && value < schema.minimum) {
    return `${named(path)} is below ${schema.minimum}`;
  }
  return null;
}

function membersProblem(root: Schema, schema: Schema, value: unknown, path: string): string | null {
  if (!isObject(value)) return null;
  for (const [name, member] of Object.entries(schema.properties ?? {})) {
    if (!Object.hasOwn(value, name)) continue;
    const problem = problemAt(root, member, value[name], `${path}.${name}`);
    if (problem !== null) return problem;
  }
  const { properties = {}, additionalProperties: others } = schema;
  for (const [name, member] of Object.entries(value)) {
    if (others === undefined || Object.hasOwn(properties, name)) continue;
    if (others === false) return `${named(`${path}.${name}`)} is not known`;
    const problem = problemAt(root, others, member, `${path}.${name}`);
    if (problem !== null) return problem;
  }
  const missing = (schema.required ?? []).find((name) => !Object.hasOwn(value, name));
  return missing === undefined ? null : `${named(`${path}.${missing}`)} is missing`;
}

function itemsProblem(root: Schema, schema: Schema, value: unknown, path: string): string | null {
  if (!Array.isArray(value)) return null;
  const { minItems = 0, maxItems = Infinity, prefixItems = [], items } = schema;
  if (value.length < minItems || value.length > maxItems) {
    return `${named(path)} has ${value.length} items`;
  }
  for (const [index, item] of value.entries()) {
    const own = prefixItems[index] ?? items;
    if (own === undefined) continue;
    const problem = problemAt(root, own, item, `${path}[${index}]`);
    if (problem !== null) return problem;
  }
  return null;
}

function combinedProblem(
  root: Schema,
  schema: Schema,
  value: unknown,
  path: string,
): string | null {
  if (schema.if !== undefined && schema.then !== undefined) {
    const isMeant = problemAt(root, schema.if, value, path) === null;
    if (isMeant) return problemAt(root, schema.then, value, path);
  }
  for (const one of schema.allOf ?? []) {
    const problem = problemAt(root, one, value, path);
    if (problem !== null) return problem;
  }
  if (schema.anyOf === undefined) return null;
  const problems = schema.anyOf.map((one) => problemAt(root, one, value, path));
  return problems.includes(null) ? null : (problems[0] ?? null);
}

function resolve(root: Schema, pointer: string): Schema {
  const schema = root.$defs?.[pointer.replace('#/$defs/', '')];
  if (schema === undefined) throw new Error(`The schema has no ${pointer}: a bug in selfwake.`);
  return schema;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function named(path: string): string {
  return path === '' ? 'the line' : `'${path.replace(/^\./, '')}'`;
}
