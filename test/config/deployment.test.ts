import { describe, expect, test } from 'vitest';
import { type DeploymentSources, findDeployment } from '../../src/config/deployment.ts';
import { deploymentUrl, isExposed } from '../../src/config/deployment-url.ts';
import { NoTokenError, UsageError } from '../../src/domain/errors.ts';

const find = (flags: DeploymentSources['flags'], env: DeploymentSources['env'] = {}) =>
  findDeployment({ flags, env });

const failure = async (flags: DeploymentSources['flags'], env: DeploymentSources['env'] = {}) => {
  const error: unknown = await find(flags, env).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof UsageError)) throw new Error('expected a UsageError');
  return error;
};

describe('where to connect', () => {
  test('without flags and variables: this machine', async () => {
    expect(await find({})).toEqual({ kind: 'local' });
    expect(await find({}, { CODER_URL: '  ', CODER_SESSION_TOKEN: 'secret' })).toEqual({ kind: 'local' });
  });

  test('--local wins over the environment', async () => {
    const env = { CODER_URL: 'https://coder.example.com', CODER_SESSION_TOKEN: 'secret' };
    expect(await find({ local: true }, env)).toEqual({ kind: 'local' });
  });

  test('CODER_URL with its token', async () => {
    const env = { CODER_URL: ' coder.example.com/ ', CODER_SESSION_TOKEN: ' secret\n' };
    expect(await find({}, env)).toEqual({
      kind: 'remote',
      url: 'https://coder.example.com',
      token: 'secret',
      from: { url: 'CODER_URL', token: 'CODER_SESSION_TOKEN' },
      exposed: false,
    });
  });

  test('--url with the token variable', async () => {
    expect(await find({ url: 'http://10.0.0.7:3000' }, { CODER_SESSION_TOKEN: 'secret' })).toEqual({
      kind: 'remote',
      url: 'http://10.0.0.7:3000',
      token: 'secret',
      from: { url: '--url', token: 'CODER_SESSION_TOKEN' },
      exposed: true,
    });
  });

  test('--url of the deployment that CODER_URL names, with its token', async () => {
    const env = { CODER_URL: 'https://coder.example.com/', CODER_SESSION_TOKEN: 'secret' };
    expect(await find({ url: 'CODER.example.com:443' }, env)).toMatchObject({
      url: 'https://coder.example.com',
      token: 'secret',
    });
  });

  test.each(['https://other.example.com', 'http://coder.example.com', 'https://coder.example.com:8443'])(
    'the token of CODER_URL does not go to %s',
    async (url) => {
      const env = { CODER_URL: 'https://coder.example.com', CODER_SESSION_TOKEN: 'secret' };
      const error = await failure({ url }, env);
      expect(error).toBeInstanceOf(NoTokenError);
      expect(error.message).toContain('belongs to CODER_URL (https://coder.example.com)');
      expect(error.message).not.toContain('secret');
    },
  );

  test.each([
    [{ url: 'https://coder.example.com' }, {}],
    [{}, { CODER_URL: 'https://coder.example.com', CODER_SESSION_TOKEN: ' ' }],
  ])('a URL without a token says where to get one: %j %j', async (flags, env) => {
    const error = await failure(flags, env);
    expect(error).toBeInstanceOf(NoTokenError);
    expect(error).toMatchObject({ url: 'https://coder.example.com' });
    expect(error.message).toMatch(/no token for https:\/\/coder\.example\.com: .*CODER_SESSION_TOKEN/);
  });

  test('--local with --url is refused', async () => {
    expect((await failure({ local: true, url: 'x' })).message).toMatch(/exclude each other/);
  });
});

describe('a URL as people write it', () => {
  test.each([
    ['coder.example.com', 'https://coder.example.com'],
    ['  https://coder.example.com//  ', 'https://coder.example.com'],
    ['http://coder.example.com', 'http://coder.example.com'],
    ['coder.example.com:8443', 'https://coder.example.com:8443'],
    ['localhost:3000', 'http://localhost:3000'],
    ['127.0.0.1:7080/', 'http://127.0.0.1:7080'],
    ['https://localhost:3000', 'https://localhost:3000'],
    ['https://example.com/coder/?tab=1#top', 'https://example.com/coder'],
    ['HTTPS://Coder.Example.COM', 'https://coder.example.com'],
  ])('%j is %s', (text, whole) => {
    expect(deploymentUrl(text, '--url')).toBe(whole);
  });

  test.each([
    '',
    '   ',
    'ftp://coder.example.com',
    'https://',
    'two words',
    'http://[::1',
    'javascript:alert(1)',
  ])('%j is refused by the name of where it stood', (text) => {
    expect(() => deploymentUrl(text, 'CODER_URL')).toThrow(/^CODER_URL is not a URL: .*Write it like/);
  });

  test('with a password in it is refused without repeating it', () => {
    const refused = () => deploymentUrl('https://ada:hunter2@coder.example.com', '--url');
    expect(refused).toThrow(UsageError);
    expect(refused).toThrow(/^(?!.*hunter2)/);
  });

  test.each([
    ['http://coder.example.com', true],
    ['http://127.0.0.1.example.com', true],
    ['https://coder.example.com', false],
    ['http://localhost:3000', false],
    ['http://127.1.2.3', false],
    ['http://[::1]:80', false],
  ])('%s exposes the token: %s', (url, exposed) => {
    expect(isExposed(url)).toBe(exposed);
  });
});
