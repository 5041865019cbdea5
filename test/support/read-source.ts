import { parseAst } from 'vitest/node';

/** A file's imports, type imports included, and its string literals. */
export interface SourceFacts {
  readonly imports: readonly { readonly source: string; readonly isType: boolean }[];
  readonly texts: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Reads the syntax tree, so that comments and regular expressions do not count. */
export function readSource(file: string, code: string): SourceFacts {
  const imports: { source: string; isType: boolean }[] = [];
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(visit);
    if (!isNode(value)) return;
    const { type, source } = value;
    if (typeof type !== 'string') return;
    if (isNode(source) && type !== 'ParenthesizedExpression') {
      imports.push({
        source: typeof source.value === 'string' ? source.value : '(worked out at run time)',
        isType: isTypeOnly(value),
      });
    } else if (type === 'CallExpression' && isNode(value.callee) && value.callee.name === 'require') {
      const [argument] = value.arguments as readonly Node[];
      imports.push({ source: String(argument?.value), isType: false });
    }
    if (type === 'Literal' && typeof value.value === 'string') texts.push(value.value);
    if (type === 'TemplateElement' && isNode(value.value)) texts.push(String(value.value.cooked));
    if (type === 'JSXText' && typeof value.value === 'string') texts.push(value.value);
    Object.values(value).forEach(visit);
  };
  visit(parseAst(code, { lang: file.endsWith('x') ? 'tsx' : file.endsWith('.d.ts') ? 'dts' : 'ts' }));
  return { imports, texts };
}

function isTypeOnly({ type, importKind, exportKind, specifiers }: Node): boolean {
  if (type === 'TSImportType' || importKind === 'type' || exportKind === 'type') return true;
  const named = Array.isArray(specifiers) ? specifiers.filter(isNode) : [];
  return named.length > 0 && named.every((one) => one.importKind === 'type' || one.exportKind === 'type');
}
