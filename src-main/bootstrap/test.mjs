/** `npm test`: sets everything up, then checks, unit and integration tests, and the end-to-end specs on both shells. Runs all, then counts. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { checkNode, ensureBuilt, ensureDependencies, root, run, say, seconds } from './setup.mjs';

const minutes = (count) => count * 60_000;
const started = performance.now();
const total = { passed: 0, failed: 0, skipped: 0 };
const reports = mkdtempSync(join(tmpdir(), 'stepscope-test-'));

checkNode();
ensureDependencies();
await ensureBuilt();
await step('check', check);
await step('unit and integration tests', unit);
await step('end-to-end specs', endToEnd);
rmSync(reports, { recursive: true, force: true });

if (total.skipped > 0) console.log(`${total.skipped} skipped`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

async function step(name, work) {
  const begun = performance.now();
  say(`\n== ${name}`);
  const counts = await work();
  for (const key of Object.keys(total)) total[key] += counts[key] ?? 0;
  say(
    `== ${name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds(begun)} s (${seconds(started)} s in all)`,
  );
}

async function check() {
  const { code } = await run(process.execPath, [join(import.meta.dirname, 'check.mjs')], {
    limitMs: minutes(5),
  });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

async function unit() {
  const report = join(reports, 'vitest.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code, isTooLong } = await run(
    process.execPath,
    [join(root, 'node_modules/vitest/vitest.mjs'), ...args],
    {
      limitMs: minutes(9),
    },
  );
  const counted = readReport(report, (json) => ({
    passed: json.numPassedTests,
    // A file that cannot be loaded has no tests to count.
    failed:
      json.numFailedTests +
      json.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
        .length,
    skipped: json.numPendingTests + json.numTodoTests,
  }));
  return honest(counted, code, isTooLong);
}

async function endToEnd() {
  const chromium = await ensureChromium();
  if (chromium === undefined) {
    say('The end-to-end specs cannot run without a Chromium.');
    return { passed: 0, failed: 1 };
  }
  say(`Chromium: ${chromium}`);
  const { buildElectronDouble } = await import('../../e2e/electron-double/build.mjs');
  await buildElectronDouble();
  const report = join(reports, 'playwright.json');
  const projects = ['double', 'electron', 'serve'].map((name) => `--project=${name}`);
  const { code, isTooLong } = await run(
    process.execPath,
    [join(root, 'node_modules/@playwright/test/cli.js'), 'test', ...projects, '--reporter=list,json'],
    { limitMs: minutes(12), env: { STEPSCOPE_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: report } },
  );
  const counted = readReport(report, ({ stats, errors }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (stats.unexpected === 0 ? errors.length : 0),
    skipped: stats.skipped,
  }));
  return honest(counted, code, isTooLong);
}

function readReport(path, count) {
  if (!existsSync(path)) return { passed: 0, failed: 0, skipped: 0 };
  return count(JSON.parse(readFileSync(path, 'utf8')));
}

/** A run that failed without a failed test (it crashed, took too long, left an error behind) has failed all the same. */
function honest(counts, code, isTooLong) {
  if (code === 0 || counts.failed > 0) return counts;
  say(isTooLong ? 'it took too long and was ended' : `it ended with code ${code}`);
  return { ...counts, failed: 1 };
}
