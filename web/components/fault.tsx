/** What is wrong, in words, and a way to try again where there is one. */
export function Fault({ text, again }: { text: string; again?: (() => void) | undefined }) {
  if (!text) return null;
  return (
    <div class="fault" role="alert">
      <span>{text}</span>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
