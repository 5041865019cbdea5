import { describe, expect, test } from 'vitest';
import { deploymentUrl, isUnencrypted } from '../../src/config/deployment-url.ts';
import { UsageError } from '../../src/domain/errors.ts';

describe('a typed or pasted URL', () => {
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
    '"https://coder.example.com"',
    "'https://coder.example.com'",
    '`https://coder.example.com`',
    '“https://coder.example.com”',
    '<https://coder.example.com>',
    '(https://coder.example.com).',
    'https://coder.example.com.',
    'https://coder.example.com./',
    'https://coder.example.com,',
    '\ufeffhttps://coder.example.com\u00a0',
    'https:/coder.example.com',
    'https:coder.example.com',
    'https//coder.example.com',
    'https:\\\\coder.example.com',
    '//coder.example.com',
    'coder.example.com/',
    'coder.example.com/templates',
    'https://coder.example.com/templates/docker/workspace',
    'https://coder.example.com/workspaces?filter=owner:me',
    'https://coder.example.com/tasks/ada/6c2b4e3a',
    'https://coder.example.com/agents/6c2b4e3a',
    'https://coder.example.com/@ada/fix-login/builds/3',
    'https://coder.example.com/@ada',
    'https://coder.example.com/login?redirect=%2Ftemplates',
    'https://coder.example.com/cli-auth',
    'https://coder.example.com/settings/tokens',
    'https://coder.example.com/deployment/overview#top',
    'https://coder.example.com/api/v2/buildinfo',
  ])('%j is the deployment https://coder.example.com', (text) => {
    expect(deploymentUrl(text, '--url')).toBe('https://coder.example.com');
  });

  test.each([
    ['https://example.com/coder/templates', 'https://example.com/coder'],
    ['https://example.com/tools/coder/@ada/x', 'https://example.com/tools/coder'],
    ['[::1]:3000/workspaces', 'http://[::1]:3000'],
    ['[::1]', 'http://[::1]'],
    ['http://[::1]', 'http://[::1]'],
    ['http//localhost:3000', 'http://localhost:3000'],
  ])('%j is the deployment %s', (text, whole) => {
    expect(deploymentUrl(text, '--url')).toBe(whole);
  });

  test('an invalid URL with a password is not shown', () => {
    expect(() => deploymentUrl('https://ada:hunter2@coder.example.com:port', '--url')).toThrow(
      /^(?!.*hunter2).*is not a URL: "https:\/\/…@coder/,
    );
  });

  test.each([
    '',
    '   ',
    '""',
    'https://.',
    'ftp://coder.example.com',
    'https://',
    'two words',
    'http://[::1',
    'javascript:alert(1)',
  ])('%j is rejected with the name of its source', (text) => {
    expect(() => deploymentUrl(text, 'CODER_URL')).toThrow(/^CODER_URL is not a URL: .*Write it like/);
  });

  test('with a password is rejected without showing it', () => {
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
  ])('%s sends the token unencrypted: %s', (url, exposed) => {
    expect(isUnencrypted(url)).toBe(exposed);
  });
});
