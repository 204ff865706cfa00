/** For the few statements that take no parameters (ATTACH, COPY … TO, SET): a text literal and a name, quoted as SQL wants them. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
