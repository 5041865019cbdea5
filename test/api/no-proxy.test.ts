import { expect, test } from 'vitest';
import { bypassesProxy } from '../../src/api/no-proxy.ts';

test.each([
  ['https://coder.example.com', '', false],
  ['https://coder.example.com', '*', true],
  ['https://coder.example.com', 'coder.example.com', true],
  ['https://coder.example.com', 'example.com', true],
  ['https://coder.example.com', '.example.com', true],
  ['https://coder.example.com', '*.example.com', true],
  ['https://example.com', 'example.com', true],
  ['https://example.com', '.example.com', false],
  ['https://badexample.com', 'example.com', false],
  ['https://coder.example.com', 'other.com, EXAMPLE.com ', true],
  ['https://coder.example.com', 'example.com:443', true],
  ['https://coder.example.com', 'example.com:8443', false],
  ['https://coder.example.com:8443', 'example.com:8443', true],
  ['http://coder.example.com', 'example.com:80', true],
  ['https://10.1.2.3', '10.0.0.0/8', true],
  ['https://11.1.2.3', '10.0.0.0/8', false],
  ['https://10.1.2.3', '10.1.2.3', true],
  ['https://10.1.2.3', '10.1.2.3:443', true],
  ['https://10.1.2.3', '10.1.2.3:80', false],
  ['https://10.1.2.3', '2.3', false],
  ['https://10.1.2.3', '10.0.0.0/99', false],
  ['https://10.1.2.3', '10.0.0.0/8/8', false],
  ['https://coder.example.com', '10.0.0.0/8', false],
  ['https://[fd00::1]', 'fd00::/8', true],
  ['https://[fd00::1]', 'fd00::1', true],
  ['https://[fd00::1]', '[fd00::1]:443', true],
  ['https://[fd00::1]', 'fe80::/10', false],
  // This machine is never reached through a proxy, least of all taskdeck's own server.
  ['http://localhost:3000', '', true],
  ['http://127.0.0.1:3000', '', true],
  ['http://127.9.9.9', '', true],
  ['http://[::1]:3000', '', true],
  ['http://localhost.example.com', '', false],
])('%s with NO_PROXY=%s: %s', (url, noProxy, direct) => {
  expect(bypassesProxy(new URL(url), noProxy)).toBe(direct);
});
