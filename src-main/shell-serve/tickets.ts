import { makeToken } from './token';

/**
 * Single-use addresses. A browser is started with its address as an argument, which every user of the machine can read; the address is
 * therefore a ticket that the page exchanges, once, for the token.
 */
export interface Tickets {
  issue(): string;
  /** True the first time only. */
  redeem(ticket: string): boolean;
}

export function createTickets(): Tickets {
  const valid = new Set<string>();
  return {
    issue: () => {
      const ticket = makeToken();
      valid.add(ticket);
      return ticket;
    },
    redeem: (ticket) => valid.delete(ticket),
  };
}
