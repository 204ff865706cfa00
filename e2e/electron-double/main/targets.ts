/** Chromium's page targets and requests, found once a browser and handed to the window they belong to. */
import type { CdpEvent, Session } from './cdp';
import { state } from './state';

export type PausedRequest = CdpEvent<'Fetch.requestPaused'>;

interface TargetOwner {
  readonly targetId: string;
  ownsFrame(frameId: string): boolean;
  onPopup(targetId: string, sessionId: string): void;
  onRequest(request: PausedRequest): Promise<void>;
}

const owners = new Set<TargetOwner>();
const creating = new Set<Promise<unknown>>();
const awaited: ((sessionId: string) => void)[] = [];

interface NewTarget {
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** Makes a target for `owner`; its first document request is held until the owner is ready. `made` tells the id as soon as it is known. */
export async function createTarget(
  owner: TargetOwner,
  options: NewTarget,
  made: (targetId: string) => void,
): Promise<Session> {
  owners.add(owner);
  const attached = new Promise<string>((resolve) => awaited.push(resolve));
  const creation = state.cdp
    .send('Target.createTarget', { ...options, newWindow: true })
    .then(({ targetId }) => made(targetId));
  creating.add(creation);
  await creation.finally(() => creating.delete(creation));
  return state.cdp.session(await attached);
}

export function forgetTarget(owner: TargetOwner): void {
  owners.delete(owner);
}

function failRequest(requestId: string): Promise<unknown> {
  return state.cdp.send('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
}

async function route(request: PausedRequest): Promise<void> {
  const find = () => [...owners].find((owner) => owner.ownsFrame(request.frameId));
  let owner = find();
  if (!owner && creating.size > 0) {
    await Promise.all(creating);
    owner = find();
  }
  // A document of no window is a pop-up of Chromium's own; what else has no frame is a worker's.
  if (!owner && request.resourceType !== 'Document') owner = [...owners][0];
  if (owner) await owner.onRequest(request);
  else await failRequest(request.requestId);
}

function isGoingAway(error: unknown): boolean {
  return state.quitting || /browser closed|Invalid InterceptionId|window closed/.test(String(error));
}

/** Every page target, ours or a pop-up, is attached to and held before it loads anything. */
export async function watchTargets(): Promise<void> {
  const { cdp } = state;
  cdp.on('Target.attachedToTarget', ({ targetInfo, sessionId }) => {
    if (targetInfo.type !== 'page') {
      cdp.send('Runtime.runIfWaitingForDebugger', {}, sessionId).catch(() => undefined);
      return;
    }
    const opener = [...owners].find((owner) => owner.targetId === targetInfo.openerId);
    if (opener) opener.onPopup(targetInfo.targetId, sessionId);
    else awaited.shift()?.(sessionId);
  });
  cdp.on('Fetch.requestPaused', (request) => {
    route(request).catch((error: unknown) => {
      if (!isGoingAway(error)) console.error(error);
    });
  });
  await cdp.send('Browser.setDownloadBehavior', { behavior: 'deny' });
  await cdp.send('Fetch.enable', { patterns: [{ urlPattern: '*', requestStage: 'Request' }] });
  await cdp.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: true,
    flatten: true,
    filter: [{ type: 'page' }, { exclude: true }],
  });
}
