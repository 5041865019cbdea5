// Loads only the modules that the command line needs: each costs milliseconds before the first frame.
const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  printVersion();
} else {
  // Hides Node's warnings about the experimental node:sqlite, and NODE_TLS_REJECT_UNAUTHORIZED, which doctor reports.
  const warn = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const text = String(warning);
    if (rest[0] === 'ExperimentalWarning' && text.includes('SQLite')) return;
    if (text.includes('NODE_TLS_REJECT_UNAUTHORIZED')) return;
    warn.call(process, warning, ...rest);
  };
  const { load } = require('./code-cache.js');
  const { setGcFlags } = require('./v8-flags.js');
  const deployment = deploymentFromArguments();
  try {
    if (deployment !== null && isTerminal()) load('tui.cjs').main(deployment, setGcFlags);
    else load('cli.cjs').main(setGcFlags);
  } catch (error) {
    if (error.code !== 'TASKDECK_UPDATED') throw error;
    printIncomplete();
  }
}

/** Files are missing while npm replaces the package, or if the installation is damaged. */
function printIncomplete() {
  process.stderr.write(
    'taskdeck: A file of this installation is missing. Start taskdeck again. If that does not help, reinstall it.\n',
  );
  process.exitCode = 1;
}

/** Avoids process.stdout, which loads all of Node's streams. */
function printVersion() {
  const line = `${require('../package.json').version}\n`;
  try {
    require('node:fs').writeSync(1, line);
  } catch {
    process.stdout.write(line);
  }
}

/** The deployment to open, if the command line contains nothing else; null otherwise: then cli.cjs parses it. */
function deploymentFromArguments() {
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
