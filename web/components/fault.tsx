import { useEffect, useRef } from 'preact/hooks';
import { still } from '../playing.ts';

/** What is wrong, in words, and a way to try again where there is one; comes into sight where it is not. */
export function Fault({ text, again }: { text: string; again?: (() => void) | undefined }) {
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => {
    told.current?.scrollIntoView({ block: 'nearest', behavior: still() ? 'auto' : 'smooth' });
  }, [text]);
  if (!text) return null;
  return (
    <div ref={told} class="fault" role="alert">
      <span>{text}</span>
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}
