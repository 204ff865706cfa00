import { useEffect, useRef } from 'react';
import type { CommandId } from '../../../src-main/contract';
import { Live } from '../live';

type Handlers = Partial<Record<CommandId, () => void>>;

/** What the screens that are shown answer to themselves: find, next error, select all … */
export const screenHandlers = new Live<readonly Handlers[]>([]);

export function screenHandler(id: CommandId): (() => void) | undefined {
  return screenHandlers.get().findLast((handlers) => handlers[id] !== undefined)?.[id];
}

/** Binds commands to the screen for as long as it is shown. The newest wins; which ids there are must not change with each render. */
export function useScreenCommands(handlers: Handlers): void {
  const current = useRef(handlers);
  current.current = handlers;
  const ids = Object.keys(handlers).join(' ');
  // Commands come from menus and keys, outside React.
  useEffect(() => {
    const mine: Handlers = Object.fromEntries(
      ids.split(' ').map((id) => [id, () => Reflect.get(current.current, id)?.()]),
    );
    screenHandlers.set([...screenHandlers.get(), mine]);
    return () => screenHandlers.set(screenHandlers.get().filter((one) => one !== mine));
  }, [ids]);
}
