/** Whether `controlslist` can hide it. */
const supports = (token: string): boolean => /^no(mic|camera|screen|fullscreen|pip|settings|timer|quality|hints|chat|file|record|screenshot)$/i.test(token);

/**
 * The `controlslist` attribute as a token list, like `HTMLMediaElement.controlsList`. None can be made for an attribute of one's own: it is the class list of an
 * element that nobody sees, read from the attribute before each use and written back after it.
 */
export function controlsListOf(host: Element): DOMTokenList {
  const list = document.createElement('i').classList;
  const write = (text: string): void => host.setAttribute('controlslist', text);
  return new Proxy(list, {
    get(_list, name) {
      list.value = (host.getAttribute('controlslist') ?? '').toLowerCase();
      const before = list.value;
      const member: unknown = name === 'supports' ? supports : Reflect.get(list, name);
      return typeof member !== 'function' ? member : (...given: unknown[]): unknown => {
        const result: unknown = member.apply(list, given);
        if (list.value !== before) write(list.value);
        return result;
      };
    },
    set(_list, _name, text) {
      write(String(text));
      return true;
    },
  });
}
