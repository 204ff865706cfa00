import type { DocumentFile, DocumentFormat, DocumentRows } from '../documents';
import { lookPastTexts } from '../long-head';
import {
  Fields,
  isObject,
  type Json,
  jsonHead,
  largestInOnePiece,
  Names,
  Ordinals,
  readDocument,
  stemOf,
} from '../recorded-chat';
import { readLargeTrajectory } from './large';
import { addDocument } from './trajectory';

/** SWE-agent's `.traj` files, of all its versions: steps with thought, action and observation, and the chat that led to them. */
export const sweAgent: DocumentFormat = {
  name: 'swe-agent',
  recognise(place) {
    const head = jsonHead(place);
    const isNamed = /\.traj(?:\.\w+)*$/i.test(place.path);
    if (head?.layout !== 'document') return undefined;
    const { value } = head;
    if (isNamed && isChat(value)) return { dialect: 'mini' };
    if (!isObject(value)) return undefined;
    if (Array.isArray(value.attempts) && isObject(value.attempts[0]) && 'trajectory' in value.attempts[0])
      return { dialect: 'attempts' };
    if (hasSteps(value.trajectory)) return { dialect: 'trajectory' };
    if (isMini(value.info)) return { dialect: 'mini' };
    return isNamed && ('history' in value || 'trajectory' in value || 'environment' in value)
      ? { dialect: 'history' }
      : undefined;
  },
  openReader: (rows) => ({ readFile: (file) => readTrajectory(file, rows) }),
};

/** The chat alone, as the first mini-swe-agent kept it. */
function isChat(value: unknown): value is readonly Json[] {
  return Array.isArray(value) && isObject(value[0]) && 'role' in value[0] && 'content' in value[0];
}

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
  const isLarge = file.size > largestInOnePiece && isObject(jsonHead(await lookPastTexts(file))?.value);
  const value = isLarge ? await readLargeTrajectory(file, rows) : (await readDocument(file, rows)).value;
  const document: Json = isObject(value) ? value : isChat(value) ? { messages: value } : {};
  if (!isObject(value) && !isChat(value)) rows.skip('$', 'The file holds no trajectory.');
  const trajectory = new Fields(document, '$', (message, at) => rows.warn(message, at));
  addDocument(trajectory, { name: stemOf(file.name), rows, ordinals: new Ordinals(), names: new Names() });
}
