const NUMBER = /^\s*[+-]?\d+(\.\d*)?([eE][+-]?\d+)?\s*$/;
const BASIC = /^\d{8}T\d{6}/;

/** Whether a mirror reads a time from this text: a number, or one of the spellings of `insert-sql.ts`. */
export function isTime(text: string): boolean {
  if (NUMBER.test(text)) return Math.abs(Number(text)) < 9e18;
  if (BASIC.test(text)) return true;
  return !Number.isNaN(Date.parse(text.replace(',', '.').replace(/ ([+-]\d{2}:?\d{2})( UTC)?$/, '$1')));
}
