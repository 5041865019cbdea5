import { expect, test } from 'vitest';
import { createCoderBackend } from '../../src/api/coder-backend.ts';
import { coderBackendFacts } from '../../src/api/coder-facts.ts';
import { deferredMethod } from '../../src/platform/decorate.ts';
import { TOKEN } from './api-fixture.ts';

test.each([
  ['a deployment', {}, { directories: false, hasChats: true }],
  ['this machine', { directory: '/home/ada' }, { directories: true, hasChats: true }],
  ['a server without chats', { hasChats: false }, { directories: false, hasChats: false }],
])('the facts of %s are those of its backend', (_, options, known) => {
  const { sources } = createCoderBackend({ url: 'http://127.0.0.1:1', token: TOKEN, ...options });
  const facts = coderBackendFacts(known).sources;
  expect(facts).toHaveLength(sources.length);
  facts.forEach((fact, index) => {
    const source = sources[index];
    expect(source).toMatchObject(
      Object.fromEntries(
        Object.entries(fact).filter(([, value]) => value !== undefined && value !== deferredMethod),
      ),
    );
    // An optional method that the facts leave out would be called, and one that they deny never.
    for (const [name, value] of Object.entries(fact))
      if (value === undefined) expect(source).not.toHaveProperty(name);
      else if (value === deferredMethod) expect(source).toHaveProperty(name);
  });
});
