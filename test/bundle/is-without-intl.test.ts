import { expect, test } from 'vitest';
import { originalModule, patchedModule } from './patched-module.ts';

const FILE = '@sindresorhus/is/distribution/index.js';

interface Is {
  readonly default: { readonly string: unknown; readonly number: unknown };
  readonly assertAny: (predicates: readonly unknown[], ...values: readonly unknown[]) => void;
}

const load = async (): Promise<readonly Is[]> => [
  (await patchedModule(FILE, 'is-without-intl.mjs', 'isWithoutIntl')) as unknown as Is,
  (await originalModule(FILE)) as unknown as Is,
];

test('a failed assertion has the message of @sindresorhus/is', async () => {
  const said = (await load()).map(({ default: is, assertAny }) => {
    try {
      assertAny([is.string, is.number], true, null, new Map());
    } catch (error) {
      return String(error);
    }
    return 'nothing';
  });
  expect(said[0]).toContain('`Map`');
  expect(said[0]).toBe(said[1]);
});

test('loading it creates no Intl object', async () => {
  const { ListFormat } = Intl;
  let made = 0;
  const counted = new Proxy(ListFormat, {
    construct: (target, args) => {
      made++;
      return Reflect.construct(target, args) as object;
    },
  });
  Object.defineProperty(Intl, 'ListFormat', { value: counted, configurable: true, writable: true });
  try {
    await patchedModule(FILE, 'is-without-intl.mjs', 'isWithoutIntl');
  } finally {
    Object.defineProperty(Intl, 'ListFormat', { value: ListFormat, configurable: true, writable: true });
  }
  expect(made).toBe(0);
});
