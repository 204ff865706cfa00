/** What stands as the user's message and was put there by Codex: rules, surroundings, notices. The label it is shown with. */
export function injectedLabel(text: string): string | null {
  if (/^\s*# AGENTS\.md instructions/.test(text)) return 'AGENTS.md';
  const tag = /^\s*<([A-Za-z][\w -]*)>/.exec(text)?.[1];
  return tag === undefined ? null : tag.toLowerCase().replaceAll('_', ' ');
}
