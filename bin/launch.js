const path = require('node:path');
const { enableCompileCache } = require('node:module');

const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
  process.stdout.write(`${require('../package.json').version}\n`);
} else {
  // node:sqlite still announces itself as experimental; on a full-screen program that line is only noise.
  const warn = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    if (rest[0] === 'ExperimentalWarning' && String(warning).includes('SQLite')) return;
    warn.call(process, warning, ...rest);
  };
  enableCompileCache();
  require(path.join(__dirname, '..', 'dist', 'cli.cjs'));
}
