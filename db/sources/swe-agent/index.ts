import type { DocumentFile, DocumentFormat, DocumentRows } from '../documents';
import {
  Fields,
  isObject,
  type Json,
  jsonHead,
  Names,
  Ordinals,
  readDocument,
  stemOf,
} from '../recorded-chat';
import { addTrajectory } from './trajectory';

/** SWE-agent's `.traj` files, of all its versions: steps with thought, action and observation, and the chat that led to them. */
export const sweAgent: DocumentFormat = {
  name: 'swe-agent',
  recognise(place) {
    const head = jsonHead(place);
    if (head?.layout !== 'document' || !isObject(head.value)) return undefined;
    const { value } = head;
    if (hasSteps(value.trajectory)) return { dialect: 'trajectory' };
    if (isMini(value.info)) return { dialect: 'mini' };
    const isNamed = /\.traj(?:\.\w+)?$/i.test(place.path);
    return isNamed && ('history' in value || 'trajectory' in value || 'environment' in value)
      ? { dialect: 'history' }
      : undefined;
  },
  openReader: (rows) => ({ readFile: (file) => readTrajectory(file, rows) }),
};

/** mini-swe-agent: one chat, with the run's figures before it. */
function isMini(info: unknown): boolean {
  return isObject(info) && ('mini_version' in info || ('model_stats' in info && 'exit_status' in info));
}

function hasSteps(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const first: unknown = value[0];
  return (
    isObject(first) &&
    'action' in first &&
    ('observation' in first || 'thought' in first || 'response' in first)
  );
}

async function readTrajectory(file: DocumentFile, rows: DocumentRows): Promise<void> {
  const { value, isCut } = await readDocument(file);
  if (isCut) rows.warn('The file breaks off: what came before is shown.', 'end');
  const document: Json = isObject(value) ? value : {};
  if (!isObject(value)) rows.skip('$', 'The file holds no trajectory.');
  const trajectory = new Fields(document, '$', (message, at) => rows.warn(message, at));
  addTrajectory(trajectory, { name: stemOf(file.name), rows, ordinals: new Ordinals(), names: new Names() });
}
