/** Mails as they are sent: in quoted-printable (RFC 2045, 6.7) signs are written as `=20`, and lines longer than 76 are broken. */

const ENCODING = /^Content-Transfer-Encoding:[ \t]*(.*)$/im;

/** The text with the signs themselves behind each header that says so; lines keep their numbers. */
export function decodedMail(text: string): string {
  if (!ENCODING.test(text)) return text;
  const parts = text.split(/(?=^Content-Transfer-Encoding:)/im);
  return parts
    .map((part) => (/quoted-printable/i.test(ENCODING.exec(part)?.[1] ?? '') ? decoded(part) : part))
    .join('');
}

function decoded(part: string): string {
  let broken = 0; // lines that are parts of the one before
  const lines = part.split('\n').map((line) => {
    const written = line.trimEnd();
    if (written.endsWith('=')) {
      broken++;
      return written.slice(0, -1);
    }
    const end = '\n'.repeat(broken + 1);
    broken = 0;
    return line + end;
  });
  return lines
    .join('')
    .slice(0, -1)
    .replace(/(?:=[\dA-F]{2})+/gi, signsOf);
}

function signsOf(codes: string): string {
  return new TextDecoder().decode(
    Uint8Array.from(codes.slice(1).split('='), (code) => Number.parseInt(code, 16)),
  );
}
