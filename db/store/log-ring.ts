export interface LogLine {
  readonly at: string;
  readonly line: string;
}

const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g');

/** The last lines that the store and its sqld said. */
export class LogRing {
  private readonly lines: LogLine[] = [];

  constructor(
    private readonly onLine: (line: string) => void = () => {},
    private readonly limit = 200,
  ) {}

  add(text: string): void {
    const line = text.replace(COLOURS, '').trimEnd();
    if (line === '') return;
    this.lines.push({ at: new Date().toISOString(), line: line.slice(0, 2_000) });
    if (this.lines.length > this.limit) this.lines.shift();
    this.onLine(line);
  }

  all(): LogLine[] {
    return [...this.lines];
  }
}
