import { describe, expect, test } from 'vitest';
import { deploymentUrl, isExposed } from '../../src/config/deployment-url.ts';
import { UsageError } from '../../src/domain/errors.ts';

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
