import { expect, it } from 'vitest';
import { utcOf } from './values';

it('takes a time without a zone for UTC, and one with a zone for what it says', () => {
  const times = {
    '2025-11-01T10:00:00.123456': '2025-11-01T10:00:00.123456',
    '2025-11-01 10:00:00Z': '2025-11-01T10:00:00',
    '2025-11-01T10:00': '2025-11-01T10:00:00.000',
    'Nov 1, 2025 10:00': '2025-11-01T10:00:00.000',
    '2025-11-01T10:00:00+02:00': '2025-11-01T08:00:00.000',
    'Sat, 01 Nov 2025 10:00:00 GMT': '2025-11-01T10:00:00.000',
    soon: null,
  };
  for (const [said, expected] of Object.entries(times)) expect([said, utcOf(said)]).toEqual([said, expected]);
  expect([utcOf(1_761_991_200), utcOf(1_761_991_200_500)]).toEqual([
    '2025-11-01T10:00:00.000',
    '2025-11-01T10:00:00.500',
  ]);
});
