import { expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import { coderBackendFacts } from '../../src/api/coder-facts.ts';
import { TOKEN } from './api-fixture.ts';

test.each([
  ['a deployment', {}, false],
  ['this machine', { directory: '/home/ada' }, true],
])('the facts of %s are those of its backend', (_, options, directories) => {
  const { sources } = createCoderBackend({ url: 'http://127.0.0.1:1', token: TOKEN, ...options });
  const facts = coderBackendFacts({ directories }).sources;
  expect(facts).toHaveLength(sources.length);
  facts.forEach((fact, index) => {
    const source = sources[index];
    expect(source).toMatchObject(
      Object.fromEntries(Object.entries(fact).filter(([, value]) => value !== undefined)),
    );
    // An optional method that the facts leave out would be called, and one that they deny never.
    for (const [name, value] of Object.entries(fact))
      if (value === undefined) expect(source).not.toHaveProperty(name);
  });
});
