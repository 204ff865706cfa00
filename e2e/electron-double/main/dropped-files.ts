/** The paths of dropped files, so that `webUtils.getPathForFile` can answer at once: asked for before the page sees the drop. */
import type { Session } from './cdp';

interface Place {
  readonly channel: Session | undefined;
  readonly context: number | undefined;
}

export class DroppedFiles {
  constructor(
    private readonly place: () => Place,
    private readonly deliver: (message: object) => void,
  ) {}

  lookUp(count: number): void {
    const indexes = Array.from({ length: count }, (_, index) => index);
    Promise.all(indexes.map((index) => this.pathOf(index)))
      .then((paths) => this.deliver({ kind: 'paths', paths }))
      .catch((error: unknown) => console.error('ElectronDouble: dropped files', error));
  }

  private async pathOf(index: number): Promise<string> {
    const { channel, context } = this.place();
    if (!channel || context === undefined) return '';
    const expression = `__doubleDropped[${index}]`;
    const { result } = await channel.send('Runtime.evaluate', { expression, contextId: context });
    if (result.objectId === undefined) return '';
    // A File that no disk holds has no path: Electron says '' then.
    const info = await channel
      .send('DOM.getFileInfo', { objectId: result.objectId })
      .catch(() => ({ path: '' }));
    return info.path;
  }
}
