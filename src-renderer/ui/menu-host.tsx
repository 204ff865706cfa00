const id = 'menu-host';

/** Where menus and tooltips are put: inside a landmark, so that nothing on the page lies outside one. */
export function MenuHost() {
  return <section id={id} aria-label="Menus" />;
}

export function menuHost(): HTMLElement | null {
  return document.getElementById(id);
}
