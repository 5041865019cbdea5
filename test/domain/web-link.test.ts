import { describe, expect, it } from 'vitest';
import { parseWebUrl, shortUrl, webLinksIn } from '../../src/domain/web-link.ts';

describe('a web address', () => {
  it.each([
    ['https://github.com/acme/app/pull/12', 'https://github.com/acme/app/pull/12'],
    ['HTTP://Example.COM', 'http://example.com/'],
    ['https://example.com/a;b?c=d&e#f', 'https://example.com/a;b?c=d&e#f'],
    ['https://例え.jp/道?q=日', 'https://xn--r8jz45g.jp/%E9%81%93?q=%E6%97%A5'],
    ['https://[::1]:8080/x', 'https://[::1]:8080/x'],
  ])('%s', (text, address) => {
    expect(parseWebUrl(text)).toBe(address);
  });

  it.each([
    ['another scheme', 'file:///etc/passwd'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['an option', '--new-window'],
    ['an option with an address', '-https://example.com'],
    ['blanks around it', ' https://example.com'],
    ['a line break', 'https://example.com/\nrm -rf'],
    ['an escape sequence', 'https://example.com/\x1b]52;c;x\x07'],
    ['the end of a hyperlink', 'https://example.com/\x1b\\\x1b]8;;file:///x'],
    ['C1', 'https://example.com/\x9d8;;x'],
    ['an order of its own', 'https://example.com/\u202egpj.exe'],
    ['an invisible character', 'https://exam\u200bple.com'],
    ['a name and a password', 'https://github.com:x@evil.example/'],
    ['a name', 'https://github.com@evil.example/'],
    ['backslashes', 'https:\\\\example.com'],
    ['no host', 'https:///'],
    ['more than anybody follows', `https://example.com/${'a'.repeat(3_000)}`],
    ['nothing', ''],
  ])('is not: %s', (_, text) => {
    expect(parseWebUrl(text)).toBeNull();
  });

  it('is shown as host and path', () => {
    expect(shortUrl('https://github.com/acme/app/pull/12?w=1')).toBe('github.com/acme/app/pull/12');
    expect(shortUrl('https://example.com/')).toBe('example.com');
  });
});

describe('web addresses in a text', () => {
  it.each([
    ['see https://x.y/z.', ['https://x.y/z']],
    [
      '(https://x.y/a_(b)), [https://x.y/c]; {https://x.y/d}',
      ['https://x.y/a_(b)', 'https://x.y/c', 'https://x.y/d'],
    ],
    [
      '<https://x.y> "http://x.y/?a=1&b=2#c" **https://x.y/e**',
      ['https://x.y', 'http://x.y/?a=1&b=2#c', 'https://x.y/e'],
    ],
    ['見て https://x.y/道。次 https://x.y/b、', ['https://x.y/道', 'https://x.y/b']],
    ['file:///etc javascript:alert(1) https:// https://a@b.c ftp://x.y', []],
    [`https://x.y/${'a'.repeat(3_000)}`, []],
  ])('%s', (text, expected) => {
    const found = webLinksIn(text);
    expect(found.map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });
});
