// Loads as little as the command line calls for: every module costs milliseconds before the first frame.
const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  sayVersion();
} else {
  // node:sqlite announces itself as experimental. A user who set NODE_TLS_REJECT_UNAUTHORIZED knows what it does, and doctor says it.
  const warn = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const text = String(warning);
    if (rest[0] === 'ExperimentalWarning' && text.includes('SQLite')) return;
    if (text.includes('NODE_TLS_REJECT_UNAUTHORIZED')) return;
    warn.call(process, warning, ...rest);
  };
  const { load } = require('./code-cache.js');
  const named = deploymentNamed();
  try {
    if (named !== null && isTerminal()) load('tui.cjs').main(named);
    else load('cli.cjs');
  } catch (error) {
    if (error.code !== 'TASKDECK_UPDATED') throw error;
    sayIncomplete();
  }
}

/** While npm replaces the package some of its files are missing; later that is a damaged installation. */
function sayIncomplete() {
  process.stderr.write(
    'taskdeck: A file of this installation is missing. Start it again, and reinstall it if that does not help.\n',
  );
  process.exitCode = 1;
}

/** Without process.stdout, which would load all of Node's streams. */
function sayVersion() {
  const line = `${require('../package.json').version}\n`;
  try {
    require('node:fs').writeSync(1, line);
  } catch {
    process.stdout.write(line);
  }
}

/** What the screen is to be opened on, when the command line says that and nothing else; all else is for cli.cjs to judge. */
function deploymentNamed() {
  const [first, value, ...more] = args.flatMap((arg) => {
    const [, flag, text] = /^(--(?:url|profile))=(.*)$/s.exec(arg) ?? [];
    return flag === undefined ? [arg] : [flag, text];
  });
  if (first === undefined) return {};
  if (first === '--local' && value === undefined) return { local: true };
  const isValue = value !== undefined && value.trim() !== '' && !value.startsWith('-');
  if (!isValue || more.length > 0) return null;
  if (first === '--url') return { url: value };
  return first === '--profile' ? { profile: value } : null;
}

function isTerminal() {
  const { isatty } = require('node:tty');
  return isatty(0) && isatty(1);
}
