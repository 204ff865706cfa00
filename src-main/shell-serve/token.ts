import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

/** In constant time; hashing first makes the lengths equal. */
export function isToken(wanted: string, offered: string | undefined): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(wanted), digest(offered ?? '')) && offered !== undefined;
}
