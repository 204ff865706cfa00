import { Command, InvalidArgumentError } from 'commander';
import { ExpectedError } from '../db/model';
import packageFile from '../package.json';
import { runServe } from './shell-serve';

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('0 to 65535');
  return port;
}

const program = new Command('stepscope').description(packageFile.description).version(packageFile.version);

program
  .command('serve')
  .description('open the window in a browser, over a loopback server')
  .argument('[paths...]', 'files, folders and URLs to open')
  .option('--port <number>', 'port of the page (default: a free one)', portNumber)
  .option('--root <folder>', 'the folder that the file picker stays under', '/')
  .option('--no-open', 'do not open a browser')
  .option('--json', 'print one line: {"url": …}', false)
  .action((paths: string[], options: { port?: number; root: string; open: boolean; json: boolean }) =>
    runServe({ paths, ...options, version: packageFile.version, print: (line) => console.log(line) }),
  );

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error;
  console.error(`stepscope: ${error.code}: ${error.message} ${error.data.action}`);
  process.exitCode = 1;
}
