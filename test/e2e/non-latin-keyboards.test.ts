import { describe, expect, it } from 'vitest';
import { json } from '../support/coder-server.ts';
import { INITIAL_MODES } from '../support/emulator.ts';
import { makeHome } from '../support/home.ts';
import { deployment, ONE, signedIn } from './deployment.ts';

describe('shortcuts work on non-Latin keyboards, and text stays text', () => {
  it.each([
    { layout: 'Russian', help: '?', palette: 'Ж', write: 'ш', del: 'в', yes: 'н', quit: 'й' },
    { layout: 'Ukrainian', help: '?', palette: 'Ж', write: 'ш', del: 'в', yes: 'н', quit: 'й' },
    { layout: 'full width', help: '？', palette: '：', write: 'ｉ', del: 'ｄ', yes: 'ｙ', quit: 'ｑ' },
  ])('$layout', async ({ help, palette, write, del, yes, quit }) => {
    const server = await deployment();
    server.on('DELETE', ONE, json(202, {}));
    const app = await makeHome().open([], signedIn(server));
    await app.until('● Fix login');
    app.press(help);
    await app.until('Pause the task; messages stay');
    app.press(quit);
    await app.until('q quit');
    app.press(palette);
    await app.until('type to find');
    app.press('esc');
    await app.until('q quit');
    app.press(write);
    await app.until('esc back');
    app.type(`${write}${yes}`);
    await app.until(new RegExp(`❯ ${write}${yes}$`, 'm'));
    // ctrl+u
    app.press('ctrl+u');
    await app.until((screen) => !screen.text().includes(`❯ ${write}`));
    app.press('esc');
    await app.until('q quit');
    app.press(del);
    await app.until('Delete');
    app.press(yes);
    // A delete can be undone for five seconds.
    await expect.poll(() => server.requests.filter(({ method }) => method === 'DELETE').length).toBe(1);
    app.press(quit);
    expect((await app.exit()).code).toBe(0);
  });

  it('with ctrl, if the terminal reports the key’s position', async () => {
    const server = await deployment();
    const app = await makeHome().open([], { ...signedIn(server), kitty: true });
    await app.until('● Fix login');
    await app.until((screen) => screen.modes().kittyFlags === 1);
    expect(app.output()).toContain('\x1b[>5u');
    app.press('i');
    await app.until('esc back');
    app.type('один');
    await app.until(/❯ один$/m);
    // ctrl+г is the key of ctrl+u.
    app.send('\x1b[1075::117;5u');
    await app.until((screen) => !screen.text().includes('один'));
    // alt+shift with the comma key: to the start.
    app.type('два');
    await app.until(/❯ два$/m);
    app.send('\x1b[1073:1041:44;4u');
    app.type('!');
    await app.until(/❯ (?:!два|два!)$/m);
    app.send('\x1b[27u');
    await app.until('q quit');
    // With the super key it is ignored.
    app.send('\x1b[113::113;9u');
    app.press('?');
    await app.until('Pause the task; messages stay');
    app.press('esc');
    await app.until('q quit');
    // ctrl+с is the key of ctrl+c.
    app.send('\x1b[1089::99;5u');
    expect((await app.exit()).code).toBe(0);
    expect(app.modes()).toEqual(INITIAL_MODES);
  });
});
