import { describe, expect, it } from 'vitest';
import { makeHome } from '../support/home.ts';
import { TOKEN } from './deployment.ts';

const SECURE = { CODER_URL: 'https://coder.test', CODER_SESSION_TOKEN: TOKEN };
const PLAIN = { CODER_URL: 'http://127.0.0.1:1', CODER_SESSION_TOKEN: TOKEN };

/** Wrong environment variables, with the expected error and exit code. */
const faults: readonly (readonly [name: string, env: Record<string, string>, words: RegExp, code: number])[] =
  [
    [
      'HTTPS_PROXY with another scheme',
      { ...SECURE, HTTPS_PROXY: 'socks5://127.0.0.1:1' },
      /HTTPS_PROXY is not a valid proxy URL/,
      2,
    ],
    [
      'https_proxy in lower case',
      { ...SECURE, https_proxy: 'http://:0' },
      /https_proxy is not a valid proxy URL/,
      2,
    ],
    [
      'HTTPS_PROXY without a listener',
      { ...SECURE, HTTPS_PROXY: 'http://127.0.0.1:1' },
      /proxy 127\.0\.0\.1:1 of HTTPS_PROXY: connection refused\. Check HTTPS_PROXY/,
      5,
    ],
    [
      'SSL_CERT_FILE that is missing',
      { ...SECURE, SSL_CERT_FILE: '/nonexistent.pem' },
      /Cannot read \/nonexistent\.pem, which SSL_CERT_FILE names: it does not exist\./,
      2,
    ],
    [
      'SSL_CERT_FILE that is a directory',
      { ...SECURE, SSL_CERT_FILE: '/' },
      /Cannot read \/, which SSL_CERT_FILE names: it is a directory\./,
      2,
    ],
    [
      'SSL_CERT_FILE without a certificate',
      { ...SECURE, SSL_CERT_FILE: '/etc/passwd' },
      /\/etc\/passwd, which SSL_CERT_FILE names, contains no PEM certificate/,
      2,
    ],
    [
      'CODER_HEADER that is not a header',
      { ...PLAIN, CODER_HEADER: 'secret-value' },
      /CODER_HEADER contains an invalid header/,
      2,
    ],
    [
      'CODER_HEADER with a line break',
      { ...PLAIN, CODER_HEADER: 'X-Key=secret-value\nmore' },
      /CODER_HEADER contains an invalid header/,
      2,
    ],
    [
      'CODER_HEADER_COMMAND that fails',
      { ...PLAIN, CODER_HEADER_COMMAND: 'exit 3' },
      /CODER_HEADER_COMMAND failed \(exit 3\)/,
      2,
    ],
    [
      'CODER_HEADER_COMMAND that is missing',
      { ...PLAIN, CODER_HEADER_COMMAND: '/no/such/program' },
      /CODER_HEADER_COMMAND failed \(exit 127\)/,
      2,
    ],
    [
      'CODER_HEADER_COMMAND that prints no header',
      { ...PLAIN, CODER_HEADER_COMMAND: 'echo secret-value' },
      /CODER_HEADER_COMMAND contains an invalid header/,
      2,
    ],
  ];
const beforeTheScreen: typeof faults = [
  [
    'a token with a line break',
    { ...PLAIN, CODER_SESSION_TOKEN: 'secret-value\nmore' },
    /CODER_SESSION_TOKEN contains a line break\. Copy it again\./,
    2,
  ],
  [
    'a token with a space',
    { ...PLAIN, CODER_SESSION_TOKEN: 'secret-value more' },
    /CODER_SESSION_TOKEN contains white space/,
    2,
  ],
  [
    'a token in typographic quotes',
    { ...PLAIN, CODER_SESSION_TOKEN: '“secret-value”' },
    /CODER_SESSION_TOKEN contains invalid characters/,
    2,
  ],
  ['CODER_URL that is not a URL', { ...PLAIN, CODER_URL: 'two words' }, /CODER_URL is not a URL/, 2],
];

describe.each([...faults, ...beforeTheScreen])('%s', (_, env, words, code) => {
  it('is reported by a command as a local error', async () => {
    const result = await makeHome().call(['list', '--plain-http'], { env });
    expect(result).toMatchObject({ code, out: '', err: expect.stringMatching(words) });
    expect(result.err).toMatch(/^taskdeck: [^\n]+\n$/);
    expect(result.err).not.toMatch(/secret-value|\bE[A-Z]{4,}\b/);
  });

  it('is reported by the screen as a local error', async () => {
    const app = await makeHome().open(['--plain-http'], { env, cols: 160 });
    await app.until((screen) => words.test(screen.text().replaceAll(/[│\s]+/gu, ' ')));
    expect(app.text()).not.toMatch(/secret-value|does not understand|reports a problem/);
    if (code === 2) expect(app.text()).not.toMatch(/Cannot reach the server/);
  });
});
