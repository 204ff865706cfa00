import type { ErrorCode } from '../../db/model';

/** How the process says what became of a command: the one table (README.md beside it is the same table in words). */
export const EXIT_OK = 0;
/** A mistake of ours. */
export const EXIT_BUG = 1;
/** The command line was not understood. */
export const EXIT_USAGE = 2;

/** One code for each expected failure. Numbers never change; new ones are added at the end. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  SOURCE_NOT_FOUND: 3,
  SOURCE_UNREADABLE: 4,
  FORMAT_UNKNOWN: 5,
  FORMAT_DAMAGED: 6,
  SCHEMA_UNSUPPORTED: 7,
  LOCKED: 8,
  STORE_UNAVAILABLE: 9,
  STORE_BUSY: 10,
  PORT_TAKEN: 11,
  DISK_FULL: 12,
  QUERY_INVALID: 13,
  EXPORT_TARGET_EXISTS: 14,
  ENGINE_RESTARTED: 15,
  /** As shells count a process ended by Ctrl-C (128 + SIGINT). */
  CANCELLED: 130,
};

/** SIGTERM in the middle of a command. */
export const EXIT_TERMINATED = 143;
