import { describe, expect, it } from 'vitest';
import {
  answersBackgroundQuery,
  backgroundFromEnvironment,
  reportedBackground,
} from '../../src/terminal/background.ts';

describe('the background', () => {
  it.each([
    ['\x1b]11;rgb:ffff/ffff/ffff\x1b\\', 'light'],
    ['\x1b]11;rgb:fdfd/f6f6/e3e3\x07', 'light'],
    ['\x1b]11;rgb:ff/ff/ff\x1b\\', 'light'],
    ['\x1b]11;rgba:ffff/ffff/ffff/8000\x1b\\', 'light'],
    ['\x1b]11;#ffffff\x1b\\', 'light'],
    ['\x1b]11;rgb:0000/0000/0000\x1b\\', 'dark'],
    ['\x1b]11;rgb:0000/2b2b/3636\x1b\\', 'dark'],
    ['\x1b]11;rgb:0000/0000/ffff\x1b\\', 'dark'],
    ['\x1b]10;rgb:ffff/ffff/ffff\x1b\\', null],
    ['\x1b]11;white\x1b\\', null],
    ['\x1b]11;?\x1b\\', null],
    ['\x1b[?1u', null],
  ])('reply %j: %s', (reply, background) => {
    expect(reportedBackground(reply)).toBe(background);
  });

  it.each([
    ['0;15', 'light'],
    ['0;default;15', 'light'],
    ['0;7', 'light'],
    ['15;0', 'dark'],
    ['7;8', 'dark'],
    ['15;default', null],
    ['0;default;default', null],
    ['', null],
    ['x', null],
  ])('COLORFGBG=%s: %s', (COLORFGBG, background) => {
    expect(backgroundFromEnvironment({ COLORFGBG })).toBe(background);
  });

  it('is not requested from a terminal that cannot answer, or would print the query', () => {
    expect(answersBackgroundQuery({ TERM: 'xterm-256color' })).toBe(true);
    expect(answersBackgroundQuery({ TERM: 'tmux-256color', TMUX: '/tmp/x,1,0' })).toBe(true);
    expect(answersBackgroundQuery({ TERM: 'screen', STY: '1.pts' })).toBe(false);
    for (const TERM of ['linux', 'dumb', '']) expect(answersBackgroundQuery({ TERM })).toBe(false);
  });
});
