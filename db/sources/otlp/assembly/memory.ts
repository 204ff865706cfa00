/**
 * Where everything lies in the module's memory. Nothing is allocated: each part has the room that the longest input can need. All of it is
 * less than the 16 MB that the compiler is told of (`src-main/bootstrap/assembly.ts`).
 */

/** JavaScript puts a block of a file here, and a zero behind it, which no JSON has: whatever reads on ends there. */
export const INPUT: usize = 0x10000;
export const INPUT_ROOM: usize = 0x100000;
/** Sixteen bytes are read and written in one go, also at the end of a part. */
const PADDING: usize = 64;

/** The attributes as the row has them. A byte of input is at most two here: apostrophes are doubled. */
export const ATTRIBUTES: usize = INPUT + INPUT_ROOM + PADDING;
/** The events, likewise. */
export const EVENTS: usize = ATTRIBUTES + 2 * INPUT_ROOM + PADDING;
/** The span as flat JSON. */
export const FLAT: usize = EVENTS + 2 * INPUT_ROOM + PADDING;
/** JavaScript puts the name of the service here, as the row has it. */
export const SERVICE: usize = FLAT + 2 * INPUT_ROOM + PADDING;
export const SERVICE_ROOM: usize = 0x1000;
/** The row: attributes, events, and columns that say attributes again. */
export const ROW: usize = SERVICE + SERVICE_ROOM + PADDING;
/** Where values of the span lie in the input: see `fields.ts`. */
export const FIELDS: usize = ROW + 6 * INPUT_ROOM + SERVICE_ROOM + PADDING;
/** Names of attributes that are columns, and keys that were there: see `keys.ts`. */
export const COLUMN_NAMES: usize = FIELDS + 0x400;
export const KEYS: usize = COLUMN_NAMES + 0x1000;
/** Numbers that JavaScript has to look at: see `text.ts`. */
export const MOST_DOUBTS = 64;
export const DOUBTS: usize = KEYS + 0x10000;

/** Names of the attributes that are being read, as the elements of a JSON list: see `shapes.ts`. */
export const NAMES: usize = DOUBTS + 8 * MOST_DOUBTS + PADDING;
/** Lists of names that were there: where each lies and ends, a way from their hashes, and their texts. */
export const MOST_SHAPES: u32 = 1024;
export const SHAPES: usize = NAMES + INPUT_ROOM + PADDING;
export const SHAPE_NUMBERS: usize = SHAPES + 8 * MOST_SHAPES;
export const SHAPE_TEXTS: usize = SHAPE_NUMBERS + 8 * 2 * MOST_SHAPES;
export const SHAPE_TEXTS_ROOM: usize = 0x80000;
