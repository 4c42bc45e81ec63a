/** Whether somebody writes there: keys and pasted text are then the field's own. A slider or a tick takes none. */
export function isTextField(target: EventTarget | null): boolean {
  const text = 'textarea, input:not([type="range"], [type="checkbox"], [type="file"])';
  return target instanceof Element && target.matches(text);
}
