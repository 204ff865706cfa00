import { type DocumentFile, type DocumentRows, eachElement, toJson } from '../documents';
import { isObject, type Json, tooLarge } from '../recorded-chat';

/** Text of steps and messages that is held; twice as much is in memory. */
const MOST_HELD = 128_000_000;

/** A trajectory that is too large for one piece. Most of it is what each step asked (`query`), which repeats the chat: that is left out. */
export async function readLargeTrajectory(file: DocumentFile, rows: DocumentRows): Promise<Json> {
  const steps: Json[] = [];
  const history: Json[] = [];
  let held = 0;
  const { rest } = await eachElement(
    file,
    rows,
    [['trajectory', 'history', 'messages']],
    (value, { offset, text }) => {
      if (!isObject(value)) {
        rows.skip(`byte ${offset}`, 'The element is neither a step nor a message.');
        return;
      }
      const { query, ...kept } = value;
      held += query === undefined ? text.length : toJson(kept).length;
      if (held > MOST_HELD) throw tooLarge(file.name);
      (isMessage(value) ? history : steps).push(kept);
    },
  );
  return { ...Object.fromEntries(rest), trajectory: steps, history };
}

/** A step is none of them, whatever recorded it. */
function isMessage(value: Json): boolean {
  return 'role' in value || 'object' in value || 'type' in value;
}
