import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeHome } from '../support/home.ts';
import { deployment, signedIn } from './deployment.ts';

describe('the prompt', () => {
  it('opens in $EDITOR with ctrl+x ctrl+e, on the same terminal', async () => {
    const server = await deployment();
    const home = makeHome();
    const editor = path.join(home.folder, 'my editor');
    writeFileSync(
      editor,
      '#!/bin/sh\nprintf "editing %s\\n" "$(cat "$2")"\nread -r word </dev/tty\n[ -z "$CODER_SESSION_TOKEN" ] || exit 9\n' +
        'case $word in\n  bad) exit 3 ;;\nesac\nprintf "%s\\n日本語 second line\\n" "$word" >>"$2"\n',
    );
    chmodSync(editor, 0o755);
    const { env } = signedIn(server);
    const app = await home.open([], { env: { ...env, VISUAL: undefined, EDITOR: `'${editor}' --wait` } });
    await app.until('Which branch?');
    app.type('ihalf');
    app.press('ctrl+x', 'ctrl+e');
    await app.until(/^editing half/m);
    expect(app.modes().alternateScreen).toBe(false);
    app.type('main\r');
    await app.until(/❯ half\n +main\n +日本語 second line/);
    expect(app.modes().alternateScreen).toBe(true);

    app.press('ctrl+x', 'ctrl+e');
    // The first editor's output is still there.
    await app.until(/^editing half\n(.*\n)*editing half/m);
    app.type('bad\r');
    await app.until('The editor exited with code 3. The text is unchanged.');
    expect(app.text()).toMatch(/❯ half\n +main\n +日本語 second line/);
    app.type('!');
    await app.until('日本語 second line!');
  });
});
